import { describe, expect, it, test } from '@jest/globals';
import { RunMeter } from '../../src/reels/run-meter.ts';
import { type ReelFormat, type ReelJob, testJob } from '../../src/reels/reel-job.ts';
import type { MeasuredCost, RatioName } from '../../src/reels/speeds.ts';
import { createGrid } from '../../src/schedule/grid.ts';
import { unknownSpeeds } from '../support/speeds.ts';

const FORMAT: ReelFormat = { grid: createGrid({ num: 25, den: 1 }, 2), quality: '480p', encoder: 'none' };
const job = (itemId: string | null, format: Partial<ReelFormat> = {}): ReelJob => ({
  ...testJob({ ...FORMAT, ...format }, 10),
  itemId,
});
const COST = { cpuSeconds: 0.8, wallSeconds: 0.5 };
const ALONE = { alone: true };

describe('what is expected of an item', () => {
  test('is what was measured, the newest counting for half', async () => {
    const speeds = unknownSpeeds();
    expect(speeds.isMeasured(job('film'), 'veryfast')).toBe(false);
    await speeds.learn(job('film'), 'veryfast', COST, ALONE);
    expect(speeds.costOf(job('film'), 'veryfast')).toEqual(COST);
    await speeds.learn(job('film'), 'veryfast', { cpuSeconds: 1.2, wallSeconds: 0.7 }, ALONE);
    expect(speeds.costOf(job('film'), 'veryfast')).toEqual({ cpuSeconds: 1, wallSeconds: 0.6 });
    expect(speeds.isMeasured(job('film'), 'veryfast')).toBe(true);
  });

  it.each<[string, ReelJob, string]>([
    ['another item', job('other'), 'veryfast'],
    ['another quality', job('film', { quality: '1080p' }), 'veryfast'],
    ['another preset', job('film'), 'superfast'],
    ['another encoder', job('film', { encoder: 'nvenc' }), 'veryfast'],
  ])('is not measured by %s', async (_, other, preset) => {
    const speeds = unknownSpeeds();
    await speeds.learn(job('film'), 'veryfast', COST, ALONE);
    expect(speeds.isMeasured(other, preset)).toBe(false);
  });

  test('follows from what others have cost this machine, more for more pixels, less for less effort', async () => {
    const speeds = unknownSpeeds();
    const typical = speeds.costOf(job('other'), 'veryfast');
    await speeds.learn(job('film'), 'veryfast', { ...COST, cpuSeconds: 3 * typical.cpuSeconds }, ALONE);
    const expected = speeds.costOf(job('other'), 'veryfast').cpuSeconds;
    expect(expected).toBeCloseTo(3 * typical.cpuSeconds);
    expect(speeds.costOf(job('other', { quality: '1080p' }), 'veryfast').cpuSeconds).toBeGreaterThan(3 * expected);
    expect(speeds.costOf(job('other'), 'superfast').cpuSeconds).toBeLessThan(expected);
  });

  test('is no slower for the company that a run had', async () => {
    const speeds = unknownSpeeds({ processors: 2 });
    await speeds.learn(job('film'), 'veryfast', { cpuSeconds: 0.8, wallSeconds: 3 }, { alone: false });
    expect(speeds.costOf(job('film'), 'veryfast')).toEqual({ cpuSeconds: 0.8, wallSeconds: 0.4 });
    await speeds.learn(job('film'), 'veryfast', { cpuSeconds: 0.8, wallSeconds: 0.6 }, ALONE);
    expect(speeds.costOf(job('film'), 'veryfast').wallSeconds).toBeCloseTo(0.5);
  });

  test('is no quicker on a device for what else that had to do, and as slow for others as it was alone', async () => {
    const ratios = new Map<RatioName, number>();
    const keepRatio = async (name: RatioName, ratio: number) => void ratios.set(name, ratio);
    const speeds = unknownSpeeds({ keepRatio });
    const [film, other] = [job('film', { encoder: 'vaapi' }), job('other', { encoder: 'vaapi' })];
    const wallSeconds = (each = other, known = speeds) => known.costOf(each, 'veryfast').wallSeconds;
    const typical = wallSeconds();
    const quick = { cpuSeconds: 0.01, wallSeconds: 3 * typical };
    await speeds.learn(film, 'veryfast', quick, { alone: false });
    expect([wallSeconds(film), wallSeconds()]).toEqual([typical, typical]);
    await speeds.learn(film, 'veryfast', quick, ALONE);
    expect(wallSeconds(film)).toBeCloseTo(2 * typical);
    expect(wallSeconds()).toBeCloseTo(3 * typical);
    expect(wallSeconds(other, unknownSpeeds({ ratios }))).toBe(wallSeconds());
  });

  test('is remembered', async () => {
    const kept: MeasuredCost[] = [];
    const ratios = new Map<'none', number>();
    const speeds = unknownSpeeds({
      keep: async (measured) => void kept.push(measured),
      keepRatio: async (_, ratio) => void ratios.set('none', ratio),
    });
    await speeds.learn(job('film'), 'veryfast', COST, ALONE);
    await speeds.learn(job(null), 'veryfast', COST, ALONE);
    expect(kept).toEqual([{ itemId: 'film', name: '480p 25/1 none veryfast', ...COST }]);
    const later = unknownSpeeds({ measured: kept, ratios });
    for (const each of [job('film'), job('other')]) {
      expect(later.costOf(each, 'veryfast')).toEqual(speeds.costOf(each, 'veryfast'));
    }
  });
});

test('a run is measured from its third piece on, by what its process has used', async () => {
  let nowMs = 1000;
  let used: number | undefined = 0;
  const meter = new RunMeter({
    pid: () => 7,
    processorSeconds: async (pid) => (pid === 7 ? used : undefined),
    now: () => nowMs,
    secondsPerPiece: 2,
  });
  for (let piece = 1; piece <= 4; piece++) {
    nowMs += 500;
    used = piece * 0.6;
    await meter.count();
    if (piece < 3) expect(meter.cost).toBeUndefined();
    else expect(meter.cost).toEqual({ cpuSeconds: expect.closeTo(0.3), wallSeconds: 0.25 });
  }
  used = undefined;
  await meter.count();
  expect(meter.cost?.wallSeconds).toBe(0.25);
});
