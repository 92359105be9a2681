import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { makeLibrary } from '../support/library.ts';
import { SMALL } from '../support/settings.ts';
import { builtProgram, sidecast, SidecarProcess } from '../support/sidecar-process.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

let folder: string;
let library: string;
let main: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'doctor-'));
  [main, library] = await Promise.all([builtProgram(), makeLibrary(folder, ['mkvAt25'])]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What it prints, line by line, and how it ends. */
async function doctor(name: string, env: Readonly<Record<string, string>> = {}) {
  const data = path.join(folder, name, 'data');
  const { exitCode, stdout, stderr } = await sidecast(main, ['doctor'], {
    ...SMALL,
    SIDECAST_DATA_DIR: data,
    SIDECAST_STREAMS_DIR: path.join(folder, name, 'streams'),
    SIDECAST_LIBRARY: `folder:${library}`,
    ...env,
  });
  return { exitCode, stderr, lines: stdout.split('\n') };
}

/** Of each line, the mark and the name of the check. */
function marks(lines: readonly string[]): string[] {
  return lines.flatMap((line) => /^([✓✗–] \w+):/.exec(line)?.[1] ?? []);
}

test('where no sidecar is at work, one starts on a copy, and nothing of it stays', async () => {
  const { exitCode, stderr, lines } = await doctor('alone');
  expect(lines.filter((line) => line.startsWith('✗'))).toEqual([]);
  expect([exitCode, stderr, marks(lines)]).toEqual([
    0,
    '',
    [
      ...['✓ ffmpeg', '✓ hardware', '✓ speed', '✓ folder', '✓ folder', '✓ folder', '✓ library', '✓ port', '✓ sidecar'],
      ...['✓ paths', '– address', '✓ channel', '✓ guide', '✓ tuner', '✓ health'],
    ],
  ]);
  expect(lines).toContain('All is well.');
  expect(await readdir(path.join(folder, 'alone/data'))).not.toContain('sidecast.db');
  expect((await readdir(tmpdir())).filter((name) => name.startsWith('sidecast-doctor-'))).toEqual([]);
});

test('a sidecar at work is asked, also when something is wrong', async () => {
  const key = { SIDECAST_API_KEY: 'the-key-of-this-sidecar' };
  await using sidecar = await SidecarProcess.start({ main, folder: path.join(folder, 'at-work'), library, env: key });
  await until('a channel is there', async () => (await sidecar.text('/channels.m3u')).includes('#EXTINF'));
  const well = await doctor('at-work', { ...key, SIDECAST_BASE_URL: sidecar.url });
  expect([well.exitCode, well.lines]).toEqual([
    0,
    expect.arrayContaining([
      `✓ sidecar: at work at ${sidecar.url}`,
      `✓ address: ${sidecar.url} leads here`,
      expect.stringMatching(/^✓ channel: 1 .* plays$/),
    ]),
  ]);
  // What is told is exactly what is wrong.
  const ill = await doctor('at-work', {
    SIDECAST_API_KEY: 'the-key-of-another-sidecar',
    SIDECAST_BASE_URL: 'http://127.0.0.1:9',
    SIDECAST_MIN_FREE_DISK_MB: '1000000000',
    SIDECAST_HARDWARE_ACCEL: 'videotoolbox',
    SIDECAST_LIBRARY: 'jellyfin:/nowhere',
  });
  expect([ill.exitCode, marks(ill.lines).filter((mark) => mark.startsWith('✗'))]).toEqual([
    1,
    [
      ...['✗ hardware', '✗ speed', '✗ folder', '✗ folder', '✗ folder', '✗ library', '✗ paths', '✗ address'],
      ...['✗ channel', '✗ tuner', '✗ health'],
    ],
  ]);
  expect(ill.lines.join('\n')).toMatch(
    /✗ library: there is no library of Jellyfin at \/nowhere.*\n {4}→ .*mount.*folder:/,
  );
  expect(ill.lines).toContain('✗ channel: the sidecar at work does not take the key');
  expect(await sidecar.status('/api/health')).toBe(200);
});

test('a film that has gone, and an ffmpeg that is missing, are told', async () => {
  const films = await makeLibrary(path.join(folder, 'gone'), ['mkvAt25']);
  const env = { SIDECAST_LIBRARY: `folder:${films}` };
  await using sidecar = await SidecarProcess.start({ main, folder: path.join(folder, 'gone'), library: films });
  await sidecar.channel();
  await rm(films, { recursive: true });
  const { exitCode, lines } = await doctor('gone', env);
  expect([exitCode, marks(lines).filter((mark) => mark.startsWith('✗'))]).toEqual([
    1,
    expect.arrayContaining(['✗ library', '✗ channel']),
  ]);
  const without = await doctor('none', { ...env, SIDECAST_FFMPEG_PATH: '/nowhere/ffmpeg' });
  expect(without.exitCode).toBe(1);
  expect(marks(without.lines)).toEqual(
    expect.arrayContaining(['✗ ffmpeg', '– hardware', '– speed', '✗ sidecar', '– channel', '– guide', '– health']),
  );
});
