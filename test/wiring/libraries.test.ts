import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { deskAt } from '../../src/wiring/library-desk.ts';
import { unpack } from '../support/hosts.ts';
import { startInProcess } from '../support/in-process.ts';
import { makeLibrary } from '../support/library.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

jest.setTimeout(60_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');
const MINUTE_MS = 60_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'libraries-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a library that could not be read is read again after a minute, and not before', async () => {
  const good = await makeLibrary(folder, ['mkvAt25'], { seconds: 4 });
  const config = path.join(folder, 'config');
  await mkdir(config);
  const clock = new WoundClock(START_MS);
  const env = { SIDECAST_LIBRARY: `folder:${good},jellyfin:${config}` };
  await using sidecar = await startInProcess({ folder, library: good, clock, env });
  const host = async () => {
    const { sources } = await sidecar.json<{ sources: { schema: string | null; problem: string | null }[] }>(
      '/api/library',
    );
    return sources[1];
  };
  await until('it was found to be missing', async () => (await host())?.problem);
  await unpack('jellyfin-10.11', path.join(config, 'data/jellyfin.db'));
  await clock.wind(MINUTE_MS / 2);
  expect(await host()).toMatchObject({ schema: null, problem: expect.stringContaining('there is no jellyfin.db') });
  await until('it was read', async () => {
    await clock.wind(1000);
    return (await host())?.schema === 'Jellyfin 10.11';
  });
  // Long before the next look that is on the schedule.
  expect(clock.elapsed()).toBeLessThan(60 * MINUTE_MS);
  expect(await host()).toMatchObject({ problem: null });
  await until('health says no more of it', async () => {
    const { causes } = await sidecar.json<{ causes: { code: string }[] }>('/api/health');
    return causes.every(({ code }) => code !== 'library_unreadable');
  });
});

test('a sync that somebody asks for is over when what was just written has been looked at twice', async () => {
  const own = path.join(folder, 'written');
  const library = await makeLibrary(own, ['mkvAt25'], { seconds: 4 });
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder: own, library, clock });
  const written = path.join(library, 'Heat (1995).mkv');
  await writeFile(written, 'x');
  await utimes(written, clock.now() / 1000, clock.now() / 1000);
  const desk = deskAt(sidecar.url, {});
  let isOver = false;
  const asked = desk.sync({ mayShrink: false, onProgress() {} }).then(() => (isOver = true));
  await until('the sync is over', async () => {
    await clock.wind(500);
    return isOver;
  });
  await asked;
  const found = await sidecar.json<{ items: { title: string }[] }>('/api/library/items?search=Heat');
  expect(found.items).toMatchObject([{ title: 'Heat' }]);
});

test('a stop leaves no timer behind that would keep the process of those who embed it', async () => {
  const own = path.join(folder, 'stopped');
  const library = await makeLibrary(own, ['mkvAt25'], { seconds: 4 });
  const clock = new WoundClock(START_MS);
  {
    await using sidecar = await startInProcess({ folder: own, library, clock });
    const { id } = await sidecar.channel();
    expect(await sidecar.status(`/channels/${id}/logo.png`)).toBe(200);
    expect(await sidecar.status(`/api/streams/${id}`, { method: 'POST' })).toBe(201);
    expect(clock.pending).toBeGreaterThan(0);
  }
  expect(clock.pending).toBe(0);
});
