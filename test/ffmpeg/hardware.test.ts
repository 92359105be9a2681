import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import type { HardwareAccel } from '../../src/ffmpeg/hardware.ts';
import {
  detectHardwareEncoders,
  HARDWARE_ACCEL_AUTO,
  HARDWARE_ACCEL_NONE,
  HARDWARE_ACCEL_NVENC,
  isHardwareAccel,
  parseEncoders,
  selectBestEncoder,
  validateHardwareAccel,
} from '../../src/ffmpeg/hardware.ts';
import { checkFFmpegInstalled } from '../../src/ffmpeg/version.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'hardware-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fakeFFmpeg(name: string, body: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

const LEGEND = `Encoders:
 V..... = Video
 A..... = Audio
 S..... = Subtitle
 .F.... = Frame-level multithreading
 ..S... = Slice-level multithreading
 ...X.. = Codec is experimental
 ....B. = Supports draw_horiz_band
 .....D = Supports direct rendering method 1
 ------
`;

describe('the list of encoders', () => {
  it.each<[string, string, HardwareAccel[]]>([
    ['nothing but software', ' V....D libx264              libx264 H.264 (codec h264)\n', ['none']],
    ['one device', ' V....D h264_nvenc           NVIDIA NVENC H.264 encoder (codec h264)\n', ['nvenc', 'none']],
    [
      'all devices, in any order and twice',
      ' V....D h264_vaapi           H.264/AVC (VAAPI)\n V....D h264_videotoolbox    VideoToolbox\n' +
        ' V..... h264_qsv             Quick Sync\n V....D h264_nvenc           NVENC\n V....D h264_nvenc           NVENC\n',
      ['nvenc', 'qsv', 'videotoolbox', 'vaapi', 'none'],
    ],
    ['a name in a description', ' V....D libx264              like h264_nvenc (codec h264_qsv)\n', ['none']],
    ['a longer name', ' V....D h264_nvenc_old       NVENC\n V....D my_h264_vaapi        VAAPI\n', ['none']],
    ['the same device for another codec', ' V....D hevc_nvenc           NVIDIA NVENC hevc\n', ['none']],
    ['an audio encoder of that name', ' A....D h264_nvenc           no picture\n', ['none']],
    ['Windows line ends', ' V....D h264_qsv             Quick Sync\r\n', ['qsv', 'none']],
  ])('with %s', (_, lines, expected) => {
    expect(parseEncoders(LEGEND.replaceAll('\n', lines.includes('\r') ? '\r\n' : '\n') + lines)).toEqual(expected);
  });

  it.each([[''], ['ffmpeg: error while loading shared libraries'], [' V....D h264_nvenc           above no rule\n']])(
    'is empty in %j',
    (text) => {
      expect(parseEncoders(text)).toEqual(['none']);
    },
  );
});

test('methods are known by name', () => {
  expect(['none', 'nvenc', 'qsv', 'vaapi', 'videotoolbox', 'auto'].every(isHardwareAccel)).toBe(true);
  expect(['', 'NVENC', 'cuda', 'toString'].some(isHardwareAccel)).toBe(false);
});

it.each<[string, HardwareAccel[], boolean]>([
  [HARDWARE_ACCEL_NVENC, ['nvenc', 'none'], true],
  [HARDWARE_ACCEL_NVENC, ['none'], false],
  [HARDWARE_ACCEL_NONE, ['none'], true],
  [HARDWARE_ACCEL_AUTO, ['none'], true],
  [HARDWARE_ACCEL_AUTO, [], true],
  ['cuda', ['nvenc', 'none'], false],
])('%s of %j is valid: %s', (method, available, valid) => {
  const validate = () => validateHardwareAccel(method, available);
  if (valid) expect(validate).not.toThrow();
  else expect(validate).toThrow(expect.objectContaining({ code: 'invalid_hardware_accel' }));
});

it.each<[HardwareAccel[], HardwareAccel]>([
  [['none', 'vaapi', 'videotoolbox', 'qsv', 'nvenc'], 'nvenc'],
  [['none', 'vaapi', 'videotoolbox', 'qsv'], 'qsv'],
  [['none', 'vaapi', 'videotoolbox'], 'videotoolbox'],
  [['none', 'vaapi'], 'vaapi'],
  [['none'], 'none'],
  [['auto'], 'none'],
  [[], 'none'],
])('the best of %j is %s', (available, expected) => {
  expect(selectBestEncoder(available)).toBe(expected);
});

describe('with the installed ffmpeg', () => {
  test('it is found, and what it was built with can be chosen from', async () => {
    expect(await checkFFmpegInstalled()).toMatch(/\d/);
    const available = await detectHardwareEncoders();
    expect(available.filter((method) => method === 'none')).toHaveLength(1);
    expect(new Set(available).size).toBe(available.length);
    validateHardwareAccel(selectBestEncoder(available), available);
  });

  test('a detection that is no longer wanted ends with its reason', async () => {
    const signal = AbortSignal.abort(new Error('changed my mind'));
    await expect(detectHardwareEncoders({ signal })).rejects.toThrow('changed my mind');
  });
});

describe('an ffmpeg that will not do', () => {
  test('is missing', async () => {
    const missing = { ffmpegPath: path.join(folder, 'nowhere') };
    const refusal = {
      code: 'ffmpeg_not_found',
      message: expect.stringMatching(/^ffmpeg not found in PATH.*SIDECAST_/),
    };
    await expect(checkFFmpegInstalled(missing)).rejects.toMatchObject(refusal);
    await expect(detectHardwareEncoders(missing)).rejects.toMatchObject(refusal);
  });

  it.each([
    ['too old', 'echo "ffmpeg version 4.4.2-0ubuntu0.22.04.1 Copyright"', 'ffmpeg_too_old'],
    ['another program', 'echo "avconv version 12"', 'ffmpeg_failed'],
    ['broken', 'exit 127', 'ffmpeg_failed'],
  ])('is %s', async (name, body, code) => {
    await expect(checkFFmpegInstalled({ ffmpegPath: await fakeFFmpeg(name, body) })).rejects.toMatchObject({ code });
  });

  it.each([
    ['hangs', 'exec sleep 60'],
    ['hangs and holds its output by a child', 'sleep 3; exit'],
    ['hangs and ignores SIGTERM', 'trap "" TERM; exec sleep 60'],
  ])('%s', async (name, body) => {
    const ffmpegPath = await fakeFFmpeg(name.replaceAll(' ', '-'), body);
    await expect(detectHardwareEncoders({ ffmpegPath, timeoutMs: 100 })).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('ffmpeg detection timed out'),
    });
  });
});
