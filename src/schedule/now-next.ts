/** Anything that is on for a span of time, milliseconds since the epoch. */
export interface Span {
  readonly startMs: number;
  readonly stopMs: number;
}

/** What is on and what follows, without a gap or after one. */
export type NowNext<T extends Span> =
  | { readonly kind: 'on-air'; readonly now: T; readonly next: T | undefined }
  | { readonly kind: 'nothing'; readonly next: T | undefined };

/** What is on at a moment, among spans in order that do not overlap, and what comes next. */
export function nowNext<T extends Span>(spans: readonly T[], atMs: number): NowNext<T> {
  const following = spans.findIndex(({ startMs }) => startMs > atMs);
  const index = (following === -1 ? spans.length : following) - 1;
  const now = spans[index];
  const next = spans[index + 1];
  if (now !== undefined && atMs < now.stopMs) return { kind: 'on-air', now, next };
  return { kind: 'nothing', next };
}
