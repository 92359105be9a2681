import type { Airing } from './airing.ts';
import type { Grid } from './grid.ts';
import { segmentsIn } from './grid.ts';

export interface LoopPlan {
  readonly channelId: string;
  readonly grid: Grid;
  /** In order. An item without a length keeps its place in the order and is passed over. */
  readonly items: readonly { readonly id: string; readonly durationMs: number | null }[];
  /** The airing after which the loop goes on; without it, the loop begins at `startSegment`. */
  readonly after: Airing | undefined;
  readonly startSegment: number;
  readonly untilSegment: number;
}

/**
 * All items in order, over and over, each airing as long as its item: the airings that show any segment from
 * `startSegment` on, until `untilSegment` is covered. What lies between `after` and `startSegment` counts as aired.
 */
export function planLoop({ channelId, grid, items, after, startSegment, untilSegment }: LoopPlan): Airing[] {
  const turn = turnAfter(items, after?.itemId).flatMap(({ id, durationMs }) =>
    durationMs === null ? [] : { id, segments: segmentsIn(grid, durationMs) },
  );
  const turnSegments = turn.reduce((sum, { segments }) => sum + segments, 0);
  if (turnSegments === 0) return [];
  const begin = after?.stopSegment ?? startSegment;
  let cursor = begin + Math.floor(Math.max(0, startSegment - begin) / turnSegments) * turnSegments;
  const airings: Airing[] = [];
  while (cursor < untilSegment) {
    for (const { id, segments } of turn) {
      const stop = cursor + segments;
      if (stop > startSegment)
        airings.push({ channelId, startSegment: cursor, stopSegment: stop, itemId: id, reelStart: 0 });
      cursor = stop;
      if (cursor >= untilSegment) break;
    }
  }
  return airings;
}

/** One turn of the loop, beginning after an item; from the first where that item is not known. */
function turnAfter<T extends { readonly id: string }>(items: readonly T[], itemId: string | undefined): T[] {
  const next = items.findIndex(({ id }) => id === itemId) + 1;
  return [...items.slice(next), ...items.slice(0, next)];
}
