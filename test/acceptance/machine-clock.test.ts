import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { HlsPlayer } from '../support/hls-player.ts';
import { makeLibrary } from '../support/library.ts';
import { builtProgram, SidecarProcess } from '../support/sidecar-process.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const HOUR_MS = 3_600_000;
/** Makes a process see another time of day; Debian has it with the program faketime. */
const libfaketime = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((file) => existsSync(file));
const possible = libfaketime === undefined ? test.skip : test;

let folder: string;
let main: string;
let library: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'machine-clock-'));
  [main, library] = await Promise.all([builtProgram(), makeLibrary(folder, ['mkvAt25'], { seconds: 2.9 })]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

possible('the clock of a machine is set by hours: players and tuners go on, or are sent away once', async () => {
  const offset = path.join(folder, 'offset');
  const set = async (hours: string) => {
    await writeFile(`${offset}.new`, `${hours}h\n`);
    await rename(`${offset}.new`, offset);
  };
  await set('+0');
  await using sidecar = await SidecarProcess.start({
    main,
    folder,
    library,
    env: {
      LD_PRELOAD: libfaketime ?? '',
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  });
  const { id } = await sidecar.channel();
  const address = `${sidecar.url}/stream/${id}/480p.m3u8`;
  using tuner = new TsViewer(`${sidecar.url}/stream/${id}.ts`);
  const goesOn = async () => {
    const { size } = tuner;
    await until('the continuous stream goes on', () => tuner.size > size);
  };
  const player = new HlsPlayer().tuneTo(address);
  await player.playUntil('some was played', ({ played }) => played.length > 3);

  const before = player.played.length;
  await set('+3');
  await player.playUntil(
    'it is three hours later',
    ({ played }) => (played.at(-1)?.dateMs ?? 0) > Date.now() + HOUR_MS,
  );
  await player.playUntil('that goes on', ({ played }) => played.length > before + 3);
  const texts = player.playlists.map(({ text }) => text.match(/^#EXT-X-DISCONTINUITY$/gm)?.length ?? 0);
  expect(Math.max(...texts)).toBe(0);
  const numbers = player.played.map(({ sequence }) => sequence);
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  await goesOn();
  expect(await sidecar.health()).toMatchObject({
    causes: [{ code: 'clock_stepped', message: expect.stringMatching(/forward by (3 h 0 min|2 h 59 min)/) }],
  });

  await set('-2');
  await until('the player is sent away', () =>
    player.load().then(
      () => false,
      (error: Error) => /404.*set back/.test(error.message),
    ),
  );
  const anew = new HlsPlayer().tuneTo(address);
  await anew.playUntil('some is played anew', ({ played }) => played.length > 3);
  expect(anew.played[0]?.dateMs).toBeLessThan(Date.now() - HOUR_MS);
  await goesOn();
  expect(tuner.hasEnded).toBe(false);
  expect(await sidecar.stop()).toBe(0);
});
