/**
 * Segments in the order in which they make room: what airs again last comes first, the later segment of two that wait
 * equally long. What is on air (0 ms away) stays, so it is left out.
 */
export function lastToAirFirst<S extends { readonly reelSegment: number }>(
  segments: readonly S[],
  airsInMs: readonly number[],
): S[] {
  return segments
    .map((segment, index) => ({ segment, wait: airsInMs[index] ?? Infinity }))
    .filter(({ wait }) => wait > 0)
    .sort((a, b) => compare(b.wait, a.wait) || compare(b.segment.reelSegment, a.segment.reelSegment))
    .map(({ segment }) => segment);
}

/** Two that are equally far, even infinitely, are equal. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
