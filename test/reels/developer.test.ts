import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Developer, type Urgency } from '../../src/reels/developer.ts';
import type { ReelJob } from '../../src/reels/reel-job.ts';
import { ReelStore } from '../../src/reels/reel-store.ts';
import type { LaunchRun } from '../../src/reels/run.ts';
import { createGrid } from '../../src/schedule/grid.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { readBarCodes } from '../support/barcode.ts';
import { filmJob, joined, launch } from '../support/developed.ts';
import { reelBeeps } from '../support/film-check.ts';
import { sourcePictures } from '../support/source.ts';
import { until } from '../support/until.ts';

const GRID = createGrid({ num: 24000, den: 1001 }, 2);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'developer-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function developerWith(launchRun: LaunchRun = launch) {
  const directory = await mkdtemp(path.join(folder, 'reels-'));
  const store = await ReelStore.open({ directory, budgetBytes: 1e9, airsAgainIn: async () => [] });
  const now = () => performance.now();
  const developer = new Developer({
    store,
    launch: launchRun,
    preset: 'superfast',
    now,
    logger: silentLogger,
    markOf: async () => 'the same',
    tell: () => {},
  });
  return { developer, store };
}

/** Asks as playout does, for the first segment that is not there and what follows, until all are there. */
async function developAll({ developer, store }: Awaited<ReturnType<typeof developerWith>>, job: ReelJob) {
  const pieces = new Map<number, Buffer>();
  await until('the reel is developed', () => {
    const from = [...Array(job.segments).keys()].find((segment) => !store.has(job.key, segment));
    if (from === undefined) return true;
    developer.develop(job, { from, until: job.segments, urgency: 'tune-in', airing: 'today' });
    return undefined;
  });
  for (let segment = 0; segment < job.segments; segment++) {
    pieces.set(segment, (await store.read(job.key, segment)) ?? Buffer.alloc(0));
  }
  return pieces;
}

test('where the sound changes its channels, the pictures go on, silent for that one segment', async () => {
  const pieces = await developAll(await developerWith(), await filmJob('changingSound', GRID));
  const codes = await readBarCodes(joined(pieces));
  expect(codes).toEqual(await sourcePictures('changingSound', GRID, codes.length));
  const beeps = await reelBeeps(GRID, pieces);
  expect(beeps.filter((seconds) => seconds > 4.1 && seconds < 5.9)).toEqual([]);
  const isOutside = (seconds: number) => seconds > 0.1 && (seconds < 3.9 || seconds > 6.1);
  expect(beeps.filter(isOutside).map(Math.round)).toEqual([1, 2, 3, 7, 8, 9]);
});

test('what a viewer waits for goes before all else until its first segment is there', async () => {
  // No faster than it is watched, so that it is still at work when its first segment is there.
  const { developer, store } = await developerWith((args, options) => launch(['-re', ...args], options));
  const [job, other] = await Promise.all([filmJob('mp4At24', GRID), filmJob('longGroup', GRID)]);
  const firstOf = (each: ReelJob, urgency: Urgency) =>
    developer.develop(each, { from: 0, until: each.segments, urgency, airing: 'today' });
  const priorities = () => {
    const pid = developer.pidOf(new Set([job.key]));
    return readdirSync(`/proc/${pid}/task`).map((thread) => getPriority(Number(thread)));
  };

  expect(firstOf(job, 'tune-in')).toBe(true);
  const before = await until('it runs', () => (developer.pidOf(new Set([job.key])) > 0 ? priorities() : undefined));
  expect(before.every((priority) => priority === 0)).toBe(true);
  expect(firstOf(other, 'ahead')).toBe(false);

  const after = await new Promise<number[]>((resolve) => {
    const forget = developer.onChange((key) => {
      if (key !== job.key) return;
      forget();
      resolve(priorities());
    });
  });
  expect(store.has(job.key, 0)).toBe(true);
  expect(after.every((priority) => priority > 0)).toBe(true);
  expect(firstOf(other, 'ahead')).toBe(true);
  await developer.close();
});
