import { expect, test } from '@jest/globals';
import { commonestFrameRate, DEFAULT_FRAME_RATE, FRAME_RATES, snapFrameRate } from '../../src/schedule/frame-rate.ts';

test.each(FRAME_RATES.map((rate) => [`${rate.num}/${rate.den}`, rate] as const))('%s is itself', (_name, rate) => {
  expect(snapFrameRate(rate.num / rate.den)).toBe(rate);
});

test.each([
  [23.98, 24000, 1001],
  [23.99, 24, 1],
  [29.9, 30000, 1001],
  [12.5, 24000, 1001],
  [1, 24000, 1001],
  [27, 25, 1],
  [28, 30000, 1001],
  [48, 50, 1],
  [59.9, 60000, 1001],
  [144, 60, 1],
  [0, 25, 1],
  [-1, 25, 1],
  [NaN, 25, 1],
  [Infinity, 25, 1],
])('%d pictures per second become %i/%i', (measured, num, den) => {
  expect(snapFrameRate(measured)).toEqual({ num, den });
});

test('the commonest rate is that of the longest time, not of the most items', () => {
  const short = { frameRate: { num: 25, den: 1 }, durationMs: 1000 };
  const long = { frameRate: { num: 2997, den: 125 }, durationMs: 5000 };
  expect(commonestFrameRate([short, short, short, long])).toEqual({ num: 24000, den: 1001 });
  expect(commonestFrameRate([])).toBe(DEFAULT_FRAME_RATE);
});
