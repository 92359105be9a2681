import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, test } from '@jest/globals';
import { locateFFmpeg } from '../../src/ffmpeg/locate.ts';
import { isTooOld, parseFFmpegVersion } from '../../src/ffmpeg/version.ts';
import { isAlive } from '../support/is-alive.ts';
import { until } from '../support/until.ts';

let root = '';

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'locate-'));
});

async function program(file: string, says: string): Promise<string> {
  const full = path.join(root, file);
  await mkdir(path.dirname(full), { recursive: true });
  await writeFile(full, `#!/bin/sh\necho "${says}"\n`);
  await chmod(full, 0o755);
  return full;
}

const ffmpegIn = async (folder: string, version: string) => ({
  ffmpegPath: await program(`${folder}/ffmpeg`, `ffmpeg version ${version} Copyright (c) the FFmpeg developers`),
  ffprobePath: await program(`${folder}/ffprobe`, `ffprobe version ${version}`),
});
const search = (...folders: string[]) => ({
  env: { PATH: folders.map((folder) => path.join(root, folder)).join(path.delimiter) },
  folders: [path.join(root, 'jellyfin-ffmpeg')],
});

test('ffmpeg is found in PATH, with its version', async () => {
  const programs = await ffmpegIn('bin', '5.1.9-0+deb12u1');
  expect(await locateFFmpeg(search('empty', 'bin'))).toEqual({ ...programs, version: '5.1.9-0+deb12u1' });
});

test('without one in PATH, that of Jellyfin is taken', async () => {
  const programs = await ffmpegIn('jellyfin-ffmpeg', '7.1.1-Jellyfin');
  expect(await locateFFmpeg(search('empty'))).toEqual({ ...programs, version: '7.1.1-Jellyfin' });
});

test('one that is too old or broken is passed over for one that is not', async () => {
  await ffmpegIn('old', '4.4.2');
  await program('broken/ffmpeg', 'Segmentation fault');
  const programs = await ffmpegIn('jellyfin-ffmpeg', '7.1');
  expect(await locateFFmpeg(search('old', 'broken'))).toMatchObject(programs);
});

test('one that never answers is passed over, also where it is a script that waits for the real one', async () => {
  const stuck = await program('stuck/ffmpeg', '');
  await writeFile(stuck, `#!/bin/sh\nsleep 60 &\necho $! > ${stuck}.pid\nwait\nexit\n`);
  const programs = await ffmpegIn('jellyfin-ffmpeg', '7.1');
  expect(await locateFFmpeg({ ...search('stuck'), timeoutMs: 300 })).toMatchObject(programs);
  const started = Number(await readFile(`${stuck}.pid`, 'utf8'));
  await until('what it has started is gone', () => !isAlive(started));
  await expect(locateFFmpeg({ ...search(), ffmpegPath: stuck, timeoutMs: 300 })).rejects.toMatchObject({
    code: 'timeout',
    message: expect.stringContaining(`timed out after 300 ms; check that ${stuck} runs`),
  });
});

test('one that does not start says why', async () => {
  const broken = await program('broken/ffmpeg', '');
  await writeFile(broken, '#!/bin/sh\necho "error while loading shared libraries: libx264.so" >&2\nexit 127\n');
  await expect(locateFFmpeg({ ...search(), ffmpegPath: broken })).rejects.toMatchObject({
    code: 'ffmpeg_failed',
    message: expect.stringMatching(/ended with exit code 127, saying "error while .*libx264\.so"; install/),
  });
});

test('the one that is set is taken, with the ffprobe beside it', async () => {
  await ffmpegIn('bin', '6.0');
  const mine = await ffmpegIn('mine', 'N-12345-gabcdef');
  expect(await locateFFmpeg({ ...search('bin'), ffmpegPath: mine.ffmpegPath })).toMatchObject(mine);
});

test('the ffprobe that is set is taken', async () => {
  await ffmpegIn('bin', '6.0');
  const { ffprobePath } = await ffmpegIn('mine', '6.0');
  expect(await locateFFmpeg({ ...search('bin'), ffprobePath })).toMatchObject({ ffprobePath });
});

test('a machine without ffmpeg is told what to do', async () => {
  await expect(locateFFmpeg(search('empty'))).rejects.toMatchObject({
    code: 'ffmpeg_not_found',
    message: expect.stringMatching(/^ffmpeg not found in PATH.*install.*SIDECAST_FFMPEG_PATH/),
  });
});

test('one that is set and not there is not replaced by another', async () => {
  await ffmpegIn('bin', '6.0');
  const set = { ...search('bin'), ffmpegPath: path.join(root, 'nowhere') };
  await expect(locateFFmpeg(set)).rejects.toMatchObject({ code: 'ffmpeg_not_found' });
});

test('a missing ffprobe is told by name', async () => {
  await program('bin/ffmpeg', 'ffmpeg version 6.0');
  await expect(locateFFmpeg(search('bin'))).rejects.toMatchObject({
    code: 'ffmpeg_not_found',
    message: expect.stringContaining('SIDECAST_FFPROBE_PATH'),
  });
});

test('only an old one is told with its version', async () => {
  const { ffmpegPath } = await ffmpegIn('old', '4.4.2');
  await expect(locateFFmpeg(search('old'))).rejects.toMatchObject({
    code: 'ffmpeg_too_old',
    message: expect.stringContaining(`${ffmpegPath} is version 4.4.2`),
  });
});

describe('a version', () => {
  it.each([
    ['4.4.2-0ubuntu0.22.04.1', true],
    ['n5.0.1', true],
    ['5', true],
    ['5.1', false],
    ['5.1.9-0+deb12u1', false],
    ['n7.1', false],
    ['7.1.1-Jellyfin', false],
    ['10.0', false],
    ['N-12345-gabcdef', false],
    ['git-2024-01-02-abcdef', false],
    ['2024-01-02-git-abcdef', false],
  ])('%s is too old: %s', (version, expected) => {
    expect(isTooOld(version)).toBe(expected);
  });

  it('is read from the first line', () => {
    expect(parseFFmpegVersion('ffmpeg version n7.1 Copyright (c) 2000\nbuilt with gcc')).toBe('n7.1');
    expect(parseFFmpegVersion('hello')).toBeUndefined();
  });
});
