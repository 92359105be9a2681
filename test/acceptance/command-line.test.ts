import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { isAllowed, withSmallDisk } from '../support/confined.ts';
import { makeLibrary } from '../support/library.ts';
import { SMALL } from '../support/settings.ts';
import { builtProgram, sidecast, SidecarProcess } from '../support/sidecar-process.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const folder = await mkdtemp(path.join(tmpdir(), 'command-line-'));
const [small, contents] = [path.join(folder, 'small'), path.join(folder, 'contents')];
for (const each of [small, contents]) await mkdir(each);
await writeFile(path.join(contents, 'filler'), Buffer.alloc(1024 * 1024));
const confinement = withSmallDisk(small, 1, contents);
const fullDisk = (await isAllowed(confinement)) ? test : test.skip;

let library: string;
let main: string;
beforeAll(async () => {
  [main, library] = await Promise.all([builtProgram(), makeLibrary(folder, ['mkvAt25'])]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function settings(name: string): Record<string, string> {
  return { ...SMALL, SIDECAST_DATA_DIR: path.join(folder, name), SIDECAST_LIBRARY: `folder:${library}` };
}

test('--help names every setting and exit code', async () => {
  const { exitCode, stdout, stderr } = await sidecast(main, ['--help']);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/--library[\s\S]*--segment-seconds[\s\S]*Exit codes:/);
});

test('--version is the package’s', async () => {
  const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
  expect(await sidecast(main, ['--version'])).toMatchObject({ exitCode: 0, stdout: version, stderr: '' });
});

test('wrong settings are all told at once, with exit code 2', async () => {
  const { exitCode, stderr } = await sidecast(main, ['--port', 'many', '--segment-seconds', '7'], {
    SIDECAST_QUALITIES: '4k',
    SIDECAST_PRESET: 'slow',
  });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/--port[\s\S]*many/);
  expect(stderr).toMatch(/--segment-seconds[\s\S]*7/);
  expect(stderr).toMatch(/SIDECAST_QUALITIES[\s\S]*4k/);
  expect(stderr).toMatch(/SIDECAST_PRESET[\s\S]*slow/);
});

test('an unknown option is refused with exit code 2', async () => {
  expect((await sidecast(main, ['--colour'])).exitCode).toBe(2);
});

test('a port in use is told with exit code 3', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as AddressInfo;
  const { exitCode, stderr } = await sidecast(main, ['--port', String(port)], settings('port'));
  taken.close();
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining(`port ${port} is in use`)]);
});

test('a second sidecar on the same data folder is told with exit code 3, and the first airs on', async () => {
  await using first = await SidecarProcess.start({ main, folder, library });
  const { exitCode, stderr } = await sidecast(main, [], settings('data'));
  expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/another sidecast.*SIDECAST_DATA_DIR/s)]);
  expect(await first.status('/api/health')).toBe(200);
});

test('a missing ffmpeg is told with exit code 3', async () => {
  const { exitCode, stderr } = await sidecast(
    main,
    ['--ffmpeg-path', path.join(folder, 'nowhere')],
    settings('missing'),
  );
  expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/ffmpeg not found/)]);
});

test.each([
  ['data', 'SIDECAST_DATA_DIR'],
  ['streams', 'SIDECAST_STREAMS_DIR'],
  ['reels', 'SIDECAST_REELS_DIR'],
])('a %s folder that cannot be written is told with exit code 3', async (what, setting) => {
  // Even to root a folder below a file is not writable.
  const env = { ...settings(`without ${what}`), [setting]: path.join(library, 'c25.mkv', what) };
  const { exitCode, stderr } = await sidecast(main, [], env);
  expect([exitCode, stderr]).toEqual([
    3,
    expect.stringMatching(`the ${what} folder .* cannot be written .*${setting}`),
  ]);
});

fullDisk('a disk that is full at the start is told with exit code 3', async () => {
  const env = { ...settings('unused'), SIDECAST_DATA_DIR: small };
  const [program, ...args] = [...confinement, process.execPath, main];
  const { exitCode, stderr } = await execa(program, args, { env, reject: false, timeout: 30_000 });
  expect([exitCode, stderr]).toEqual([
    3,
    expect.stringMatching(/no space left.*; make room there, or set SIDECAST_DATA/),
  ]);
});

test('an ffmpeg that is too old is told with exit code 3', async () => {
  const old = path.join(folder, 'old-ffmpeg');
  await writeFile(old, '#!/bin/sh\necho "ffmpeg version 4.4.2 Copyright"\n', { mode: 0o755 });
  const { exitCode, stderr } = await sidecast(main, ['--ffmpeg-path', old], settings('old'));
  expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/is too old: .* is version 4\.4\.2/)]);
});

test('verify judges a stream, and its exit code is the verdict', async () => {
  await using sidecar = await SidecarProcess.start({ main, folder: path.join(folder, 'judged'), library });
  const { id } = await sidecar.channel();
  const good = await sidecast(main, ['verify', `${sidecar.url}/stream/${id}/master.m3u8`, '--seconds', '3']);
  expect(good).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('verdict: no faults') });
  const { exitCode, stderr } = await sidecast(main, ['verify', `${sidecar.url}/stream/nowhere.ts`]);
  expect([exitCode, stderr]).toEqual([1, expect.stringContaining('404')]);
});
