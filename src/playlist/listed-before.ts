import { readPlaylistLines } from './playlist-lines.ts';

/** What players were told by a live playlist. */
export interface ListedBefore {
  readonly last: number;
  /** The segments, of all that were ever listed, that do not go on from the one listed before. */
  readonly discontinuities: readonly number[];
}

/** What is known of those that a playlist counts and does not list any more: they come before all that are. */
export const LONG_AGO = -1;

/** Reads a playlist that an earlier process has written; undefined where it lists nothing. */
export function readListedBefore(content: string): ListedBefore | undefined {
  const lines = readPlaylistLines(content);
  const numberOf = (tag: string): number =>
    lines.reduce((found, line) => (line.kind === 'tag' && line.tag === tag ? Number(line.value) : found), 0);
  let next = numberOf('#EXT-X-MEDIA-SEQUENCE');
  const first = next;
  const discontinuities = Array.from({ length: numberOf('#EXT-X-DISCONTINUITY-SEQUENCE') }, () => LONG_AGO);
  for (const line of lines) {
    if (line.kind === 'uri') next++;
    else if (line.tag === '#EXT-X-DISCONTINUITY') discontinuities.push(next);
  }
  return next === first ? undefined : { last: next - 1, discontinuities };
}
