import type { Showing as Shown } from '../schedule/airing.ts';
import { type Grid, segmentStartMs } from '../schedule/grid.ts';
import type { StoredSegment } from './reel-store.ts';

/** A planned showing of a reel. */
export interface Showing {
  readonly key: string;
  readonly grid: Grid;
  readonly airing: Shown;
}

/**
 * For each stored segment, milliseconds until it is shown next: 0 for what is on air now or within `aheadMs` on a reel
 * that streams want, Infinity for what is not planned. Showings are in the order of their time.
 */
export function nextShowings(
  segments: readonly StoredSegment[],
  showings: readonly Showing[],
  options: { readonly nowMs: number; readonly aheadMs: number; readonly wanted: ReadonlySet<string> },
): number[] {
  const byKey = new Map<string, Showing[]>();
  for (const showing of showings) {
    const known = byKey.get(showing.key);
    if (known === undefined) byKey.set(showing.key, [showing]);
    else known.push(showing);
  }
  return segments.map(({ key, reelSegment }) => {
    const waits = (byKey.get(key) ?? []).flatMap(({ grid, airing }) =>
      waitFor(reelSegment, grid, airing, options.nowMs),
    );
    const wait = Math.min(Infinity, ...waits);
    // What is wanted without being planned is a card.
    const isSoon = wait <= options.aheadMs || !byKey.has(key);
    return options.wanted.has(key) && isSoon ? 0 : wait;
  });
}

function waitFor(reelSegment: number, grid: Grid, airing: Shown, nowMs: number): number[] {
  const segment = airing.startSegment + reelSegment - airing.reelStart;
  const isShown = segment >= airing.startSegment && segment < airing.stopSegment;
  // The one on air counts until the next has begun.
  if (!isShown || segmentStartMs(grid, segment + 1) <= nowMs) return [];
  return [Math.max(1, segmentStartMs(grid, segment) - nowMs)];
}
