import { describe, expect, it, test } from '@jest/globals';
import type { Showing } from '../../src/schedule/airing.ts';
import { FRAME_RATES } from '../../src/schedule/frame-rate.ts';
import { createGrid, segmentDuration, soundSlotAt } from '../../src/schedule/grid.ts';
import { soundCut } from '../../src/schedule/sound-cut.ts';
import { soundSlotsOf } from '../../src/splice/slots.ts';

const N = 881_900_000;

function airing(startSegment: number, stopSegment: number, reelStart = 0): Showing {
  return { startSegment, stopSegment, reelStart };
}

describe.each(FRAME_RATES.map((rate) => [`${rate.num}/${rate.den}`, rate] as const))('at %s', (_, rate) => {
  const grid = createGrid(rate, 2);
  const planned = [airing(N, N + 7), airing(N + 7, N + 8, 4), airing(N + 10, N + 30, 2), airing(N + 30, N + 60)];
  const at = (segment: number) => planned.find((each) => segment >= each.startSegment && segment < each.stopSegment);
  const slotsAt = (segment: number) => soundSlotsOf(grid, segment, at(segment), at(segment + 1));

  it('each slot belongs to one segment, across joins and through hours without a plan', () => {
    for (let segment = N - 5; segment < N + 70; segment++) {
      expect(slotsAt(segment).until).toBe(slotsAt(segment + 1).first);
    }
  });

  it('a segment has as many slots as its reel segment has sound frames, but for the last one of an airing', () => {
    for (let segment = N + 10; segment < N + 29; segment++) {
      const reelSegment = segment - (N + 10) + 2;
      const { first, until } = slotsAt(segment);
      expect(until - first).toBe(soundCut(grid, reelSegment + 1) - soundCut(grid, reelSegment));
    }
  });

  it('at a join there is at most one frame too many or one slot too many', () => {
    for (const [last, reelSegment] of [
      [N + 6, 6],
      [N + 7, 4],
      [N + 29, 21],
    ] as const) {
      const frames = soundCut(grid, reelSegment + 1) - soundCut(grid, reelSegment);
      const { first, until } = slotsAt(last);
      expect(Math.abs(until - first - frames)).toBeLessThanOrEqual(1);
    }
  });

  it('sound lies within half a slot of the source’s own', () => {
    for (let segment = N; segment < N + 3000; segment += 7) {
      const startSeconds = segment * segmentDuration(grid);
      const { first } = soundSlotsOf(grid, segment, airing(segment, segment + 9), undefined);
      const heardSeconds = (first - soundCut(grid, 0)) / 46.875;
      expect(Math.abs(heardSeconds - startSeconds)).toBeLessThan(0.0107);
    }
  });
});

test('where nothing is planned each segment counts from its own start', () => {
  const grid = createGrid({ num: 24000, den: 1001 }, 2);
  expect(soundSlotsOf(grid, N, undefined, undefined)).toEqual({
    first: soundSlotAt(grid, N) + 1,
    until: soundSlotAt(grid, N + 1) + 1,
  });
});
