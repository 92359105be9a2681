import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Knex } from 'knex';
import { HostDatabase } from '../../src/library/database/host-database.ts';
import { mountPoints } from '../../src/library/database/mounts.ts';
import { DiskProcess } from '../../src/library/disk/disk-process.ts';
import { canMount, withReadOnlyMount } from '../support/bind-mount.ts';
import { temporaryFolder } from '../support/hosts.ts';
import { StandInHost } from '../support/stand-in-host.ts';

/** Rows in the file itself, and those that are in the WAL only. */
const SETTLED = 40;
const WAITING = 7;
/** How long a writer and readers are at it; a soak gives a minute and more. */
const HAMMER_MS = Number(process.env['HAMMER_SECONDS'] ?? 5) * 1000;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let hostFolder: string;
let file: string;
let scratch: string;
let hosts: StandInHost[];
let disk: DiskProcess;
/** What a server has left that was stopped in order. */
let settled: string;
let left: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  disk = new DiskProcess();
  left = await temporaryFolder();
  settled = path.join(left.path, 'settled.db');
  const host = await StandInHost.start(settled);
  await host.write(SETTLED);
  await host.stop();
});
afterAll(async () => {
  disk[Symbol.dispose]();
  await left[Symbol.asyncDispose]();
});
beforeEach(async () => {
  folder = await temporaryFolder();
  hostFolder = path.join(folder.path, 'data');
  file = path.join(hostFolder, 'jellyfin.db');
  scratch = path.join(folder.path, 'scratch');
  await mkdir(hostFolder);
  hosts = [];
});
afterEach(async () => {
  for (const host of hosts) await host.kill();
  await folder[Symbol.asyncDispose]();
});

const countRows = async (knex: Knex): Promise<number> => {
  const [row]: { rows: number }[] = await knex('written').count({ rows: '*' });
  return row?.rows ?? -1;
};

/** Rows that one look sees. */
async function look(at = file): Promise<number> {
  await using database = await HostDatabase.open(at, { disk, scratchDirectory: scratch });
  return await database.read(countRows);
}

/** Everything in the host's folder that a look must leave as it is. */
async function footprint(directory = hostFolder): Promise<Record<string, string>> {
  const names = (await readdir(directory)).sort();
  const marks = await Promise.all(
    names.map(async (name) => {
      const { ino, size, mtimeNs } = await stat(path.join(directory, name), { bigint: true });
      // A reader leaves its mark in the index, as SQLite has it: it is the same file, and as large.
      return [name, name.endsWith('-shm') ? `${ino} ${size}` : `${ino} ${size} ${mtimeNs}`];
    }),
  );
  return Object.fromEntries(marks);
}

type State = 'at work' | 'stopped' | 'stopped, with an empty WAL' | 'killed' | 'killed, without the index';

/** Brings the host's folder into a state. */
async function bring(state: State): Promise<void> {
  await copyFile(settled, file);
  if (state === 'stopped, with an empty WAL') await writeFile(`${file}-wal`, '');
  if (state.startsWith('stopped')) return;
  const host = await StandInHost.start(file);
  hosts.push(host);
  await host.write(WAITING);
  if (state === 'at work') return;
  await host.kill();
  if (state === 'killed, without the index') await rm(`${file}-shm`);
}

const STATES: [state: State, files: string[], rows: number][] = [
  ['at work', ['jellyfin.db', 'jellyfin.db-shm', 'jellyfin.db-wal'], SETTLED + WAITING],
  ['stopped', ['jellyfin.db'], SETTLED],
  ['stopped, with an empty WAL', ['jellyfin.db', 'jellyfin.db-wal'], SETTLED],
  ['killed', ['jellyfin.db', 'jellyfin.db-shm', 'jellyfin.db-wal'], SETTLED + WAITING],
  ['killed, without the index', ['jellyfin.db', 'jellyfin.db-wal'], SETTLED + WAITING],
];

describe.each(STATES)('a server that is %s', (state, files, rows) => {
  test('is read to the last row, and its folder is left as it was', async () => {
    await bring(state);
    const before = await footprint();
    expect(Object.keys(before)).toEqual(files);
    for (let time = 0; time < 3; time++) expect(await look()).toBe(rows);
    expect(await footprint()).toEqual(before);
  });

  (canMount ? test : test.skip)('is read to the last row through a read-only mount of its folder', async () => {
    await bring(state);
    const before = await footprint();
    const mounted = path.join(folder.path, 'mounted');
    await mkdir(mounted);
    await withReadOnlyMount(hostFolder, mounted, async () => {
      for (let time = 0; time < 3; time++) expect(await look(path.join(mounted, 'jellyfin.db'))).toBe(rows);
    });
    expect(await footprint()).toEqual(before);
  });
});

test.each<State>(['at work', 'stopped'])('a server that is %s cannot be written to', async (state) => {
  await bring(state);
  const before = await footprint();
  await using database = await HostDatabase.open(file, { disk, scratchDirectory: scratch, wait: async () => {} });
  await expect(database.read((knex) => knex.raw('delete from written'))).rejects.toMatchObject({
    ...{ code: 'library_unreadable', message: expect.stringContaining('SQLITE_READONLY') },
  });
  expect(await footprint()).toEqual(before);
});

describe('a server with another journal', () => {
  test('is read beside it without a file more', async () => {
    await using host = await StandInHost.start(file, { journal: 'truncate' });
    await host.write(SETTLED);
    const before = await footprint();
    expect(await look()).toBe(SETTLED);
    expect(await footprint()).toEqual(before);
    await host.write(1);
    expect(await look()).toBe(SETTLED + 1);
  });

  test('is read from a copy when it was cut off in the middle of a transaction', async () => {
    await using host = await StandInHost.start(file, { journal: 'truncate' });
    await host.write(SETTLED);
    await host.begin();
    await host.kill();
    expect((await stat(`${file}-journal`)).size).toBeGreaterThan(0);
    const before = await footprint();
    expect(await look()).toBe(SETTLED);
    expect(await footprint()).toEqual(before);
    expect(await readdir(scratch)).toEqual([]);
  });

  test('that it keeps to itself is read from a copy, where its WAL tells all', async () => {
    await using host = await StandInHost.start(file, { locking: 'exclusive' });
    await host.write(SETTLED);
    const before = await footprint();
    expect(Object.keys(before)).toEqual(['jellyfin.db', 'jellyfin.db-wal']);
    expect(await look()).toBe(SETTLED);
    expect(await footprint()).toEqual(before);
  });

  test('that it keeps to itself is explained', async () => {
    await using host = await StandInHost.start(file, { journal: 'truncate', locking: 'exclusive' });
    await host.write(SETTLED);
    const waits: number[] = [];
    await using database = await HostDatabase.open(file, {
      disk,
      scratchDirectory: scratch,
      wait: async (delayMs) => void waits.push(delayMs),
    });
    await expect(database.read(countRows)).rejects.toMatchObject({
      code: 'library_locked',
      message: expect.stringContaining('EXCLUSIVE'),
    });
    expect(waits).toEqual([50, 100, 200, 400, 800]);
    await host.kill();
    expect(await database.read(countRows)).toBe(SETTLED);
  });
});

test('a server that writes without a pause is never in our way for long, nor we in its', async () => {
  const rounds = (['wal', 'truncate'] as const).map(async (journal) => {
    const own = path.join(hostFolder, `${journal}.db`);
    await using host = await StandInHost.start(own, { journal });
    await host.write(SETTLED);
    await host.loseLocks();
    await host.hammer();
    const until = performance.now() + HAMMER_MS;
    let seen = SETTLED;
    let looks = 0;
    for (; performance.now() < until; looks++) {
      const rows = await look(own);
      // It writes two rows at a time.
      expect((rows - SETTLED) % 2).toBe(0);
      expect(rows).toBeGreaterThanOrEqual(seen);
      seen = rows;
    }
    const written = await host.rest();
    expect(await look(own)).toBe(written);
    expect(seen).toBeGreaterThan(SETTLED);
    expect(looks).toBeGreaterThan(1);
  });
  await Promise.all(rounds);
});

describe('what is no database that can be read', () => {
  test.each<[what: string, make: () => Promise<unknown>, code: string, message: string | RegExp]>([
    ['is not there', async () => {}, 'library_unreadable', /ENOENT/],
    ['is a folder', () => mkdir(file), 'library_unreadable', /is a folder/],
    ['is empty', () => writeFile(file, ''), 'library_unreadable', /is empty/],
    ['is no database', () => writeFile(file, 'x'.repeat(5000)), 'library_unreadable', /damaged or no SQLite/],
  ])('a file that %s is refused in words', async (_, make, code, message) => {
    await make();
    await expect(look()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await readdir(folder.path)).toEqual(['data']);
  });

  /** A file of the system's own that nobody may read, whoever it is. */
  const UNREADABLE = '/sys/bus/cpu/uevent';
  describe.each([
    ['itself', async () => UNREADABLE],
    [
      'beside it',
      async () => {
        await bring('at work');
        await rm(`${file}-shm`);
        await symlink(UNREADABLE, `${file}-shm`);
        return file;
      },
    ],
  ])('a file that may not be read, %s,', (_, make) => {
    (existsSync(UNREADABLE) ? test : test.skip)('is refused with what to do', async () => {
      await expect(look(await make())).rejects.toMatchObject({
        ...{ code: 'library_unreadable', message: expect.stringContaining('let the user that Sidecast runs as read') },
      });
    });
  });

  test('a damaged one is refused, and is not tried over and over', async () => {
    await bring('stopped');
    await truncate(file, 4096);
    await using database = await HostDatabase.open(file, {
      disk,
      scratchDirectory: scratch,
      wait: () => Promise.reject(new Error('it waits')),
    });
    await expect(database.read(countRows)).rejects.toMatchObject({
      ...{ code: 'library_unreadable', message: expect.stringContaining('damaged') },
    });
  });

  test('one that has become another in the middle is told of, without a word of SQL', async () => {
    await bring('stopped');
    await using database = await HostDatabase.open(file, { disk, scratchDirectory: scratch });
    await expect(database.read((knex) => knex('renamed').select('id'))).rejects.toMatchObject({
      code: 'library_unreadable',
      message: `the database ${file} cannot be read: SQLITE_ERROR: no such table: renamed`,
    });
  });

  test('one that goes away while it is read is told of', async () => {
    await bring('stopped');
    await using database = await HostDatabase.open(file, { disk, scratchDirectory: scratch, wait: async () => {} });
    const gone = database.read(async (knex) => {
      await rm(file);
      return countRows(knex);
    });
    await expect(gone).rejects.toMatchObject({ code: 'library_unreadable', message: expect.stringContaining(file) });
  });

  (canMount ? test : test.skip)('a single file that is mounted is refused: its WAL is hidden', async () => {
    await bring('at work');
    const mounted = path.join(folder.path, 'library.db');
    await writeFile(mounted, '');
    await withReadOnlyMount(file, mounted, () =>
      expect(look(mounted)).rejects.toMatchObject({
        ...{ code: 'library_unreadable', message: expect.stringContaining('mount its folder instead') },
      }),
    );
  });

  test('mounts are read with their odd characters', () => {
    const mountinfo = String.raw`22 1 8:1 / / rw - ext4 /dev/sda1 rw
43 22 8:1 /f1 /config/my\040library.db ro,relatime shared:1 - ext4 /dev/sda1 rw
`;
    expect(mountPoints(mountinfo)).toEqual(['/', '/config/my library.db']);
  });
});

describe('a look that the server comes into', () => {
  test('begins again when the server has started meanwhile', async () => {
    await bring('stopped');
    await using database = await HostDatabase.open(file, { disk, scratchDirectory: scratch });
    let isFirst = true;
    const rows = await database.read(async (knex) => {
      const seen = await countRows(knex);
      if (isFirst) {
        const host = await StandInHost.start(file);
        hosts.push(host);
        await host.write(1);
      }
      isFirst = false;
      return seen;
    });
    expect(rows).toBe(SETTLED + 1);
  });

  test('begins again when the server has stopped meanwhile', async () => {
    await bring('killed, without the index');
    await using database = await HostDatabase.open(file, { disk, scratchDirectory: scratch });
    expect(await database.read(countRows)).toBe(SETTLED + WAITING);
    const again = await StandInHost.start(file);
    await again.write(1);
    await again.stop();
    expect(await database.read(countRows)).toBe(SETTLED + WAITING + 1);
  });
});
