import { stat } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execa, execaSync } from 'execa';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import { hostSource } from '../../../src/library/host-library.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { unpack } from '../../support/hosts.ts';
import { StandInHost } from '../../support/stand-in-host.ts';
import { itemsOf, sync, temporaryFolder } from '../samples.ts';

/** So many whole syncs; `npm run soak -- hammer` has two hundred, each by a process of its own. */
const SYNCS = Number(process.env['LOST_LOCKS_SYNCS'] ?? 25);
const FILM = `'A0B6A88A-F930-C55C-6B89-298530BF3A4B'`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
let host: StandInHost;
beforeEach(async () => {
  folder = await temporaryFolder();
  file = await unpack('jellyfin-12.0', path.join(folder.path, 'config/data/jellyfin.db'));
  host = await StandInHost.start(file);
  await take(0);
  await host.loseLocks();
});
afterEach(async () => {
  await host.kill();
  await folder[Symbol.asyncDispose]();
});

/** What a server writes between two looks: the title of a film, and a row that nobody reads but the server. */
async function take(number: number): Promise<void> {
  await host.change(
    `update BaseItems set Name = 'Take ${number}' where Id = ${FILM}; insert into written default values`,
  );
}

const toldByHost = () =>
  host.ask(`select Name as name, (select count(*) from written) as rows from BaseItems where Id = ${FILM}`);

/** The files as the server holds them: others under their names would be strangers to it. */
async function inodes(): Promise<(number | undefined)[]> {
  const marks = await Promise.all(['', '-wal', '-shm'].map((suffix) => stat(file + suffix).catch(() => undefined)));
  return marks.map((mark) => mark?.ino);
}

async function restart(): Promise<void> {
  await host.kill();
  host = await StandInHost.start(file);
}

describe('a server that has lost its locks', () => {
  let catalog: Catalog;
  beforeEach(async () => {
    catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), { logger: silentLogger, now: () => 0 });
  });
  afterEach(() => catalog.close());

  test('keeps its WAL through one sync after another, goes on writing, and has every row afterwards', async () => {
    const library = hostSource({
      ...{ host: 'jellyfin', path: path.join(folder.path, 'config'), pathRules: [] },
      ...{ scratchDirectory: path.join(folder.path, 'scratch'), logger: silentLogger },
    });
    const before = await inodes();
    expect(before).not.toContain(undefined);
    for (let number = 1; number <= SYNCS; number++) {
      await take(number);
      await sync(catalog, library);
      const titles = (await itemsOf(catalog, library.id)).map(({ title }) => title);
      expect(titles).toHaveLength(15 + 1);
      expect(titles).toContain(`Take ${number}`);
      expect(await inodes()).toEqual(before);
    }
    await restart();
    expect(await toldByHost()).toEqual([{ name: `Take ${SYNCS}`, rows: SYNCS + 1 }]);
  });
});

const sqlite3 = execaSync('sqlite3', ['--version'], { reject: false }).exitCode === 0 ? test : test.skip;
sqlite3(
  'such a server loses its WAL by one ordinary SELECT of another program, and what it writes from then on',
  async () => {
    const [database, ...beside] = await inodes();
    const { stdout } = await execa('sqlite3', [file, `select Name from BaseItems where Id = ${FILM}`]);
    expect(stdout).toBe('Take 0');
    expect(beside).not.toContain(undefined);
    expect(await inodes()).toEqual([database, undefined, undefined]);
    await take(1);
    await restart();
    expect(await toldByHost()).toEqual([{ name: 'Take 0', rows: 1 }]);
  },
);
