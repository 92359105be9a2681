import { describe, expect, it } from '@jest/globals';
import { FRAME_RATES } from '../../src/schedule/frame-rate.ts';
import { createGrid } from '../../src/schedule/grid.ts';
import { REORDER_PICTURES, soundCut, soundEarlySamples } from '../../src/schedule/sound-cut.ts';

it.each([
  ['24000/1001', { num: 24000, den: 1001 }, [1, 95, 188, 282, 376], 4311],
  ['25', { num: 25, den: 1 }, [1, 95, 188, 282, 376], 4147],
  ['60', { num: 60, den: 1 }, [1, 95, 188, 282, 376], 1907],
])('the first sound frames of segments of 2 s at %s', (_, rate, cuts, earlySamples) => {
  const grid = createGrid(rate, 2);
  expect(cuts.map((_cut, segment) => soundCut(grid, segment))).toEqual(cuts);
  expect(soundEarlySamples(grid, REORDER_PICTURES)).toBe(earlySamples);
});

describe.each(FRAME_RATES.map((rate) => [`${rate.num}/${rate.den}`, rate] as const))('at %s', (_, rate) => {
  it.each([1, 2, 4, 6])('every sound frame belongs to one segment of %d s, about where it is heard', (seconds) => {
    const grid = createGrid(rate, seconds);
    const framesPerSegment = (seconds * Math.round(rate.num / rate.den) * rate.den * 46.875) / rate.num;
    for (const segment of [0, 1, 2, 3, 1000, 1001, 86_400, 1_000_000]) {
      const first = soundCut(grid, segment);
      expect(first - segment * framesPerSegment).toBeGreaterThanOrEqual(0.299);
      expect(first - segment * framesPerSegment).toBeLessThan(1.301);
      expect([Math.floor(framesPerSegment), Math.ceil(framesPerSegment)]).toContain(
        soundCut(grid, segment + 1) - first,
      );
    }
  });

  it('the muxer’s cut falls between two sound frames, never on one', () => {
    const grid = createGrid(rate, 2);
    const early = soundEarlySamples(grid, REORDER_PICTURES);
    const muxed = (frame: number) => (frame * 1024 - early) / 48_000;
    const wrong = Array.from({ length: 5000 }, (_none, index) => index + 1).filter((segment) => {
      // Seconds at which the muxer cuts, and at which the frames on both sides are muxed.
      const cut = ((segment * grid.framesPerSegment - 2) * rate.den) / rate.num - 1e-5;
      const first = soundCut(grid, segment);
      return muxed(first) <= cut || muxed(first - 1) >= cut;
    });
    expect(wrong).toEqual([]);
  });
});
