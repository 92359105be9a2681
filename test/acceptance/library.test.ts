import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readBarCodes } from '../support/barcode.ts';
import { FILMS } from '../support/films.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import type { ApiClient } from '../support/http-client.ts';
import { startInProcess } from '../support/in-process.ts';
import { addFilm, addShow, makeLibrary } from '../support/library.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2031-05-06T07:08:09.123Z');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'library-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a new file joins the loop by itself', async () => {
  const own = path.join(folder, 'joining');
  const library = await makeLibrary(own, ['mkvAt25']);
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder: own, library, clock });
  const { id } = await sidecar.channel();
  await addFilm(library, 'silentAt50');
  await until('the guide announces it', async () => (await sidecar.text('/guide.xml')).includes('>e50<'));
  await until('it is on air', async () => {
    if ((await sidecar.now(id)).now?.title === 'e50') return true;
    await clock.wind(5_000);
    return undefined;
  });
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${id}/480p.m3u8`);
  await player.load();
  const [picture] = await readBarCodes(player.played[0]!.bytes);
  expect(picture?.film).toBe(FILMS.silentAt50.number);
});

test('numbers are given in name order at first sight and never again', async () => {
  const own = path.join(folder, 'numbers');
  const library = path.join(own, 'library');
  await addShow(library, 'Beta');
  await addShow(library, 'Gamma');
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder: own, library, clock });
  await numbersBecome(sidecar, ['1 Beta', '2 Gamma']);
  await rm(path.join(library, 'Beta'), { recursive: true });
  // Half of the library is gone: that is no disk that is away.
  expect(await sidecar.status('/api/library/sync?allow_removals=true', { method: 'POST' })).toBe(202);
  await until('the loss is taken in', async () => (await itemsOf(sidecar)) === 2);
  // What was planned of it goes on until it is over.
  await numbersBecome(sidecar, ['2 Gamma'], () => clock.wind(HOUR_MS));
  await addShow(library, 'Alpha');
  await numbersBecome(sidecar, ['2 Gamma', '3 Alpha']);
  await addShow(library, 'Beta');
  await numbersBecome(sidecar, ['1 Beta', '2 Gamma', '3 Alpha']);
});

test('a lost data folder gives the same channels again', async () => {
  const own = path.join(folder, 'lost');
  const library = await makeLibrary(own, ['mkvAt25', 'mp4At24']);
  await addShow(library, 'Beta');
  const lives = [];
  for (let life = 0; life < 2; life++) {
    await using sidecar = await startInProcess({ folder: own, library, clock: new WoundClock(START_MS) });
    lives.push(
      await until('both channels are there', async () => {
        const channels = await sidecar.channels();
        return channels.length === 2 && channels.map(({ id, number, name }) => ({ id, number, name }));
      }),
    );
    await rm(path.join(own, 'data'), { recursive: true });
  }
  expect(lives[1]).toEqual(lives[0]);
});

async function itemsOf(sidecar: ApiClient): Promise<number | undefined> {
  const { sources } = await sidecar.json<{ sources: { files: { items: number } }[] }>('/api/library');
  return sources[0]?.files.items;
}

async function numbersBecome(
  sidecar: ApiClient,
  expected: readonly string[],
  waitOn: () => Promise<unknown> = async () => {},
): Promise<void> {
  await until(`the channels are ${expected.join(', ')}`, async () => {
    const numbers = (await sidecar.channels()).map(({ number, name }) => `${number} ${name}`);
    if (numbers.join() === expected.join()) return true;
    await waitOn();
    return undefined;
  });
}
