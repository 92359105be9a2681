import { expect, test } from '@jest/globals';
import type { Airing } from '../../src/schedule/airing.ts';
import { createGrid } from '../../src/schedule/grid.ts';
import { planLoop } from '../../src/schedule/loop.ts';

const grid = createGrid({ num: 25, den: 1 }, 2);
/** Items of 5, 1 and 3 segments: 10 s, half a second and 6 s. */
const items = [
  { id: 'a', durationMs: 10_000 },
  { id: 'b', durationMs: 500 },
  { id: 'c', durationMs: 6000 },
];
const airing = (itemId: string, startSegment: number, stopSegment: number): Airing => {
  return { channelId: 'x', startSegment, stopSegment, itemId, reelStart: 0 };
};
const plan = (after: Airing | undefined, startSegment: number, untilSegment: number, of: typeof planned = items) =>
  planLoop({ channelId: 'x', grid, items: of, after, startSegment, untilSegment });
const planned: readonly { id: string; durationMs: number | null }[] = items;

test('a loop begins with the first item and covers what it is asked to', () => {
  expect(plan(undefined, 100, 111)).toEqual([
    airing('a', 100, 105),
    airing('b', 105, 106),
    airing('c', 106, 109),
    airing('a', 109, 114),
  ]);
  expect(plan(undefined, 100, 106)).toEqual([airing('a', 100, 105), airing('b', 105, 106)]);
  expect(plan(undefined, 100, 100)).toEqual([]);
});

test.each([
  ['the next item', airing('a', 90, 95), 95, 97, [airing('b', 95, 96), airing('c', 96, 99)]],
  ['the first item after the last', airing('c', 90, 93), 80, 94, [airing('a', 93, 98)]],
  ['the first item where the one before is gone', airing('gone', 90, 95), 80, 96, [airing('a', 95, 100)]],
  ['nothing where all is planned', airing('a', 90, 200), 100, 150, []],
])('it goes on with %s', (_what, after, startSegment, untilSegment, expected) => {
  expect(plan(after, startSegment, untilSegment)).toEqual(expected);
});

test('an item that cannot be aired keeps its place', () => {
  const list = [
    { id: 'a', durationMs: 2000 },
    { id: 'gone', durationMs: null },
    { id: 'c', durationMs: 2000 },
  ];
  expect(plan(airing('gone', 0, 5), 5, 7, list)).toEqual([airing('c', 5, 6), airing('a', 6, 7)]);
  expect(plan(airing('a', 0, 1), 1, 2, list)).toEqual([airing('c', 1, 2)]);
});

test('nothing is planned of nothing', () => {
  expect(plan(undefined, 0, 100, [])).toEqual([]);
  expect(plan(airing('a', 0, 1), 0, 100, [{ id: 'a', durationMs: null }])).toEqual([]);
});

test('after a pause it is where it would have been had it run on', () => {
  const after = airing('b', 5, 6);
  const ranOn = plan(after, 6, 1200);
  for (let startSegment = 6; startSegment < 60; startSegment++) {
    const expected = ranOn.filter(({ stopSegment }) => stopSegment > startSegment);
    expect(plan(after, startSegment, 1200)).toEqual(expected);
  }
});

test('a pause of years is skipped at once, in turns of nine segments', () => {
  const years = 9 * 200_000_000;
  expect(plan(airing('c', 0, 9), years + 9, years + 10)).toEqual([airing('a', years + 9, years + 14)]);
});

test('a plan for two days of half-minutes has no gap and no overlap', () => {
  const airings = plan(undefined, 883_000_000, 883_000_000 + 86_400, [{ id: 'a', durationMs: 30_000 }]);
  expect(airings).toHaveLength(5760);
  expect(airings.every(({ startSegment }, index) => startSegment === 883_000_000 + index * 15)).toBe(true);
});
