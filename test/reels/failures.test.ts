import {
  chmod,
  constants,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  rename,
  rm,
  stat,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { execa } from 'execa';
import { markOf } from '../../src/ffmpeg/probe.ts';
import { Developer } from '../../src/reels/developer.ts';
import { runLauncher } from '../../src/reels/launch-run.ts';
import { type ReelJob, stillJob, testJob } from '../../src/reels/reel-job.ts';
import { ReelStore } from '../../src/reels/reel-store.ts';
import type { RunFailure } from '../../src/reels/run-failure.ts';
import type { LaunchRun } from '../../src/reels/run.ts';
import { createGrid } from '../../src/schedule/grid.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { filmJob, launch } from '../support/developed.ts';
import { mayMount, mountSmallDisk } from '../support/small-disk.ts';
import { processesIn } from '../support/scripted-ffmpeg.ts';
import { until } from '../support/until.ts';

const GRID = createGrid({ num: 25, den: 1 }, 1);
const FILM = 'mkvAt25';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'failures-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A developer on a clock that the test winds, and a film of which it has the first second already. */
class Scene {
  readonly job: ReelJob;
  readonly told: (RunFailure | undefined)[] = [];
  readonly pids: number[] = [];
  /** How often a file that was given up was looked at. */
  looks = 0;
  /** How long such a look may take. */
  patienceMs = 300;
  readonly developer: Developer;
  readonly #store: ReelStore;
  #now = 1_000_000;

  private constructor(job: ReelJob, store: ReelStore, launchRun: LaunchRun) {
    this.job = job;
    this.#store = store;
    this.developer = new Developer({
      store,
      launch: (...run) => {
        const started = launchRun(...run);
        this.pids.push(started.pid);
        return started;
      },
      preset: 'superfast',
      now: () => this.#now,
      logger: silentLogger,
      markOf: async (file) => {
        const mark = await markOf(file, { ffprobePath: 'ffprobe', timeoutMs: this.patienceMs });
        this.looks++;
        return mark;
      },
      tell: (_file, failure) => this.told.push(failure),
    });
  }

  static async set({ launchRun = launch, reels = '' }: { launchRun?: LaunchRun; reels?: string } = {}): Promise<Scene> {
    const own = await mkdtemp(path.join(folder, 'scene-'));
    const inputFile = path.join(own, 'film.mkv');
    const whole = await filmJob(FILM, GRID);
    await copyFile(whole.inputFile, inputFile);
    const directory = reels === '' ? path.join(own, 'reels') : reels;
    await mkdir(directory, { recursive: true });
    const store = await ReelStore.open({ directory, budgetBytes: 1e9, airsAgainIn: async () => [] });
    return new Scene({ ...whole, inputFile }, store, launchRun);
  }

  has(reelSegment: number): boolean {
    return this.#store.has(this.job.key, reelSegment);
  }

  ask(reelSegment: number, airing = 'today'): void {
    const range = { from: reelSegment, until: reelSegment + 1 };
    this.developer.develop(this.job, { ...range, urgency: 'tune-in', airing });
  }

  /** Asks on, as playout does, until the segment is there. */
  async developed(reelSegment: number): Promise<void> {
    await until(`segment ${reelSegment} is developed`, () => {
      this.ask(reelSegment);
      return this.has(reelSegment);
    });
  }

  /** Asks once, and gives what is told when it failed. */
  async failure(reelSegment: number): Promise<RunFailure> {
    const before = this.told.length;
    this.ask(reelSegment);
    return until('the failure is told', () => this.told.slice(before).find((failure) => failure !== undefined));
  }

  prospect(reelSegment: number): string {
    return this.developer.prospect(this.job.key, reelSegment, 'today');
  }

  pass(seconds: number): void {
    this.#now += seconds * 1000;
    this.developer.watchOver();
  }
}

it.each<[string, string, (file: string) => Promise<unknown>]>([
  ['vanishes', 'missing file', (file) => unlink(file)],
  ['is replaced by rubbish', 'corrupt', (file) => writeFile(file, 'rubbish '.repeat(10_000))],
  ['is empty', 'corrupt', (file) => truncate(file, 0)],
  ['becomes a folder', 'unreadable', async (file) => (await unlink(file), mkdir(file))],
])(
  'a film that %s is named with the moment and the cause, and goes on as soon as it is back',
  async (_, cause, damage) => {
    const scene = await Scene.set();
    const { inputFile } = scene.job;
    await scene.developed(0);
    const kept = `${inputFile}.kept`;
    await copyFile(inputFile, kept);
    await damage(inputFile);
    const failure = await scene.failure(3);
    expect(failure).toMatchObject({ cause, advice: expect.stringMatching(/\w/) });
    expect(failure.message).toContain(`${inputFile} at 0:00:03: ${cause}`);
    expect(scene.prospect(3)).toBe('waiting to retry');

    await rm(inputFile, { recursive: true, force: true });
    await rename(kept, inputFile);
    scene.pass(1);
    await scene.developed(3);
    await until('it is told that all is well', () => scene.told.at(-1) === undefined);
  },
);

test('a film that may no longer be read is unreadable', async () => {
  // For root nothing is forbidden: ffmpeg runs as somebody else then.
  const other = path.join(folder, 'as-nobody');
  const drop = process.getuid?.() === 0 ? 'setpriv --reuid=65534 --regid=65534 --clear-groups ' : '';
  await writeFile(other, `#!/bin/sh\numask 0\nexec ${drop}ffmpeg "$@"\n`, { mode: 0o755 });
  const scene = await Scene.set({ launchRun: runLauncher(other, silentLogger) });
  await chmod(folder, 0o755);
  await chmod(path.dirname(scene.job.inputFile), 0o755);
  await chmod(scene.job.inputFile, 0o000);
  expect(await scene.failure(3)).toMatchObject({ cause: 'unreadable' });
});

test('a reels folder that takes nothing in is no fault of the film, which is tried until it does', async () => {
  const reels = await mkdtemp(path.join(folder, 'reels-'));
  const scene = await Scene.set({ reels });
  const runs = path.join(reels, 'runs');
  await rm(runs, { recursive: true });
  await writeFile(runs, '');
  for (let tries = 0; tries < 6; tries++) {
    expect(await scene.failure(3)).toMatchObject({
      ...{ cause: 'not writable', message: expect.stringContaining('the reels folder takes nothing in: E') },
      advice: expect.stringContaining('reels folder'),
    });
    expect(scene.prospect(3)).toBe('waiting to retry');
    scene.pass(8);
  }
  await rm(runs);
  await scene.developed(3);
});

(mayMount() ? test : test.skip)('an ffmpeg that writes on to a full disk is ended', async () => {
  await using disk = await mountSmallDisk(await mkdtemp(path.join(folder, 'disk-')));
  const { developer, job } = await Scene.set({ reels: disk.directory });
  const endless = testJob(job.format, 100_000);
  developer.develop(endless, { from: 0, until: 100_000, urgency: 'tune-in', airing: 'today' });
  expect(await until('it has failed', () => developer.reasonOf(endless.key))).toContain('disk full');
  expect(developer.running).toBe(0);
});

test('what a run has left out is not waited for while it goes on', async () => {
  const program = path.join(await mkdtemp(path.join(folder, 'script-')), 'ffmpeg');
  const rubbish = 'for out; do :; done; echo rubbish > "$(dirname "$out")/0.ts"';
  await writeFile(program, `#!/bin/sh\n${rubbish}\nexec sleep 60\n`, { mode: 0o755 });
  const { developer, job } = await Scene.set({ launchRun: runLauncher(program, silentLogger) });
  developer.develop(job, { from: 0, until: 3, urgency: 'tune-in', airing: 'today' });
  expect(developer.prospect(job.key, 0, 'today')).toBe('coming');
  await until('it is seen', () => developer.prospect(job.key, 0, 'today') === 'stalled');
  expect(developer.prospect(job.key, 1, 'today')).toBe('coming');
  await developer.close();
});

test('a card that cannot be had is no item that a person should look at', async () => {
  const scene = await Scene.set();
  const card = stillJob(path.join(folder, 'gone.png'), 'Films', scene.job.format);
  scene.developer.develop(card, { from: 0, until: 1, urgency: 'tune-in', airing: 'today' });
  await until('it has failed', () => scene.developer.prospect(card.key, 0, 'today') === 'waiting to retry');
  expect(scene.developer.reasonOf(card.key)).toContain('gone.png');
  expect(scene.told).toEqual([]);
});

test('a film that is cut off is developed to its end, and the rest is given up at once', async () => {
  const scene = await Scene.set();
  await truncate(scene.job.inputFile, 60_000);
  const { job, developer } = scene;
  developer.develop(job, { from: 0, until: job.segments, urgency: 'tune-in', airing: 'today' });
  const failure = await until('the end is told', () => scene.told.at(-1));
  expect(failure.cause).toBe('ends early');
  const developed = [...Array(job.segments).keys()].filter((segment) => scene.has(segment));
  expect(developed.length).toBeGreaterThan(0);
  expect(developed.length).toBeLessThan(job.segments);
  expect(scene.prospect(developed.length)).toBe('given up');
});

describe('a film that was cut off is sought in again', () => {
  /** One of which the end is known, found by a seek and then from its start, when `before` that has been done to it. */
  async function cutOff(before: (scene: Scene, kept: string) => Promise<void> = async () => {}) {
    const asked: (readonly string[])[] = [];
    const scene = await Scene.set({ launchRun: (args, options) => (asked.push(args), launch(args, options)) });
    // What it was is known by its first look, whatever that takes.
    scene.patienceMs = 10_000;
    const { inputFile } = scene.job;
    const kept = `${inputFile}.kept`;
    await copyFile(inputFile, kept);
    await truncate(inputFile, 60_000);
    const { developer, job } = scene;
    const range = { from: 6, until: job.segments };
    const ask = (airing = 'today') => developer.develop(job, { ...range, urgency: 'tune-in', airing });
    ask();
    await until('the seek has found nothing', () => asked.length === 1 && developer.running === 0);
    await before(scene, kept);
    ask();
    const failure = await until('its end is told', () => scene.told.at(-1));
    expect(failure.cause).toBe('ends early');
    expect(asked.map((args) => args.includes('-ss'))).toEqual([true, false]);
    return { scene, kept, hasSought: () => asked.at(-1)?.includes('-ss') };
  }

  test('at its next airing', async () => {
    const { scene, kept, hasSought } = await cutOff();
    await rename(kept, scene.job.inputFile);
    scene.ask(8, 'tomorrow');
    await until('it is developed', () => scene.has(8));
    expect(hasSought()).toBe(true);
  });

  test('once it has grown', async () => {
    const { scene, kept, hasSought } = await cutOff(async ({ job }, whole) => {
      await copyFile(whole, job.inputFile);
      await truncate(job.inputFile, Math.floor(0.8 * (await stat(whole)).size));
    });
    expect([scene.has(6), scene.has(8)]).toEqual([true, false]);
    scene.pass(1);
    await until('it was looked at as it is', () => scene.looks > 0);
    await rename(kept, scene.job.inputFile);
    await until('that is seen', () => (scene.pass(10), scene.prospect(8) !== 'given up'));
    await scene.developed(8);
    expect(hasSought()).toBe(true);
  });
});

test('a film whose disk fails in the middle of it is tried again from there, not given up for its end', async () => {
  // What ffmpeg says and does then.
  const program = path.join(await mkdtemp(path.join(folder, 'script-')), 'ffmpeg');
  const fails = `ffmpeg "$@"; echo 'film.mkv: Input/output error' >&2; exit 0`;
  await writeFile(program, `#!/bin/sh\nif [ -e "$0.fails" ]; then ${fails}; fi\nexec ffmpeg "$@"\n`, { mode: 0o755 });
  const scene = await Scene.set({ launchRun: runLauncher(program, silentLogger) });
  const { job, developer } = scene;
  await copyFile(job.inputFile, `${job.inputFile}.kept`);
  await truncate(job.inputFile, 60_000);
  await writeFile(`${program}.fails`, '');
  developer.develop(job, { from: 0, until: job.segments, urgency: 'tune-in', airing: 'today' });
  const failure = await until('it is told', () => scene.told.at(-1));
  expect(failure).toMatchObject({ cause: 'unreadable', message: expect.stringContaining('Input/output error') });
  const next = [...Array(job.segments).keys()].find((segment) => !scene.has(segment)) ?? 0;
  expect(next).toBeGreaterThan(0);
  expect(scene.prospect(next)).toBe('waiting to retry');
  await rename(`${job.inputFile}.kept`, job.inputFile);
  await rm(`${program}.fails`);
  scene.pass(1);
  await scene.developed(next);
});

it.each([
  ['ffmpeg', ''],
  ['a script that starts ffmpeg', 'ffmpeg "$@"\nexit $?\n'],
])('a file that never answers is stalled after 5 s, ended after 20 s, and read again, by %s', async (_, script) => {
  const program = path.join(await mkdtemp(path.join(folder, 'script-')), 'ffmpeg');
  await writeFile(program, `#!/bin/sh\n${script}`, { mode: 0o755 });
  const scene = await Scene.set({ launchRun: script === '' ? launch : runLauncher(program, silentLogger) });
  const { inputFile } = scene.job;
  const kept = `${inputFile}.kept`;
  await rename(inputFile, kept);
  await execa('mkfifo', [inputFile]);
  scene.ask(0);
  await until('ffmpeg reads', async () => (await processesIn(inputFile)).length > 0);
  scene.pass(4);
  expect(scene.prospect(0)).toBe('coming');
  scene.pass(2);
  expect(scene.prospect(0)).toBe('stalled');
  expect(scene.told).toEqual([]);
  scene.pass(15);
  const failure = await until('it is told', () => scene.told.at(-1));
  expect(failure).toMatchObject({ cause: 'no answer' });
  await until('nothing waits for it', async () => (await processesIn(inputFile)).length === 0);

  // Who has waited in vain once is not kept waiting again.
  scene.pass(1);
  scene.ask(0);
  await until('ffmpeg runs again', () => scene.pids.length > 1);
  expect(scene.prospect(0)).toBe('stalled');
  scene.pass(21);
  await until('it is told again', () => scene.told.length > 1);

  await rm(inputFile);
  await rename(kept, inputFile);
  scene.pass(2);
  await scene.developed(0);
});

test('a film that answers again while ffmpeg still waits for what it was is tried at once', async () => {
  const scene = await Scene.set();
  const { inputFile } = scene.job;
  const kept = `${inputFile}.kept`;
  await rename(inputFile, kept);
  await execa('mkfifo', [inputFile]);
  scene.ask(0);
  // It can be written to as soon as ffmpeg has opened it, which waits for more for as long as it stays open.
  await using _ = await until('ffmpeg has hold of it', () =>
    open(inputFile, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined),
  );
  scene.pass(6);
  await until('it was looked at', () => scene.looks === 1);
  scene.patienceMs = 10_000;
  await rm(inputFile);
  await rename(kept, inputFile);
  scene.pass(1);
  await until('it was looked at again', () => scene.looks === 2);

  // A disk that has just spun up has its time.
  scene.pass(4);
  expect(scene.prospect(0)).toBe('stalled');
  expect(scene.told).toEqual([]);
  scene.pass(2);
  expect(await until('it is told', () => scene.told.at(-1))).toMatchObject({ cause: 'no answer' });
  await scene.developed(0);
  expect(scene.told.at(-1)).toBe(undefined);
});

test('a film whose disk answers is waited for, though ffmpeg takes its time', async () => {
  const pausing: LaunchRun = (args, options) => launch(args.with(args.indexOf('-i') + 1, pipe), options);
  const scene = await Scene.set({ launchRun: pausing });
  const pipe = `${scene.job.inputFile}.pipe`;
  scene.patienceMs = 10_000;
  await execa('mkfifo', [pipe]);
  scene.ask(0);
  await until('ffmpeg reads', async () => (await processesIn(pipe)).length > 0);
  for (let looks = 1; looks < 4; looks++) {
    scene.pass(6);
    await until('it was looked at', () => scene.looks === looks);
    expect(scene.told).toEqual([]);
  }
  scene.pass(3);
  expect(await until('it is told', () => scene.told.at(-1))).toMatchObject({ cause: 'no answer' });
});

test('an ffmpeg that is stopped from outside is ended after 5 s and replaced', async () => {
  // Reads as fast as it is watched, so that it is still at work when it is stopped.
  const slow: LaunchRun = (args, options) => launch(['-readrate', '1', ...args], options);
  const scene = await Scene.set({ launchRun: slow });
  const { job, developer } = scene;
  developer.develop(job, { from: 0, until: job.segments, urgency: 'tune-in', airing: 'today' });
  await until('it has begun', () => scene.has(0));
  process.kill(scene.pids[0] ?? 0, 'SIGSTOP');
  scene.pass(4);
  scene.pass(2);
  const failure = await until('it is told', () => scene.told.at(-1));
  expect(failure.cause).toBe('no answer');
  scene.pass(1);
  const next = [...Array(job.segments).keys()].find((segment) => !scene.has(segment)) ?? 0;
  await scene.developed(next);
  await developer.close();
});

it.each([
  ['exits at once', 'exit 1', 'unknown'],
  ['exits at once as if all were well', 'exit 0', 'unknown'],
  ['says that memory is short', 'echo "Cannot allocate memory" >&2; exit 1', 'out of memory'],
  ['has no such encoder', `echo "Unknown encoder 'h264_none'" >&2; exit 1`, 'no such encoder'],
  ['writes garbage', 'for last; do :; done; echo garbage > "$(dirname "$last")/0.ts"; exit 0', 'unknown'],
])('an ffmpeg that %s is tried again and its words are told', async (_, script, cause) => {
  const program = path.join(await mkdtemp(path.join(folder, 'script-')), 'ffmpeg');
  await writeFile(program, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const scene = await Scene.set({ launchRun: runLauncher(program, silentLogger) });
  expect(await scene.failure(0)).toMatchObject({ cause });
  expect(scene.prospect(0)).toBe('waiting to retry');
  scene.pass(1);
  expect(await scene.failure(0)).toMatchObject({ cause });
  scene.pass(1);
  expect(scene.prospect(0)).toBe('waiting to retry');
});

it.each<[string, number, (file: string) => Promise<unknown>]>([
  ['could not be found', 0, (file) => unlink(file)],
  // What is wrong with it is not known before it is looked at.
  ['was rubbish', 1, (file) => writeFile(file, 'rubbish '.repeat(10_000))],
])('a film that was given up since it %s is tried again as soon as it is back', async (_, looks, damage) => {
  const scene = await Scene.set();
  const { inputFile } = scene.job;
  await copyFile(inputFile, `${inputFile}.kept`);
  await damage(inputFile);
  for (const seconds of [1, 2, 4, 8, 0]) {
    await scene.failure(0);
    scene.pass(seconds);
  }
  expect(scene.prospect(0)).toBe('given up');
  await until('it was looked at', () => scene.looks === looks);
  await rename(`${inputFile}.kept`, inputFile);
  expect(scene.prospect(0)).toBe('given up');
  await until('it was looked at again', () => {
    scene.pass(10);
    return scene.prospect(0) === 'not asked for';
  });
  await scene.developed(0);
});

test('a film that is cut off, and grows while it is on air, is developed on', async () => {
  const scene = await Scene.set();
  const { job, developer, told } = scene;
  const kept = `${job.inputFile}.kept`;
  await copyFile(job.inputFile, kept);
  await truncate(job.inputFile, 60_000);
  developer.develop(job, { from: 0, until: job.segments, urgency: 'tune-in', airing: 'today' });
  await until('the end is told', () => told.at(-1)?.cause === 'ends early');
  const last = job.segments - 1;
  const looksAt = (looks: number) =>
    until('it was looked at', () => {
      scene.pass(10);
      return scene.prospect(last) !== 'given up' || scene.looks >= looks;
    });
  await looksAt(2);
  expect(scene.prospect(last)).toBe('given up');
  await copyFile(kept, job.inputFile);
  await looksAt(Infinity);
  await scene.developed(last);
  expect(told.at(-1)).toBeUndefined();
});

const testWithMount = mayMount() ? test : test.skip;

testWithMount(
  'a disk that fills up while a run writes loses nothing, and the run goes on when there is room',
  async () => {
    await using disk = await mountSmallDisk(await mkdtemp(path.join(folder, 'disk-')));
    const scene = await Scene.set({ reels: disk.directory });
    await scene.developed(0);
    const ballast = path.join(disk.directory, 'ballast');
    await writeFile(ballast, Buffer.alloc(2_000_000)).catch(() => {});
    expect(await scene.failure(1)).toMatchObject({ cause: 'disk full' });
    expect(scene.has(0)).toBe(true);
    await unlink(ballast);
    scene.pass(8);
    await scene.developed(1);
  },
);
