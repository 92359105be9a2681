import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import createKnex, { type Knex } from 'knex';
import { openCatalog } from '../../../src/catalog/catalog.ts';
import { KnownPeople } from '../../../src/catalog/warnings/known-people.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { film, sourceOf, sync, temporaryFolder } from '../samples.ts';

/** Several times what is read at once, many of them called alike. */
const FILMS = 4500;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let knex: Knex;
beforeAll(async () => {
  folder = await temporaryFolder();
  const file = path.join(folder.path, 'sidecast.db');
  const catalog = await openCatalog(file, { logger: silentLogger, now: () => 0 });
  const credited = (...names: string[]) => ({ people: names.map((name) => ({ name, role: null, kind: 'actor' })) });
  const films = Array.from({ length: FILMS }, (_, at) => film(`${at}`, credited(`Tomás Number${at}`, `Extra ${at}`)));
  await sync(
    catalog,
    sourceOf('folder:/films', () => [...films, film('last', credited('Tom Hanks', 'Penélope Cruz'))]),
  );
  await sync(
    catalog,
    sourceOf('folder:/gone', () => [film('gone', { source: 'folder:/gone', ...credited('Tom Gone') })]),
  );
  await sync(
    catalog,
    sourceOf('folder:/gone', () => []),
  );
  await catalog.close();
  knex = createKnex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
});
afterAll(async () => {
  await knex.destroy();
  await folder[Symbol.asyncDispose]();
});

test('who is in the credits now is found, whatever the case and accents', async () => {
  const people = new KnownPeople(knex);
  expect(await people.among(['tom hanks', 'PENELOPE CRUZ', 'Tom Gone', 'Extra 7', 'Nobody'])).toEqual([
    ...['tom hanks', 'PENELOPE CRUZ', 'Extra 7'],
  ]);
});

test('of thousands who are called alike none is lost, and the spelling is that of the credits', async () => {
  const people = new KnownPeople(knex);
  const alike = await people.like(['Tom Hnaks', 'Penny Cruz']);
  expect(alike.get('Tom Hnaks')).toHaveLength(FILMS + 1);
  expect(alike.get('Tom Hnaks')).toContain('tom hanks');
  expect(alike.get('Tom Hnaks')).not.toContain('tom gone');
  expect(alike.get('Penny Cruz')).toEqual(['penelope cruz']);
  expect(await people.spellings(['penelope cruz', 'tomas number3000'])).toEqual(
    new Map([
      ['tomas number3000', 'Tomás Number3000'],
      ['penelope cruz', 'Penélope Cruz'],
    ]),
  );
});

test('the credits are read as often for a hundred as for one', async () => {
  const people = new KnownPeople(knex);
  const readFor = async (names: readonly string[]) => {
    let queries = 0;
    const count = () => queries++;
    knex.on('query', count);
    await people.among(names);
    await people.like(names);
    knex.off('query', count);
    return queries;
  };
  const one = await readFor(['Nobody']);
  expect(one).toBeGreaterThan(5);
  expect(await readFor(Array.from({ length: 100 }, (_, at) => `Nobody ${at}`))).toBe(one);
});
