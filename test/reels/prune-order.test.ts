import { expect, it } from '@jest/globals';
import { lastToAirFirst } from '../../src/reels/prune-order.ts';

it.each<[string, readonly [reelSegment: number, airsInMs: number][], number[]]>([
  [
    'what is not planned goes first',
    [
      [1, 50],
      [2, Infinity],
      [3, 70],
    ],
    [2, 3, 1],
  ],
  [
    'what is on air stays',
    [
      [1, 0],
      [2, 10],
      [3, 0],
    ],
    [2],
  ],
  [
    'of what waits equally long the later one goes first',
    [
      [1, 50],
      [2, 50],
      [3, 50],
    ],
    [3, 2, 1],
  ],
  [
    'of what is not planned too',
    [
      [4, Infinity],
      [9, Infinity],
      [5, 3],
    ],
    [9, 4, 5],
  ],
  ['nothing has no order', [], []],
])('%s', (_, segments, order) => {
  const stored = segments.map(([reelSegment]) => ({ key: 'k', reelSegment, bytes: 1 }));
  const ranked = lastToAirFirst(
    stored,
    segments.map(([, airsInMs]) => airsInMs),
  );
  expect(ranked.map(({ reelSegment }) => reelSegment)).toEqual(order);
});
