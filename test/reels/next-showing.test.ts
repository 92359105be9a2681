import { describe, expect, it } from '@jest/globals';
import { nextShowings, type Showing } from '../../src/reels/next-showing.ts';
import { createGrid } from '../../src/schedule/grid.ts';

const GRID = createGrid({ num: 25, den: 1 }, 2);
const NOW_SEGMENT = 1000;
const NOW_MS = NOW_SEGMENT * 2000 + 500;

/** A showing of a reel from one segment to another, from the item's start or later. */
function showing(key: string, startSegment: number, stopSegment: number, reelStart = 0): Showing {
  return { key, grid: GRID, airing: { startSegment, stopSegment, reelStart } };
}

function waits(
  key: string,
  reelSegments: readonly number[],
  showings: readonly Showing[],
  wanted: readonly string[] = [],
) {
  const segments = reelSegments.map((reelSegment) => ({ key, reelSegment, bytes: 1 }));
  return nextShowings(segments, showings, { nowMs: NOW_MS, aheadMs: 6000, wanted: new Set(wanted) });
}

describe('when stored segments are shown next', () => {
  it.each<[string, number[], Showing[], string[], number[]]>([
    [
      'later, counted from the start of the airing',
      [0, 1, 5],
      [showing('x', 1010, 1016)],
      [],
      [19_500, 21_500, 29_500],
    ],
    ['on air now is 1 ms away where no stream wants it', [3], [showing('x', 997, 1010)], [], [1]],
    ['on air now must stay where a stream wants it', [3], [showing('x', 997, 1010)], ['x'], [0]],
    ['within the time ahead must stay, later need not', [4, 6, 7], [showing('x', 997, 1010)], ['x'], [0, 0, 7500]],
    ['past is not shown again', [2], [showing('x', 997, 1010)], ['x'], [Infinity]],
    ['past is shown again by the next airing', [2], [showing('x', 997, 1010), showing('x', 1100, 1113)], [], [203_500]],
    ['the soonest of several airings counts', [0], [showing('x', 1100, 1113), showing('x', 1050, 1060)], [], [99_500]],
    ['an airing that begins within the item', [4, 5], [showing('x', 1010, 1016, 5)], [], [Infinity, 19_500]],
    ['an airing that stops before the item does', [5, 6], [showing('x', 1010, 1016)], [], [29_500, Infinity]],
    ['nothing is planned', [0], [], [], [Infinity]],
    ['the airings of other reels do not count', [0], [showing('y', 1010, 1016)], [], [Infinity]],
    ['a card is never planned and stays while it is wanted', [0], [showing('y', 1010, 1016)], ['x'], [0]],
  ])('%s', (_, segments, showings, wanted, expected) => {
    expect(waits('x', segments, showings, wanted)).toEqual(expected);
  });
});
