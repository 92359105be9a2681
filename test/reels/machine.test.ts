import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { ENCODERS, type EncoderFamily } from '../../src/ffmpeg/encoders.ts';
import { QUALITY_LEVELS } from '../../src/ffmpeg/quality.ts';
import { chooseEncoder } from '../../src/reels/choose-encoder.ts';
import { measureSpeed, measureTunerQuality, provenEncoders } from '../../src/reels/machine.ts';
import { testJob } from '../../src/reels/reel-job.ts';
import type { LaunchRun } from '../../src/reels/run.ts';
import { DEFAULT_FRAME_RATE } from '../../src/schedule/frame-rate.ts';
import { createGrid } from '../../src/schedule/grid.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { develop, launch } from '../support/developed.ts';

const TEST_SEGMENTS = 3;

let folder: string;
/** Pieces as a real ffmpeg made them. */
let pieces: ReadonlyMap<number, Buffer>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'machine-'));
  const format = { grid: createGrid(DEFAULT_FRAME_RATE, 2), quality: '480p', encoder: 'none' } as const;
  ({ pieces } = await develop(testJob(format, TEST_SEGMENTS), { from: 0, until: TEST_SEGMENTS }));
});
afterAll(() => rm(folder, { recursive: true }));

/** A machine on which encoders that work need so many seconds for six seconds of each size, on a clock of its own. */
function machine(working: readonly EncoderFamily[], secondsFor: Readonly<Record<string, number>> = {}) {
  let nowMs = 0;
  const launched: string[] = [];
  const launchHere: LaunchRun = (args) => {
    const codec = args[args.indexOf('-c:v') + 1] ?? '';
    const size = /s=(\d+x\d+)/.exec(args.join(' '))?.[1] ?? '';
    launched.push(codec);
    const develops = async () => {
      if (!working.some((family) => ENCODERS[family].codec === codec))
        return { exitCode: 1, lines: ['No such device'] };
      const target = path.dirname(args.at(-1) ?? '');
      const count = Number(args[args.indexOf('-hls_list_size') + 1]);
      for (let j = 0; j < count; j++) await writeFile(path.join(target, `${j}.ts`), pieces.get(j) ?? '');
      nowMs += (secondsFor[size] ?? 1) * 1000;
      return { exitCode: 0, lines: [] };
    };
    return { pid: 0, exited: develops(), lowerPriority: () => {}, terminate: async () => {} };
  };
  return {
    launch: launchHere,
    preset: 'superfast',
    runsDirectory: folder,
    now: () => nowMs,
    logger: silentLogger,
    launched,
  };
}

test('the speed of this machine is measured with real segments', async () => {
  const tools = { launch, preset: 'superfast', runsDirectory: folder, now: () => performance.now() };
  const result = await measureSpeed('480p', 'none', 1, tools);
  expect(result).toEqual({ speed: expect.any(Number) });
});

test('an encoder that hangs is given up after a while', async () => {
  let end: (exit: { exitCode: null; lines: string[] }) => void = () => {};
  const exited = new Promise<{ exitCode: null; lines: string[] }>((resolve) => (end = resolve));
  const terminate = async () => end({ exitCode: null, lines: [] });
  const hanging: LaunchRun = () => ({ pid: 0, exited, lowerPriority: () => {}, terminate });
  const tools = { launch: hanging, preset: 'superfast', runsDirectory: folder, now: () => 0, patienceMs: 20 };
  expect(await measureSpeed('480p', 'qsv', 1, tools)).toEqual({ problem: 'it wrote nothing' });
});

test('what is being measured is ended by a stop, and nothing more is measured', async () => {
  let end: (exit: { exitCode: null; lines: string[] }) => void = () => {};
  const exited = new Promise<{ exitCode: null; lines: string[] }>((resolve) => (end = resolve));
  const terminate = async () => end({ exitCode: null, lines: [] });
  const stopping = new AbortController();
  const launched: string[] = [];
  const endless: LaunchRun = (args) => {
    launched.push(args.join(' '));
    queueMicrotask(() => stopping.abort(new Error('stopped')));
    return { pid: 0, exited, lowerPriority: () => {}, terminate };
  };
  const tools = {
    launch: endless,
    preset: 'superfast',
    runsDirectory: folder,
    now: () => 0,
    logger: silentLogger,
    signal: stopping.signal,
  };
  await expect(measureTunerQuality(QUALITY_LEVELS, 'none', tools)).rejects.toThrow('stopped');
  await expect(measureTunerQuality(QUALITY_LEVELS, 'none', tools)).rejects.toThrow('stopped');
  expect(launched).toHaveLength(1);
});

test('of what an encoder says, the line that tells the cause is told', async () => {
  const lines = ['[h264_nvenc @ 0x1] Cannot load libcuda.so.1', '[aac @ 0x2] 1 frames left in the queue on closing'];
  const failing: LaunchRun = () => ({
    pid: 0,
    exited: Promise.resolve({ exitCode: 1, lines }),
    lowerPriority: () => {},
    terminate: async () => {},
  });
  const tools = { launch: failing, preset: 'superfast', runsDirectory: folder, now: () => 0 };
  expect(await measureSpeed('480p', 'nvenc', 1, tools)).toEqual({ problem: lines[0] });
});

test('only encoders that develop a whole segment are proven', async () => {
  expect(await provenEncoders(['nvenc', 'qsv', 'vaapi'], machine(['qsv']))).toEqual(['qsv']);
});

describe('the tuner’s quality', () => {
  it.each([
    ['the highest where the machine is quick', { '1920x1080': 2, '1280x720': 1 }, '1080p'],
    ['the highest that is developed comfortably', { '1920x1080': 5, '1280x720': 4 }, '720p'],
    ['the lowest where none is', { '1920x1080': 9, '1280x720': 8, '854x480': 7 }, '480p'],
  ])('is %s', async (_, secondsFor, quality) => {
    expect(await measureTunerQuality(QUALITY_LEVELS, 'none', machine(['none'], secondsFor))).toBe(quality);
  });

  test('is the lowest where nothing works at all', async () => {
    expect(await measureTunerQuality(QUALITY_LEVELS, 'none', machine([]))).toBe('480p');
  });
});

describe('the encoder', () => {
  let ffmpegPath: string;
  beforeAll(async () => {
    ffmpegPath = path.join(folder, 'ffmpeg');
    const listed = ['h264_nvenc', 'h264_qsv', 'h264_vaapi', 'libx264'].map((name) => ` V....D ${name}  H.264`);
    await writeFile(ffmpegPath, `#!/bin/sh\ncat <<END\n${[' ------', ...listed].join('\n')}\nEND\n`);
    await chmod(ffmpegPath, 0o755);
  });

  it.each<[string, string, EncoderFamily[], EncoderFamily, string[]]>([
    [
      'auto takes the best of those that work',
      'auto',
      ['qsv', 'vaapi'],
      'qsv',
      ['h264_nvenc', 'h264_qsv', 'h264_vaapi'],
    ],
    ['auto is software where none works', 'auto', [], 'none', ['h264_nvenc', 'h264_qsv', 'h264_vaapi']],
    ['one that is set and works is taken', 'vaapi', ['nvenc', 'vaapi'], 'vaapi', ['h264_vaapi']],
    ['software needs no proof', 'none', ['nvenc'], 'none', []],
  ])('%s', async (_, setting, working, encoder, tried) => {
    const tools = machine(working);
    expect(await chooseEncoder(setting, { ...tools, ffmpegPath })).toBe(encoder);
    // All at once.
    expect(tools.launched.sort()).toEqual(tried.toSorted());
  });

  it.each([
    ['one that is set but does not work', 'nvenc'],
    ['one that ffmpeg does not list', 'videotoolbox'],
    ['one that does not exist', 'gpu'],
  ])('%s is refused', async (_, setting) => {
    const choosing = chooseEncoder(setting, { ...machine([]), ffmpegPath });
    await expect(choosing).rejects.toMatchObject({ code: 'invalid_hardware_accel' });
  });
});
