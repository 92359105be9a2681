import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { execa } from 'execa';
import { ReelStore } from '../../src/reels/reel-store.ts';
import type { RunProgress } from '../../src/reels/liveness.ts';
import { type LaunchRun, Run, type RunExit, type RunOptions } from '../../src/reels/run.ts';
import { runLauncher } from '../../src/reels/launch-run.ts';
import { type ReelJob, stillJob, testJob } from '../../src/reels/reel-job.ts';
import { FRAME_RATES } from '../../src/schedule/frame-rate.ts';
import { createGrid, type Grid } from '../../src/schedule/grid.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { familyOf } from '../../src/shared/process-family.ts';
import { readReelSegment } from '../../src/splice/reel-segment.ts';
import { readBarCodes } from '../support/barcode.ts';
import { deferred } from '../support/deferred.ts';
import { develop, filmJob, joined, launch } from '../support/developed.ts';
import { FILMS, filmFile } from '../support/films.ts';
import { isAlive } from '../support/is-alive.ts';
import { parameterSets } from '../support/nal-units.ts';

const GRID = createGrid({ num: 24000, den: 1001 }, 2);
const GRID_1S = createGrid({ num: 24000, den: 1001 }, 1);
const FORMAT = { grid: GRID, quality: '480p', encoder: 'none' } as const;
const FORMAT_1S = { ...FORMAT, grid: GRID_1S };

let folder: string;
let card: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'run-test-'));
  card = path.join(folder, 'card.png');
  await execa('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'smptebars=s=854x480', '-frames:v', '1', card]);
});
afterAll(() => rm(folder, { recursive: true }));

/** A run whose pieces go nowhere. */
function runOf(job: ReelJob, options: Partial<RunOptions> = {}): Run {
  return new Run({
    job,
    range: { from: 0, until: 30 },
    preset: 'superfast',
    niceness: 0,
    folder: path.join(folder, `of-its-own-${Math.random()}`),
    launch,
    now: () => performance.now(),
    take: async () => {},
    ...options,
  });
}

describe('a run that is ended early', () => {
  const job = testJob(FORMAT, 10_000);
  const range = { from: 0, until: 10_000 };

  /** Starts a run into a store; resolves when it has handed in its first piece. */
  async function begun(handedIn = 1) {
    const directory = await mkdtemp(path.join(folder, 'store-'));
    const store = await ReelStore.open({ directory, budgetBytes: 1e9, airsAgainIn: async () => [] });
    const own = path.join(store.runsDirectory, 'own');
    const { promise, resolve } = deferred();
    let count = 0;
    const take = async (reelSegment: number, file: string) => {
      await store.take(job.key, reelSegment, file);
      if (++count === handedIn) resolve();
    };
    const run = runOf(job, { range, folder: own, take });
    await promise;
    return { run, store, directory };
  }

  async function expectOnlyWhole(directory: string, store: ReelStore, taken: number): Promise<void> {
    const names = await readdir(path.join(directory, job.key));
    expect(names.map((name) => Number.parseInt(name, 10)).sort((a, b) => a - b)).toEqual([...Array(taken).keys()]);
    for (let segment = 0; segment < taken; segment++) {
      const bytes = await store.read(job.key, segment);
      expect(() => readReelSegment(GRID, segment, bytes ?? Buffer.alloc(0))).not.toThrow();
    }
    expect(await readdir(store.runsDirectory)).toEqual([]);
  }

  test('because nobody waits for it leaves no half piece, no folder and no process', async () => {
    const { run, store, directory } = await begun();
    const { pid } = run;
    await run.end('unwanted');
    const outcome = await run.finished;
    expect(outcome).toMatchObject({ isUnwanted: true });
    expect(run.willDevelop(outcome.taken)).toBe(false);
    expect(() => process.kill(pid, 0)).toThrow();
    await expectOnlyWhole(directory, store, outcome.taken);
  });

  test('by kill -9 hands in what is whole and says how it ended', async () => {
    const { run, store, directory } = await begun(2);
    process.kill(run.pid, 'SIGKILL');
    const outcome = await run.finished;
    expect(outcome).toMatchObject({ exitCode: null, isUnwanted: false });
    expect(outcome.lines.at(-1)).toMatch(/SIGKILL/);
    expect(outcome.taken).toBeGreaterThanOrEqual(2);
    await expectOnlyWhole(directory, store, outcome.taken);
  });

  test('by kill -9 of a script leaves nothing of what that has started', async () => {
    const script = path.join(folder, 'ffmpeg-script');
    await writeFile(script, '#!/bin/sh\nffmpeg -readrate 1 "$@"\n', { mode: 0o755 });
    const own = path.join(folder, 'of-a-script');
    const { promise, resolve } = deferred();
    const launchScript = runLauncher(script, silentLogger);
    const run = runOf(job, { range, folder: own, launch: launchScript, take: async () => resolve() });
    await promise;
    const [pid, ...started] = familyOf(run.pid);
    expect(started).not.toEqual([]);
    process.kill(pid ?? 0, 'SIGKILL');
    expect(await run.finished).toMatchObject({ exitCode: null, isUnwanted: false });
    expect(started.filter(isAlive)).toEqual([]);
    expect(existsSync(own)).toBe(false);
  });

  test('before it has begun starts no ffmpeg', async () => {
    const launched: unknown[] = [];
    const run = runOf(job, { range, launch: (...all) => (launched.push(all), launch(...all)) });
    await run.end('unwanted');
    expect(await run.finished).toMatchObject({ taken: 0, isUnwanted: true });
    expect(launched).toEqual([]);
  });
});

describe('a run that cannot do its work says so and goes away', () => {
  it.each<[string, () => Promise<Partial<RunOptions> & { job?: ReelJob }>, RegExp]>([
    [
      'the file is gone',
      async () => ({ job: { ...(await filmJob('mp4At24', GRID)), inputFile: '/gone.mp4' } }),
      /No such file/,
    ],
    ['its folder cannot be made', async () => ({ folder: path.join(card, 'below-a-file') }), /ENOTDIR/],
    [
      'ffmpeg cannot be launched',
      async () => ({
        launch: () => {
          throw new Error('no more processes');
        },
      }),
      /no more processes/,
    ],
  ])('%s', async (_, wrong, words) => {
    const { job = await filmJob('mp4At24', GRID), ...options } = await wrong();
    const outcome = await runOf(job, options).finished;
    expect(outcome.lines.join('\n')).toMatch(words);
    expect(outcome).toMatchObject({ taken: 0, isUnwanted: false });
  });

  test('nobody takes its pieces in', async () => {
    const take = async () => Promise.reject(new Error('disk full'));
    const outcome = await runOf(testJob(FORMAT, 2), { range: { from: 0, until: 2 }, take }).finished;
    expect(outcome).toMatchObject({ taken: 0, problem: 'disk full' });
  });
});

describe('with an ffmpeg of which the test says what it does', () => {
  let exit: (exit: RunExit) => void;
  let report: (progress: RunProgress) => void;
  let directory: string;
  let launched: Promise<void>;
  let scripted: LaunchRun;
  beforeAll(() => {
    const started = deferred();
    launched = started.promise;
    scripted = (args, { onProgress }) => {
      const exited = new Promise<RunExit>((resolve) => (exit = resolve));
      report = onProgress;
      directory = path.dirname(args.at(-1) ?? '');
      started.resolve();
      return { pid: 1, exited, lowerPriority: () => {}, terminate: async () => {} };
    };
  });

  test('pieces are handed in one after another as they appear, and what ffmpeg reports is its life', async () => {
    const { pieces } = await develop(testJob(FORMAT, 3), { from: 0, until: 3 });
    let nowMs = 0;
    const handedIn: number[] = [];
    const { promise, resolve } = deferred();
    const take = async (reelSegment: number): Promise<void> => {
      handedIn.push(reelSegment);
      resolve();
    };
    const run = runOf(testJob(FORMAT, 3), { range: { from: 0, until: 3 }, launch: scripted, now: () => nowMs, take });
    await launched;

    nowMs += 19_000;
    report({ frame: 0, outTimeMs: null });
    nowMs += 6000;
    expect([run.isStalled, run.isHung]).toEqual([true, false]);
    report({ frame: 5, outTimeMs: null });
    expect(run.isStalled).toBe(false);
    nowMs += 6000;
    expect([run.isStalled, run.isHung]).toEqual([true, true]);

    const write = (reelSegment: number) =>
      writeFile(path.join(directory, `${reelSegment}.ts`), pieces.get(reelSegment) ?? '');
    await write(0);
    await promise;
    expect(handedIn).toEqual([0]);
    await write(1);
    await write(2);
    exit({ exitCode: 0, lines: [] });
    expect(await run.finished).toMatchObject({ taken: 3, problem: undefined });
    expect(handedIn).toEqual([0, 1, 2]);
  });
});

test('a file that is cut off shows its real pictures to the end, the last one for at most a segment more, then nothing', async () => {
  const job = await filmJob('cutOff', GRID);
  const { pieces, outcome } = await develop(job, { from: 0, until: job.segments });
  const codes = await readBarCodes(joined(pieces));
  const last = codes.at(-1)?.picture ?? 0;
  const real = codes.findIndex(({ picture }) => picture === last) + 1;
  expect(outcome).toMatchObject({ exitCode: 0, taken: pieces.size });
  expect(outcome.taken).toBeLessThan(job.segments);
  expect(last).toBeGreaterThan(100);
  const segmentsOfReal = Math.ceil(real / GRID.framesPerSegment);
  expect([segmentsOfReal, segmentsOfReal + 1]).toContain(pieces.size);
});

describe('parameter sets are the same bytes', () => {
  const setsOf = async (job: ReelJob, preset: string) => {
    const { pieces } = await develop(job, { from: 0, until: 1 }, { preset });
    const [first] = readReelSegment(job.format.grid, 0, pieces.get(0) ?? Buffer.alloc(0)).pictures;
    return parameterSets(first?.data ?? Buffer.alloc(0));
  };

  test('for every preset, for films, stills and test pictures', async () => {
    const film = await filmJob('mkvAt23976', GRID_1S);
    const wide = await filmJob('hdr', GRID_1S);
    const still = stillJob(card, 'words', FORMAT_1S);
    const sets: string[] = [];
    for (const job of [film, wide, still, testJob(FORMAT_1S, 1)]) sets.push(await setsOf(job, 'superfast'));
    for (const preset of ['veryfast', 'faster']) sets.push(await setsOf(film, preset));
    expect(sets[0]).toMatch(/^67\w+ 68\w+$/);
    expect(new Set(sets)).toEqual(new Set([sets[0]]));
  });
});

it.each(FRAME_RATES.map((rate) => [`${rate.num}/${rate.den}`, rate] as const))(
  'a still picture at %s is one whole segment, and its run ends by itself',
  async (_, rate) => {
    const grid = createGrid(rate, 1);
    const { outcome, pieces } = await develop(stillJob(card, 'words', { ...FORMAT, grid }), { from: 0, until: 1 });
    expect(outcome).toMatchObject({ exitCode: 0, taken: 1, problem: undefined });
    expect([...pieces.keys()]).toEqual([0]);
  },
);

describe('sound', () => {
  it.each([
    ['of six channels at full scale', 'mkvAt23976'],
    ['of six channels, of which the centre alone speaks', 'centreOnly'],
    ['of eight channels', 'eightChannels'],
  ] as const)('%s is heard on both sides and does not clip', async (_, name) => {
    const { pieces } = await develop(await filmJob(name, GRID), { from: 0, until: 1 });
    const [left, right] = await peaks(GRID, pieces.get(0) ?? Buffer.alloc(0));
    expect(left).toBeLessThan(1);
    expect(right).toBeLessThan(1);
    expect(left).toBeGreaterThan(0.3);
    expect(right).toBeCloseTo(left, 2);
  });
});

describe('colours', () => {
  it.each([
    ['tagged BT.601', 'tagged601', 'bt601'],
    ['tagged BT.709', 'tagged709', 'bt709'],
    ['untagged and small', 'mkvAt25', 'bt601'],
  ] as const)('of a film %s come out as they went in', async (_, name, matrix) => {
    const { pieces } = await develop(await filmJob(name, GRID_1S), { from: 0, until: 1 });
    const piece = path.join(folder, `${name}.ts`);
    await writeFile(piece, pieces.get(0) ?? '');
    const [width, height] = FILMS[name].size;
    const [source, reel] = await Promise.all([
      colours(await filmFile(name), `scale=in_color_matrix=${matrix}`),
      colours(piece, `crop=${2 * Math.round((240 * width) / height)}:480,scale=in_color_matrix=bt709`),
    ]);
    const difference =
      source.reduce((sum, value, index) => sum + Math.abs(value - (reel[index] ?? 0)), 0) / source.length;
    expect(difference).toBeLessThan(2);
  });
});

/** The mean colour of 8 × 8 fields of a file's first picture. */
async function colours(file: string, filters: string): Promise<number[]> {
  const args = ['-v', 'error', '-i', file, '-frames:v', '1', '-vf', `${filters},format=rgb24,scale=8:8:flags=area`];
  const { stdout } = await execa('ffmpeg', [...args, '-f', 'rawvideo', 'pipe:1'], { encoding: 'buffer' });
  return [...stdout];
}

/** The loudest sample of each side, 1 for full scale. */
async function peaks(grid: Grid, piece: Buffer): Promise<[left: number, right: number]> {
  const input = Buffer.concat(readReelSegment(grid, 0, piece).soundFrames);
  const raw = ['-ac', '2', '-f', 'f32le', 'pipe:1'];
  const { stdout } = await execa('ffmpeg', ['-v', 'error', '-f', 'aac', '-i', 'pipe:0', ...raw], {
    input,
    encoding: 'buffer',
  });
  const samples = Buffer.from(stdout);
  const peak = [0, 0];
  for (let index = 0; index < samples.length / 4; index++) {
    peak[index % 2] = Math.max(peak[index % 2] ?? 0, Math.abs(samples.readFloatLE(index * 4)));
  }
  return [peak[0] ?? 0, peak[1] ?? 0];
}
