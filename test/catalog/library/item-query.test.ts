import path from 'node:path';
import { afterAll, beforeAll, expect, it, test } from '@jest/globals';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import { openDatabase } from '../../../src/catalog/database.ts';
import type { ItemFilter } from '../../../src/catalog/library/item-query.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { episode, film, migrationsBefore, sourceOf, sync, temporaryFolder } from '../samples.ts';

const options = { logger: silentLogger, now: () => 0 };
const HOST = 'jellyfin:/config';
const of = { source: HOST };
const ITEMS = [
  episode('École', 1, { ...of, title: 'Leçon', genres: ['Téléréalité'], libraries: ['Émissions'] }),
  episode('Ærø', 1, { ...of, title: 'Strandvej', studios: ['Øresund'], certificate: 'Ældre 15' }),
  film('Ὀδυσσεύς', { ...of, people: [{ name: 'Κώστας', role: null, kind: 'actor' }], tags: ['ναῦς'] }),
  film('Straße', { ...of, people: [{ name: 'Groß', role: null, kind: 'actor' }], genres: ['Ужасы'] }),
  film('שלום', { ...of, certificate: 'צעירים' }),
];

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let catalog: Catalog;
beforeAll(async () => {
  folder = await temporaryFolder();
  catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), options);
  await sync(
    catalog,
    sourceOf(HOST, () => ITEMS),
  );
});
afterAll(async () => {
  await catalog.close();
  await folder[Symbol.asyncDispose]();
});

const page = { sort: 'title', isDescending: false, limit: 100 } as const;
const titles = async (filter: ItemFilter, from = catalog) =>
  (await from.libraryReader.items({ ...filter, ...page })).items.map(({ title }) => title);

it.each<[filter: ItemFilter, found: string]>([
  [{ show: 'ÉCOLE' }, 'Leçon'],
  [{ show: 'école' }, 'Leçon'],
  // As some systems write it: an E and an accent.
  [{ show: 'E\u0301COLE' }, 'Leçon'],
  [{ show: 'ecole' }, 'Leçon'],
  [{ show: 'ÆRØ' }, 'Strandvej'],
  [{ show: 'ærø' }, 'Strandvej'],
  [{ library: 'émissions' }, 'Leçon'],
  [{ genre: 'TÉLÉRÉALITÉ' }, 'Leçon'],
  [{ genre: 'УЖАСЫ' }, 'Straße'],
  [{ studio: 'øRESUND' }, 'Strandvej'],
  [{ tag: 'ΝΑΥΣ' }, 'Ὀδυσσεύς'],
  [{ certificate: 'ÆLDRE 15' }, 'Strandvej'],
  [{ certificate: 'צעירים' }, 'שלום'],
  [{ person: 'ΚΩΣΤΑΣ' }, 'Ὀδυσσεύς'],
  [{ person: 'GROSS' }, 'Straße'],
  [{ person: 'groß' }, 'Straße'],
  [{ search: 'ΟΔΥΣΣΕΥΣ' }, 'Ὀδυσσεύς'],
  // The beginning of the word, where it is no sigma at the end.
  [{ search: 'ὀδυσ' }, 'Ὀδυσσεύς'],
  [{ search: 'ÆR' }, 'Strandvej'],
  [{ search: 'STRASSE' }, 'Straße'],
  [{ search: 'שלום' }, 'שלום'],
])('%j finds %s, whatever the case', async (filter, found) => {
  expect(await titles(filter)).toEqual([found]);
});

it.each<ItemFilter>([{ show: 'col' }, { genre: 'Drama' }, { certificate: 'PG' }, { person: 'Κώστ' }])(
  '%j finds nothing',
  async (filter) => {
    expect(await titles(filter)).toEqual([]);
  },
);

test('shows are found by library, and told page by page where only the case tells them apart', async () => {
  await using place = await temporaryFolder();
  await using other = {
    catalog: await openCatalog(path.join(place.path, 'sidecast.db'), options),
    [Symbol.asyncDispose]: () => other.catalog.close(),
  };
  const shows = ['ABC', 'Abc', 'abc'];
  await sync(
    other.catalog,
    sourceOf(HOST, () => shows.map((show) => episode(show, 1, { ...of, libraries: ['Été'] }))),
  );
  const told: string[] = [];
  for (let after, isMore = true; isMore;) {
    const [next] = await other.catalog.libraryReader.shows({ library: 'ÉTÉ' }, 1, after);
    if (next !== undefined) told.push(next.show);
    after = next;
    isMore = next !== undefined && told.length < 9;
  }
  expect(told.toSorted()).toEqual(shows);
});

test('items from before are found in the same way, without another sync', async () => {
  await using place = await temporaryFolder();
  const file = path.join(place.path, 'sidecast.db');
  const { knex, close } = await openDatabase(file, { ...options, migrations: migrationsBefore('015-folded-names') });
  await knex('items').insert({
    ...{
      id: 'a',
      library_id: 'a',
      source: 's',
      kind: 'episode',
      title: 'Ὀδυσσεύς',
      show: 'Ærø',
      path: 'a',
      position: 0,
    },
    ...{ size_bytes: 1, modified_ms: 1, people: '\nÉva Groß\nBéla\n', search_text: 'οδυσσευς\nærø' },
  });
  await close();
  const before = await openCatalog(file, options);
  try {
    for (const filter of [{ search: 'ΟΔΥΣΣΕΥΣ' }, { search: 'ÆRØ' }, { person: 'ÉVA GROSS' }, { person: 'béla' }]) {
      expect(await titles(filter, before)).toEqual(['Ὀδυσσεύς']);
    }
    expect(await titles({ person: 'Éva' }, before)).toEqual([]);
  } finally {
    await before.close();
  }
});
