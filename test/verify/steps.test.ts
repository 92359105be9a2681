import { describe, expect, it, test } from '@jest/globals';
import { MediaClock } from '../../src/verify/clock.ts';
import { StepCount } from '../../src/verify/steps.ts';

describe('steps', () => {
  it.each([
    ['25 a second', [3600, 3600, 3600], 3600, []],
    ['24000/1001, rounded down', [3753, 3754, 3754, 3754], 3753.75, []],
    ['60000/1001, rounded down', [1501, 1502, 1501, 1502], 1501.5, []],
    ['one picture missing', [3600, 3600, 7200, 3600], 3600, [7200]],
    ['a picture twice', [3600, 0, 3600, 3600], 3600, [0]],
    ['no step at all', [], undefined, []],
  ])('of %s', (_, ticks, usual, odd) => {
    const steps = new StepCount();
    ticks.forEach((step, at) => steps.add(step, at));
    expect(steps.usual()).toBe(usual);
    expect(steps.odd().map((step) => step.ticks)).toEqual(odd);
  });
});

test('time runs on across the wrap of 33 bits, and back across it', () => {
  const clock = new MediaClock(10);
  const wrap = 2 ** 33;
  expect([wrap - 1800, wrap - 900, 0, 900, wrap - 1].map((stamp) => clock.unwrap(stamp))).toEqual([
    wrap - 1800,
    wrap - 900,
    wrap,
    wrap + 900,
    wrap - 1,
  ]);
  clock.reach(wrap - 90_000);
  clock.reach(wrap + 90_000);
  expect(clock.seconds()).toBe(12);
});
