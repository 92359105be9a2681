import { describe, expect, it } from '@jest/globals';
import type { EncoderFamily } from '../../../src/ffmpeg/encoders.ts';
import { createGrid } from '../../../src/schedule/grid.ts';
import { type Candidate, chooseCandidate } from '../../../src/stream/admission/admission.ts';
import { canCarry, secondsAhead, type Work, type Workload } from '../../../src/stream/admission/workload.ts';

const PROCESSORS = 2;
const HOUR = 3600;
/** An hour of which each second takes so many processor seconds, and so many on the clock. */
const hour = (cpuSeconds: number, wallSeconds = cpuSeconds / PROCESSORS): Work[] => [
  { inSeconds: 0, seconds: HOUR, cost: { cpuSeconds, wallSeconds } },
];
const work = (inSeconds: number, seconds: number, share: number): Work => ({
  inSeconds,
  seconds,
  cost: { cpuSeconds: share * PROCESSORS, wallSeconds: share },
});
const load = (all: readonly Work[], encoder: EncoderFamily = 'none'): Workload => ({ encoder, work: all });

describe('a machine of two processors', () => {
  it.each<[string, Workload[], boolean]>([
    ['carries nothing at all', [], true],
    ['carries what takes three quarters of it', [load(hour(0.75)), load(hour(0.75))], true],
    ['does not carry what takes nearly all of it', [load(hour(0.9)), load(hour(0.9))], false],
    ['carries any number of streams from reels', Array.from({ length: 40 }, () => load([])), true],
    ['does not carry what one run alone cannot', [load(hour(0.9, 1.2))], false],
    ['carries two renditions on a device that is half as busy', [load(hour(0.1, 0.4), 'qsv')], true],
    [
      'does not carry more than a device can',
      [load(hour(0.1, 0.5), 'qsv'), load(hour(0.1, 0.5), 'qsv'), load(hour(0.1), 'none')],
      false,
    ],
    ['carries a slow item with idle time before it', [load([work(0, 600, 0.3), work(600, 300, 1.5)])], true],
    ['does not carry one that is on air now', [load([work(0, 300, 1.5)])], false],
    ['carries a short piece of work that is due later', [load(hour(1)), load([work(1800, 600, 0.3)])], true],
    ['does not carry what collides later', [load([work(1800, 1800, 0.6)]), load([work(1800, 1800, 1.2)])], false],
  ])('%s', (_, workloads, expected) => {
    expect(canCarry(workloads, PROCESSORS)).toBe(expected);
  });
});

it.each<[string, Work[], number]>([
  ['what is quick', [work(0, HOUR, 0.7)], 30],
  ['a slow item while there is time', [work(30, 900, 0.2), work(930, 200, 1.5)], 30],
  ['a slow item as soon as it needs all the time there is', [work(30, 300, 0.2), work(330, 200, 1.5)], 530],
  ['a slow item that is developed', [], 30],
])('%s is developed ahead as far as it must be', (_, all, seconds) => {
  expect(secondsAhead(all, 30)).toBe(seconds);
});

describe('a rendition is developed', () => {
  const grid = createGrid({ num: 25, den: 1 }, 2);
  const candidate = (encoder: EncoderFamily, preset: string, all: readonly Work[], isMeasured = true): Candidate => ({
    format: { grid, quality: '1080p', encoder },
    preset,
    work: all,
    isMeasured,
  });
  const device = candidate('nvenc', 'veryfast', hour(0.2, 0.3));
  const software = candidate('none', 'veryfast', hour(0.9));
  const superfast = candidate('none', 'superfast', hour(0.6));
  const developed = candidate('none', 'veryfast', []);
  const all = [device, software, superfast];

  it.each<[string, readonly Candidate[], Workload[], Candidate | undefined]>([
    ['by the device that has proven itself', all, [], device],
    ['by nothing where its reel is there', [device, developed], [load(hour(1.9))], developed],
    ['in software where the device is busy', all, [load(hour(0.1, 0.7), 'nvenc')], software],
    ['with the fastest preset where that is too much', all, [load(hour(0.85, 0.7), 'nvenc')], superfast],
    ['not at all where nothing helps', all, [load(hour(1.2, 0.7), 'nvenc')], undefined],
  ])('%s', (_, candidates, onAir, expected) => {
    expect(chooseCandidate(candidates, onAir, { processors: PROCESSORS, isTried: () => false })).toBe(expected);
  });

  const tooMuch = [candidate('none', 'veryfast', hour(3)), candidate('none', 'superfast', hour(2))];
  it.each<[string, boolean, Workload[], boolean]>([
    ['what may be tried, on a machine that has nothing else to do', true, [load([])], true],
    ['nothing else', false, [], false],
    ['nothing at all beside another stream', true, [load(hour(0.1))], false],
  ])('as well as it goes: %s', (_, isTried, onAir, isAdmitted) => {
    const chosen = chooseCandidate(tooMuch, onAir, { processors: PROCESSORS, isTried: () => isTried });
    expect(chosen).toBe(isAdmitted ? tooMuch.at(-1) : undefined);
  });
});
