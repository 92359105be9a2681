import type { Airing } from './airing.ts';

/** What is on and what follows, without a gap or after one. */
export type NowNext =
  | { readonly kind: 'on-air'; readonly airing: Airing; readonly next: Airing | undefined }
  | { readonly kind: 'nothing'; readonly next: Airing | undefined };

/** What is on air at a segment, among airings in order, and what comes next. */
export function nowNext(airings: readonly Airing[], segment: number): NowNext {
  const following = airings.findIndex(({ startSegment }) => startSegment > segment);
  const index = (following === -1 ? airings.length : following) - 1;
  const airing = airings[index];
  const next = airings[index + 1];
  if (airing !== undefined && segment < airing.stopSegment) return { kind: 'on-air', airing, next };
  return { kind: 'nothing', next };
}
