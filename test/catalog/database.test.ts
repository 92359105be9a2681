import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import { openDatabase } from '../../src/catalog/database.ts';
import { MIGRATIONS, type Migration } from '../../src/catalog/migrations/migrations.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { temporaryFolder } from './samples.ts';

const options = { logger: silentLogger, now: () => Date.UTC(2024, 0, 2, 3, 4, 5) };
const shelf: Migration = {
  name: '999-shelf',
  up: (knex) => knex.schema.createTable('shelf', (table) => void table.text('board')),
};

test('a database is made where there is none, and opened where there is one', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'deep', 'sidecast.db');
  const first = await openDatabase(file, options);
  await first.knex('settings').insert({ key: 'a', value: 'b' });
  await first.close();
  const again = await openDatabase(file, options);
  expect(again.recovered).toBe(false);
  expect(await again.knex('settings')).toEqual([{ key: 'a', value: 'b' }]);
  expect(await again.knex.raw('pragma journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  expect(await again.knex.raw('pragma foreign_keys')).toEqual([{ foreign_keys: 1 }]);
  await again.close();
  expect(await readdir(path.dirname(file))).toEqual(['sidecast.db']);
});

test('a copy is kept of a database before it is changed', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const first = await openDatabase(file, options);
  await first.knex('settings').insert({ key: 'a', value: 'old' });
  await first.close();

  const second = await openDatabase(file, { ...options, migrations: [...MIGRATIONS, shelf] });
  await second.knex('shelf').insert({ board: 'oak' });
  await second.knex('settings').update({ value: 'new' });
  await second.close();

  const copy = await openDatabase(`${file}.before-999-shelf`, options);
  expect(await copy.knex('settings')).toEqual([{ key: 'a', value: 'old' }]);
  await copy.close();
});

test('a migration that fails changes nothing', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  await (await openDatabase(file, options)).close();
  const broken: Migration = {
    name: '999-broken',
    async up(knex) {
      await shelf.up(knex);
      await knex.raw('select * from nothing');
    },
  };
  await expect(openDatabase(file, { ...options, migrations: [...MIGRATIONS, broken] })).rejects.toThrow('nothing');
  const after = await openDatabase(file, options);
  expect(await after.knex.schema.hasTable('shelf')).toBe(false);
  await after.close();
});

test('a database of a newer Sidecast is refused and left as it is', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  await (await openDatabase(file, { ...options, migrations: [...MIGRATIONS, shelf] })).close();
  const before = await readFile(file);
  await expect(openDatabase(file, options)).rejects.toMatchObject({
    code: 'database_newer',
    message: expect.stringMatching(/newer Sidecast.*"999-shelf".*update Sidecast/),
  });
  expect((await readFile(file)).equals(before)).toBe(true);
  expect(await readdir(folder.path)).toEqual(['sidecast.db']);
});

test.each<[what: string, damage: (file: string) => Promise<void>]>([
  [
    'is something else altogether',
    (file) => writeFile(file, 'not a database, but long enough to be read as one'.repeat(30)),
  ],
  [
    'has a damaged page',
    async (file) => {
      const bytes = await readFile(file);
      bytes.fill(0xaa, 4096 * 2, 4096 * 5);
      await writeFile(file, bytes);
    },
  ],
])('a file that %s is set aside and a new one is made', async (_what, damage) => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  await (await openDatabase(file, options)).close();
  await damage(file);
  const damaged = await readFile(file);
  const errors: string[] = [];
  const logger = { ...silentLogger, error: (_facts: object, sentence: string) => void errors.push(sentence) };

  const { recovered, knex, close } = await openDatabase(file, { ...options, logger });
  expect(recovered).toBe(true);
  expect(errors).toEqual([expect.stringContaining('was damaged; it was set aside')]);
  expect(await knex('channels')).toEqual([]);
  await close();
  const aside = `${file}.corrupt-2024-01-02T03-04-05.000Z`;
  expect((await readFile(aside)).equals(damaged)).toBe(true);
});

test('what was written before a crash is there afterwards', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const running = await openDatabase(file, options);
  await running.knex('settings').insert({ key: 'a', value: 'b' });
  // What a power cut leaves: the file and its log, neither closed.
  const left = path.join(folder.path, 'left.db');
  for (const suffix of ['', '-wal']) await copyFile(file + suffix, left + suffix);
  await running.close();
  const after = await openDatabase(left, options);
  expect(await after.knex('settings')).toEqual([{ key: 'a', value: 'b' }]);
  expect(after.recovered).toBe(false);
  await after.close();
});
