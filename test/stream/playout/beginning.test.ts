import { expect, it, test } from '@jest/globals';
import { Beginning } from '../../../src/stream/playout/beginning.ts';

const ITEM = { kind: 'item', title: 'Film' } as const;
const CARD = { kind: 'card', cause: 'slow_start', why: 'the item takes long to begin' } as const;

test('a beginning is slow once viewers have waited more than 8 seconds, until something of the item was shown', () => {
  const beginning = new Beginning(100, 5_000);
  expect([beginning.isSlow(13_000), beginning.isSlow(13_001)]).toEqual([false, true]);
  beginning.showed(CARD);
  expect(beginning.isSlow(13_001)).toBe(true);
  beginning.showed(ITEM);
  expect(beginning.isSlow(60_000)).toBe(false);
});

test('it is over when the item was shown and the first segments are published', () => {
  const beginning = new Beginning(100, 0);
  expect(beginning.isOver(102)).toBe(false);
  beginning.showed(ITEM);
  expect([beginning.isOver(101), beginning.isOver(102)]).toEqual([false, true]);
  beginning.showed(CARD);
  expect(beginning.isOver(102)).toBe(true);
});

it.each([
  ['before its time', 103, 102, false],
  ['when its time has begun', 103, 103, true],
  ['long after it', 103, 110, true],
  ['after it, but within what a tune-in comes too late for', 102, 110, false],
])('a segment that is published %s is judged', (_when, segment, onAir, isLate) => {
  expect(new Beginning(100, 0).isLate(segment, onAir)).toBe(isLate);
});

test('viewers who come later are given the same time', () => {
  const beginning = new Beginning(100, 0);
  beginning.viewersCame(200);
  expect([beginning.isLate(202, 202), beginning.isLate(203, 203)]).toEqual([false, true]);
});
