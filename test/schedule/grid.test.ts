import { describe, expect, test } from '@jest/globals';
import { FRAME_RATES } from '../../src/schedule/frame-rate.ts';
import {
  createGrid,
  pictureTicks,
  segmentAt,
  segmentDuration,
  segmentsIn,
  segmentsOf,
  segmentStartMs,
  soundSlotAt,
  ticksPerPicture,
} from '../../src/schedule/grid.ts';

const named = FRAME_RATES.map((rate) => ({ name: `${rate.num}/${rate.den}`, rate }));
const rateOf = (name: string) => {
  const [num = 0, den = 1] = name.split('/').map(Number);
  return { num, den };
};
/** 2024-01-01T00:00:00Z, and about the year 2106. */
const MOMENTS_MS = [0, 1, 1_704_067_200_000, 1_704_067_200_001.5, 4_294_967_296_000];

test.each([
  ['24000/1001', 2, 48, 2.002],
  ['24/1', 2, 48, 2],
  ['25/1', 2, 50, 2],
  ['30000/1001', 2, 60, 2.002],
  ['30/1', 1, 30, 1],
  ['50/1', 6, 300, 6],
  ['60000/1001', 1, 60, 1.001],
  ['60/1', 2, 120, 2],
])('a segment at %s pictures per second and %i s is %i pictures, %d s', (name, seconds, pictures, duration) => {
  const grid = createGrid(rateOf(name), seconds);
  expect(grid.framesPerSegment).toBe(pictures);
  expect(segmentDuration(grid)).toBeCloseTo(duration, 12);
});

describe.each(named)('at $name pictures per second', ({ rate }) => {
  test.each([1, 2, 6])('the start of a segment of %i s is in that segment, and a moment before is not', (seconds) => {
    const grid = createGrid(rate, seconds);
    const segments = MOMENTS_MS.map((moment) => segmentAt(grid, moment));
    for (const first of segments) {
      const following = Array.from({ length: 200 }, (_, index) => first + index);
      const starts = following.map((segment) => segmentStartMs(grid, segment));
      expect(starts.map((start) => segmentAt(grid, start))).toEqual(following);
      expect(starts.map((start) => segmentAt(grid, start - 0.002) + 1)).toEqual(following);
    }
  });

  test('segments of two clocks begin where whole numbers say', () => {
    const grid = createGrid(rate, 2);
    for (const segment of [0, 1, 851_182_417, 2 ** 31 + 1]) {
      const exactNs =
        (BigInt(segment) * BigInt(grid.framesPerSegment) * BigInt(rate.den) * 1_000_000_000n) / BigInt(rate.num);
      expect(Math.abs(segmentStartMs(grid, segment) - Number(exactNs / 1000n) / 1000)).toBeLessThan(0.0015);
    }
  });

  test('ticks of pictures are exact whole numbers, long after 2^53 is passed on the way', () => {
    const grid = createGrid(rate, 2);
    for (const picture of [0, 1, 1001, 40_000_000_001, 102_000_000_007]) {
      const exact = (BigInt(picture) * 90_000n * BigInt(rate.den)) / BigInt(rate.num);
      expect(BigInt(pictureTicks(grid, picture))).toBe(exact);
    }
  });

  test('the sound slot is the nearest one', () => {
    const grid = createGrid(rate, 2);
    for (const segment of [0, 1, 2, 3, 881_900_123, 881_900_124]) {
      const ticks = (BigInt(segment) * BigInt(grid.framesPerSegment) * BigInt(rate.den) * 90_000n) / BigInt(rate.num);
      const distance = Number(BigInt(soundSlotAt(grid, segment)) * 1920n - ticks);
      expect(Math.abs(distance)).toBeLessThanOrEqual(961);
    }
  });

  test('what lasts k segments takes k, and a picture more takes one more', () => {
    const grid = createGrid(rate, 2);
    const pictureMs = (1000 * rate.den) / rate.num;
    for (const count of [1, 2, 650, 5000]) {
      const durationMs = count * grid.framesPerSegment * pictureMs;
      expect(segmentsIn(grid, durationMs)).toBe(count);
      expect(segmentsIn(grid, durationMs + pictureMs)).toBe(count + 1);
      expect(segmentsIn(grid, durationMs - pictureMs)).toBe(count);
    }
  });
});

test('something short takes a segment all the same', () => {
  expect(segmentsIn(createGrid({ num: 25, den: 1 }, 2), 0)).toBe(1);
});

test.each([
  ['24000/1001', 30, 15],
  ['24000/1001', 2, 1],
  ['24000/1001', 2.002, 1],
  ['25/1', 30, 15],
  ['25/1', 31, 16],
])('at %s, %d s are %i segments', (name, seconds, segments) => {
  expect(segmentsOf(createGrid(rateOf(name), 2), seconds)).toBe(segments);
});

test.each([
  ['24000/1001', 15015, 4],
  ['24/1', 3750, 1],
  ['25/1', 3600, 1],
  ['30000/1001', 3003, 1],
  ['30/1', 3000, 1],
  ['50/1', 1800, 1],
  ['60000/1001', 3003, 2],
  ['60/1', 1500, 1],
])('a picture at %s lasts %i/%i ticks', (name, p, q) => {
  expect(ticksPerPicture(rateOf(name))).toEqual({ p, q });
});

test('a moment before the epoch is in a segment before it', () => {
  expect(segmentAt(createGrid({ num: 25, den: 1 }, 2), -1)).toBe(-1);
});
