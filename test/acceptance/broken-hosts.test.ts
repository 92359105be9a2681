import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import createKnex from 'knex';
import { HlsPlayer } from '../support/hls-player.ts';
import { build, unpack } from '../support/hosts.ts';
import { addFilm } from '../support/library.ts';
import { builtProgram, sidecast, SidecarProcess } from '../support/sidecar-process.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const PILOT = 'shows/Show One (2010)/Season 01/Show One - S01E01 - Pilot.mkv';
/** So many that reading them takes a while. */
const MANY = 20_000;

let folder: string;
let main: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'broken-hosts-'));
  main = await builtProgram();
  const pilot = path.join(folder, 'nas', PILOT);
  await mkdir(path.dirname(pilot), { recursive: true });
  await addFilm(path.dirname(pilot), 'mkvAt25', { seconds: 4, as: path.basename(pilot) });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a host’s database that is broken, or breaks, is told of, and channels stay on air from the catalog', async () => {
  const at = (...names: string[]) => path.join(folder, ...names);
  const good = await unpack('jellyfin-10.11', at('good/data/jellyfin.db'));
  const damaged = at('damaged/data/jellyfin.db');
  await mkdir(path.dirname(damaged), { recursive: true });
  await copyFile(good, damaged);
  await truncate(damaged, 4096);
  await mkdir(at('folder/data/jellyfin.db'), { recursive: true });
  await mkdir(at('empty'));
  await writeFile(at('empty/jellyfin.db'), '');
  await build('jellyfin-12.0', at('newer/data/jellyfin.db'), async (knex) => {
    await knex.raw('alter table BaseItems drop column OfficialRating');
  });
  const broken: readonly (readonly [source: string, reason: RegExp])[] = [
    [`jellyfin:${at('damaged')}`, /jellyfin\.db cannot be read: it is damaged or no SQLite database/],
    [
      `jellyfin:${at('folder')}`,
      /there is no library of Jellyfin at .*folder: there is no jellyfin\.db and no library\.db/,
    ],
    [`jellyfin:${at('empty')}`, /jellyfin\.db cannot be read: it is empty; is it the right file\?/],
    [`jellyfin:${at('newer')}`, /is like Jellyfin 12\.0, but has no BaseItems\.OfficialRating/],
  ];
  const env = {
    SIDECAST_LIBRARY: [...broken.map(([source]) => source), `jellyfin:${at('good')}`].join(','),
    SIDECAST_PATH_MAP: `/media=>${at('nas')}`,
  };
  await using sidecar = await SidecarProcess.start({ main, folder, env });
  const { id } = await sidecar.channel();

  async function goesOn(): Promise<void> {
    const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${id}/480p.m3u8`);
    await until('segments come', async () => {
      await player.load();
      return player.played.length >= 3;
    });
  }
  async function expectTold(reasons: readonly RegExp[]): Promise<void> {
    const told = await until('all of them are told of', async () => {
      const { status, causes } = await sidecar.health();
      const messages = causes.filter(({ code }) => code === 'library_unreadable').map(({ message }) => message);
      return messages.length === reasons.length && { status, messages };
    });
    expect(told).toEqual({
      status: 'degraded',
      messages: expect.arrayContaining(reasons.map((reason) => expect.stringMatching(reason))),
    });
    for (const reason of reasons) expect(sidecar.log).toMatch(reason);
    const { exitCode, stdout } = await sidecast(main, ['library'], { ...env, SIDECAST_DATA_DIR: at('data') });
    expect(exitCode).toBe(1);
    const problems = stdout.match(/^ {2}it could not be looked through: .*$/gm);
    expect(problems).toEqual(reasons.map((reason) => expect.stringMatching(reason)));
    expect(stdout).toContain('Shows: 2 shows with 8 episodes, 7 not on this machine');
  }

  await expectTold(broken.map(([, reason]) => reason));
  await goesOn();

  // One that disappears while it is read.
  await addFilms(good);
  const source = encodeURIComponent(`jellyfin:${at('good')}`);
  expect(await sidecar.status(`/api/library/sync?source=${source}`, { method: 'POST' })).toBe(202);
  await until('it is being read', async () => {
    const { sync } = await sidecar.json<{ sync: { running: boolean; items: number } }>('/api/library');
    expect(sync.running).toBe(true);
    return sync.items >= 500;
  });
  await rm(path.dirname(good), { recursive: true });
  await until('that look is over', async () => {
    const { sync } = await sidecar.json<{ sync: { running: boolean } }>('/api/library');
    return !sync.running;
  });
  // A quick one may have read all of it by then: the next one finds nothing.
  expect(await sidecar.status(`/api/library/sync?source=${source}`, { method: 'POST' })).toBe(202);
  await expectTold([...broken.map(([, reason]) => reason), /(no library of Jellyfin at|cannot be read:) .*good/]);
  await goesOn();
  expect((await sidecar.channels()).map((channel) => channel.id)).toContain(id);
});

/** What a server adds that was stopped afterwards. */
async function addFilms(file: string): Promise<void> {
  const knex = createKnex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
  try {
    await knex.raw(
      `insert into BaseItems (Id, Type, Name, Path, RunTimeTicks, IsFolder, IsInMixedFolder, IsLocked, IsMovie, IsRepeat,
         IsSeries, IsVirtualItem)
       with recursive n (i) as (select 1 union all select i + 1 from n where i < ${MANY})
       select printf('%08X-0000-4000-8000-%012X', i, i), 'MediaBrowser.Controller.Entities.Movies.Movie', 'Film ' || i,
         '/media/' || i, 10000000, 0, 0, 0, 0, 0, 0, 0 from n`,
    );
  } finally {
    await knex.destroy();
  }
  expect((await readFile(file)).length).toBeGreaterThan(MANY * 50);
}
