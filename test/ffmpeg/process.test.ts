import { spawn } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import type { LaunchOptions } from '../../src/ffmpeg/process.ts';
import { launchFFmpeg, terminateProcess } from '../../src/ffmpeg/process.ts';
import type { Progress } from '../../src/ffmpeg/progress.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { familyOf } from '../../src/shared/process-family.ts';
import { isAlive } from '../support/is-alive.ts';

const FFMPEG: LaunchOptions = { ffmpegPath: 'ffmpeg' };
const TEST_CARD = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=25'];
const ENDLESS = ['-re', ...TEST_CARD, '-f', 'null', '-'];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'process-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fakeFFmpeg(name: string, body: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, body);
  await chmod(file, 0o755);
  return file;
}

/** Launches and waits until it says a line, so that it has got as far as that. */
function launchUntilHeard(args: string[], options: LaunchOptions) {
  let heard = () => {};
  const said = new Promise<void>((resolve) => (heard = resolve));
  const run = launchFFmpeg(args, {
    ...options,
    logger: { ...silentLogger, debug: () => heard(), warn: () => heard() },
  });
  return said.then(() => run);
}

describe('an ffmpeg that does its work', () => {
  test('ends with 0, without a cause and with its last lines', async () => {
    const run = launchFFmpeg([...TEST_CARD, '-t', '0.2', 'card.ts'], { ...FFMPEG, cwd: folder });
    const exit = await run.exited;
    expect(exit).toMatchObject({ exitCode: 0, signal: null, cause: null, error: null });
    expect(exit.stderr.length).toBeGreaterThan(0);
    expect(exit.stderr.length).toBeLessThanOrEqual(20);
    expect((await stat(path.join(folder, 'card.ts'))).size).toBeGreaterThan(0);
    expect(isAlive(run.pid)).toBe(false);
  });

  test('tells how far it is', async () => {
    const heard: Progress[] = [];
    const run = launchFFmpeg([...TEST_CARD, '-t', '1', '-f', 'null', '-'], {
      ...FFMPEG,
      onProgress: (progress) => heard.push(progress),
    });
    expect((await run.exited).exitCode).toBe(0);
    expect(heard.at(-1)).toMatchObject({ frame: 25, ended: true });
  });

  test('outlives a listener that throws', async () => {
    const run = launchFFmpeg([...TEST_CARD, '-t', '0.2', '-f', 'null', '-'], {
      ...FFMPEG,
      onProgress() {
        throw new Error('listener');
      },
    });
    await expect(run.exited).resolves.toBeDefined();
    expect(isAlive(run.pid)).toBe(false);
  });

  test('has the priority that was asked for', async () => {
    const run = await launchUntilHeard(ENDLESS, { ...FFMPEG, niceness: 7 });
    expect(os.getPriority(run.pid)).toBe(7);
    await run.terminate();
  });

  test('gives way with all its threads, from when it is told to', async () => {
    const run = await launchUntilHeard(ENDLESS, { ...FFMPEG, niceness: 2 });
    run.lowerPriority(9);
    const threads = (await readdir(`/proc/${run.pid}/task`)).map(Number);
    expect(threads.length).toBeGreaterThan(1);
    expect(threads.map((thread) => os.getPriority(thread))).toEqual(threads.map(() => 9));
    await run.terminate();
    expect(() => run.lowerPriority(19)).not.toThrow();
  });
});

describe('an ffmpeg that fails', () => {
  test('says why', async () => {
    const { exited } = launchFFmpeg(['-i', path.join(folder, 'gone.mkv'), '-f', 'null', '-'], FFMPEG);
    const exit = await exited;
    expect(exit).toMatchObject({ signal: null, cause: 'missing file', error: { code: 'ffmpeg_failed' } });
    expect(exit.exitCode).not.toBe(0);
    expect(exit.error?.message).toContain('No such file or directory');
  });

  test('is told apart by what the file is', async () => {
    const file = path.join(folder, 'noise.mkv');
    await writeFile(file, 'no film at all');
    const { exited } = launchFFmpeg(['-i', file, '-f', 'null', '-'], FFMPEG);
    expect(await exited).toMatchObject({ cause: 'corrupt', error: { code: 'ffmpeg_failed' } });
  });

  test('is told apart by the encoder', async () => {
    const { exited } = launchFFmpeg([...TEST_CARD, '-t', '1', '-c:v', 'h264_nothing', '-f', 'null', '-'], FFMPEG);
    expect(await exited).toMatchObject({ cause: 'no such encoder' });
  });

  test('was ended by somebody else', async () => {
    const run = await launchUntilHeard(ENDLESS, FFMPEG);
    if (run.pid !== undefined) process.kill(run.pid, 'SIGKILL');
    expect(await run.exited).toMatchObject({ exitCode: null, signal: 'SIGKILL', error: { code: 'ffmpeg_failed' } });
  });

  it.each([
    ['is not there', () => ({ ffmpegPath: path.join(folder, 'nowhere') })],
    ['is no program', () => ({ ffmpegPath: folder })],
    ['has no folder to work in', () => ({ ffmpegPath: 'ffmpeg', cwd: path.join(folder, 'nowhere') })],
  ])('%s', async (_, options) => {
    const progress: Progress[] = [];
    const run = launchFFmpeg(['-version'], { ...options(), niceness: 5, onProgress: (p) => progress.push(p) });
    expect(run.pid).toBeUndefined();
    const exit = await run.exited;
    expect(exit).toMatchObject({ exitCode: null, stderr: [], error: { code: 'ffmpeg_not_found' } });
    expect(exit.error?.message).toMatch(/^ffmpeg not found in PATH/);
    await expect(run.terminate()).resolves.toBe(exit);
    expect(progress).toEqual([]);
  });
});

describe('an ffmpeg that is told to end', () => {
  test('ends, and that is no failure', async () => {
    const run = await launchUntilHeard(ENDLESS, FFMPEG);
    const [first, second] = await Promise.all([run.terminate(), run.terminate()]);
    expect(first).toMatchObject({ cause: null, error: null });
    expect(second).toBe(first);
    expect(isAlive(run.pid)).toBe(false);
    expect(await run.terminate()).toBe(first);
  });

  test('ends by a signal that leaves no listener behind', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const run = await launchUntilHeard(ENDLESS, { ...FFMPEG, signal });
    controller.abort();
    expect(await run.exited).toMatchObject({ error: null });
    expect(isAlive(run.pid)).toBe(false);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('ends at once by a signal that was given before', async () => {
    const run = launchFFmpeg(ENDLESS, { ...FFMPEG, signal: AbortSignal.abort() });
    expect(await run.exited).toMatchObject({ error: null });
  });

  const STUBBORN = `#!${process.execPath}
process.on('SIGTERM', () => console.error('not me'));
console.error('ready');
setInterval(() => {}, 1000);
`;

  test('is killed when it will not', async () => {
    const ffmpegPath = await fakeFFmpeg('stubborn', STUBBORN);
    const run = await launchUntilHeard([], { ffmpegPath });
    await terminateProcess(run, { graceMs: 300 });
    expect(await run.exited).toMatchObject({ signal: 'SIGKILL', error: null, stderr: ['ready', 'not me'] });
  });

  test('is killed by its number when it will not', async () => {
    const child = spawn(await fakeFFmpeg('stubborn-orphan', STUBBORN), { stdio: ['ignore', 'ignore', 'pipe'] });
    await once(child.stderr, 'data');
    const exited = once(child, 'exit');
    await terminateProcess(child.pid ?? 0, { graceMs: 100 });
    expect(await exited).toEqual([null, 'SIGKILL']);
  });

  test('ends by its number alone', async () => {
    const run = await launchUntilHeard(ENDLESS, FFMPEG);
    await terminateProcess(run.pid ?? 0);
    expect(isAlive(run.pid)).toBe(false);
    await terminateProcess(run.pid ?? 0);
  });

  test('ends what it has started, where it is a script', async () => {
    const pidFile = path.join(folder, 'child.pid');
    const body = `#!/bin/sh\nsleep 60 &\necho $! > ${pidFile}\necho ready >&2\nwait\n`;
    const run = await launchUntilHeard([], { ffmpegPath: await fakeFFmpeg('parent', body), onProgress() {} });
    expect(await run.terminate()).toMatchObject({ signal: 'SIGTERM', stderr: ['ready'] });
    expect(isAlive(Number(await readFile(pidFile, 'utf8')))).toBe(false);
  });

  test('has ended even when something that it has let go still holds its output', async () => {
    const pidFile = path.join(folder, 'daemon.pid');
    const body = `#!/bin/sh\n(sleep 60 & echo $! > ${pidFile})\necho ready >&2\nexec sleep 60\n`;
    const run = await launchUntilHeard([], { ffmpegPath: await fakeFFmpeg('daemon', body), onProgress() {} });
    try {
      expect(await run.terminate()).toMatchObject({ signal: 'SIGTERM', stderr: ['ready'] });
    } finally {
      process.kill(Number(await readFile(pidFile, 'utf8')), 'SIGKILL');
    }
  });

  test('gives way with what it has started', async () => {
    const body = '#!/bin/sh\nffmpeg "$@"\nexit $?\n';
    const run = await launchUntilHeard(ENDLESS, { ffmpegPath: await fakeFFmpeg('script', body) });
    run.lowerPriority(9);
    expect(familyOf(run.pid ?? 0).map((pid) => os.getPriority(pid))).toEqual([9, 9]);
    await run.terminate();
  });
});
