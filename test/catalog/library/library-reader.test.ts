import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import type { ItemFilter, ItemSort } from '../../../src/catalog/library/item-query.ts';
import type { Collection, LibraryItem } from '../../../src/library/library-item.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { episode, film, itemsOf, sourceOf, sync, temporaryFolder } from '../samples.ts';

const HOST = 'jellyfin:/config';
const PEOPLE = (name: string) => [{ name, role: null, kind: 'actor' }];
const AWAY = { sizeBytes: null, modifiedMs: null };
const of = { source: HOST };

const HEAT = film('Heat', {
  ...{ ...of, year: 1995, certificate: 'R', stars: 8.3, durationMs: 100, addedMs: 3000, originalAirDate: '1995-12-15' },
  ...{ genres: ['Crime', 'Drama'], studios: ['Disney/Pixar'], tags: ['heist'], people: PEOPLE('Al Pacino') },
  ...{ libraries: ['Movies', 'Best'], sortTitle: 'heat 0000000001' },
});
const BELA: LibraryItem = {
  ...film(`Béla's "Big" Night`, { ...of, year: 1999, certificate: 'pg-13', stars: 6, durationMs: 300, addedMs: 1000 }),
  ...{ ...AWAY, genres: ['Drama'], libraries: ['Movies'], sortTitle: 'Bela Big Night', originalAirDate: '1999-01-01' },
};
const LONG = film('Long', {
  ...{ ...of, durationMs: 200, libraries: ['Movies'], parts: [{ path: '/films/Long 2.mkv', durationMs: 50 }] },
});
const PILOT = episode('The Show', 1, {
  ...{ ...of, title: 'Pilot', year: 2010, libraries: ['Shows'], genres: ['Crime'] },
});
const SECOND = episode('The Show', 2, { ...of, title: 'Second', season: 2, libraries: ['Shows'] });
const SPECIAL = episode('The Show', 3, { ...of, title: 'Special', season: 0, libraries: ['Shows'], year: 2009 });
const OTHER = episode('another show', 1, { ...of, title: 'Other', showYear: 1978, libraries: ['Shows'] });
const GONE = film('Gone', { ...of, libraries: ['Movies'] });
const FOLDER_FILM = film('Home', { source: 'folder:/films' });
const COLLECTION: Collection = {
  ...{ hostId: '9', kind: 'playlist', name: 'Evening', itemIds: [LONG.id, HEAT.id, 'unknown', LONG.id] },
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let catalog: Catalog;
beforeAll(async () => {
  folder = await temporaryFolder();
  catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), { logger: silentLogger, now: () => 0 });
  const items = [HEAT, BELA, LONG, PILOT, SECOND, SPECIAL, OTHER];
  await sync(
    catalog,
    sourceOf(HOST, () => [...items, GONE]),
  );
  await sync(
    catalog,
    sourceOf(
      HOST,
      () => items,
      () => [COLLECTION],
    ),
  );
  await sync(
    catalog,
    sourceOf('folder:/films', () => [FOLDER_FILM]),
  );
  const second = (await itemsOf(catalog, HOST)).find(({ id }) => id === SECOND.id)!;
  await catalog.items.setProblem(second, 'it is a text');
});
afterAll(async () => {
  await catalog.close();
  await folder[Symbol.asyncDispose]();
});

const everything = { sort: 'title', isDescending: false, limit: 100 } as const;
const titles = async (filter: ItemFilter, sort: ItemSort = 'title', isDescending = false) => {
  const { items } = await catalog.libraryReader.items({ ...filter, sort, isDescending, limit: 100 });
  return items.map(({ title }) => title);
};

describe('items are found', () => {
  it.each<[what: string, filter: ItemFilter, found: LibraryItem[]]>([
    ['all that there are now, whole', {}, [OTHER, BELA, HEAT, FOLDER_FILM, LONG, PILOT, SECOND, SPECIAL]],
    ['by a part of the title, without case and accents', { search: 'BELA' }, [BELA]],
    ['by a part of the title with odd characters', { search: '"big"' }, [BELA]],
    ['by their show', { search: 'another' }, [OTHER]],
    ['by no pattern', { search: '%' }, []],
    ['by source', { source: 'folder:/films' }, [FOLDER_FILM]],
    ['films', { kind: 'film' }, [BELA, HEAT, FOLDER_FILM, LONG]],
    ['episodes', { kind: 'episode' }, [OTHER, PILOT, SECOND, SPECIAL]],
    ['of a show, in any case', { show: 'the SHOW' }, [PILOT, SECOND, SPECIAL]],
    ['of a library', { library: 'Best' }, [HEAT]],
    ['of a genre', { genre: 'Crime' }, [HEAT, PILOT]],
    ['of a studio', { studio: 'Disney/Pixar' }, [HEAT]],
    ['with a tag', { tag: 'heist' }, [HEAT]],
    ['with somebody', { person: 'Al Pacino' }, [HEAT]],
    ['with somebody, in any case', { person: 'al PACINO' }, [HEAT]],
    ['with nobody by a part of a name', { person: 'Pacino' }, []],
    ['with nobody by a pattern', { person: 'Al%' }, []],
    ['nothing by a genre that is a person', { genre: 'Al Pacino' }, []],
    ['from a year on', { yearFrom: 1999 }, [BELA, PILOT, SPECIAL]],
    ['up to a year', { yearTo: 1999 }, [BELA, HEAT]],
    ['of one year', { yearFrom: 2009, yearTo: 2009 }, [SPECIAL]],
    ['with a certificate, in any case', { certificate: 'PG-13' }, [BELA]],
    ['well liked', { starsFrom: 8.3 }, [HEAT]],
    ['missing', { missing: true }, [BELA]],
    ['there', { missing: false, kind: 'film' }, [HEAT, FOLDER_FILM, LONG]],
    ['that cannot be aired', { unplayable: true }, [SECOND]],
    ['that can', { unplayable: false, kind: 'episode' }, [OTHER, PILOT, SPECIAL]],
    ['by all that is said together', { genre: 'Drama', kind: 'film', missing: false }, [HEAT]],
  ])('%s', async (_, filter, found) => {
    expect(await titles(filter)).toEqual(found.map(({ title }) => title));
    expect((await catalog.libraryReader.items({ ...everything, ...filter, limit: 1 })).total).toBe(found.length);
  });

  test('by a collection', async () => {
    const [{ collections } = { collections: [] }] = await catalog.libraryReader.summaries([HOST]);
    expect(collections).toMatchObject([{ kind: 'playlist', name: 'Evening', items: 3 }]);
    for (const collection of [collections[0]?.id, 'Evening', 'EVENING', 'evéning']) {
      expect(await titles({ collection })).toEqual(['Heat', 'Long']);
    }
    expect((await catalog.libraryReader.items({ ...everything, collection: 'Evening' })).total).toBe(2);
    expect((await catalog.libraryReader.items({ ...everything, collection: 'Even' })).total).toBe(0);
  });

  test('one by its id, with all that is known of it, even when it has left', async () => {
    const { title, path: file, description } = (await catalog.libraryReader.item(HEAT.id))!;
    expect([title, file]).toEqual([HEAT.title, HEAT.path]);
    expect(HEAT).toMatchObject(description);
    expect((await catalog.libraryReader.item(GONE.id))?.title).toBe('Gone');
    expect(await catalog.libraryReader.item('none')).toBeUndefined();
  });
});

const SORTS = ['title', 'show', 'year', 'aired', 'added', 'stars', 'duration'];
const FILMS = { kind: 'film', source: HOST } as const;

describe('items are sorted', () => {
  it.each<[sort: ItemSort, filter: ItemFilter, known: LibraryItem[], unknown: LibraryItem[]]>([
    ['title', FILMS, [BELA, HEAT, LONG], []],
    ['year', FILMS, [HEAT, BELA], [LONG]],
    ['aired', FILMS, [HEAT, BELA], [LONG]],
    ['added', FILMS, [BELA, HEAT], [LONG]],
    ['stars', FILMS, [BELA, HEAT], [LONG]],
    ['duration', FILMS, [HEAT, LONG, BELA], []],
    ['show', { show: 'The Show' }, [PILOT, SECOND, SPECIAL], []],
    ['show', { source: HOST, missing: true }, [], [BELA]],
    ['show', { source: HOST, genre: 'Crime' }, [PILOT], [HEAT]],
  ])('by %s, what is unknown last in either order (%j)', async (sort, filter, known, unknown) => {
    const named = (items: LibraryItem[]) => items.map(({ title }) => title);
    expect(await titles(filter, sort)).toEqual(named([...known, ...unknown]));
    expect(await titles(filter, sort, true)).toEqual(named([...known.toReversed(), ...unknown]));
  });

  test('as their collection has them, each one once, page by page', async () => {
    const asked = { sort: 'collection', isDescending: false, collection: 'Evening', limit: 1 } as const;
    const first = await catalog.libraryReader.items(asked);
    const second = await catalog.libraryReader.items({ ...asked, after: first.next! });
    expect([...first.items, ...second.items].map(({ title }) => title)).toEqual(['Long', 'Heat']);
    expect(second.next).toBeNull();
    expect(await titles({ collection: 'Evening' }, 'collection', true)).toEqual(['Heat', 'Long']);
  });

  const orders = SORTS.flatMap((sort) => [false, true].flatMap((down) => [1, 3].map((limit) => [sort, down, limit])));
  it.each(orders)('and told page by page, each one once (%s, descending: %s, %d on each)', async (...order) => {
    const [sort, isDescending, limit] = order as [ItemSort, boolean, number];
    const whole = await titles({}, sort, isDescending);
    expect(whole).toHaveLength(8);
    const paged: string[] = [];
    for (let after, page = 0; page === 0 || after !== null; page++) {
      const found = await catalog.libraryReader.items({ sort, isDescending, limit, after: after ?? undefined });
      expect(found.total).toBe(whole.length);
      expect(found.items.length).toBeLessThanOrEqual(limit);
      paged.push(...found.items.map(({ title }) => title));
      after = found.next;
    }
    expect(paged).toEqual(whole);
  });
});

describe('shows', () => {
  const shows = [
    { source: HOST, show: 'another show', seasons: 1, episodes: 1, missing: 0, year: 1978 },
    { source: HOST, show: 'The Show', seasons: 3, episodes: 3, missing: 0, year: 2009 },
  ];

  test('are told by name with what they have', async () => {
    expect(await catalog.libraryReader.shows({}, 10)).toEqual(shows);
  });

  test('are found by name, library and source', async () => {
    expect(await catalog.libraryReader.shows({ search: 'ANOTHER' }, 10)).toMatchObject([{ show: 'another show' }]);
    expect(await catalog.libraryReader.shows({ library: 'Movies' }, 10)).toEqual([]);
    expect(await catalog.libraryReader.shows({ source: 'folder:/films' }, 10)).toEqual([]);
  });

  test('are told page by page', async () => {
    const [first] = await catalog.libraryReader.shows({}, 1);
    expect(first).toEqual(shows[0]);
    expect(await catalog.libraryReader.shows({}, 10, first)).toEqual(shows.slice(1));
  });
});

test('a source is summed up by its libraries, what is missing and what cannot be aired', async () => {
  const [host, empty] = await catalog.libraryReader.summaries([HOST, 'folder:/new']);
  const none = { films: 0, shows: 0, episodes: 0, missing: 0, unplayable: 0 };
  expect(host).toMatchObject({
    ...{ id: HOST, state: { schema: 'sample', problem: null } },
    libraries: [
      { ...none, name: 'Best', films: 1 },
      { ...none, name: 'Movies', films: 3, missing: 1 },
      { ...none, name: 'Shows', shows: 2, episodes: 4, unplayable: 1 },
    ],
    missing: [BELA.path, '/films/Long 2.mkv'],
    unplayable: [{ path: SECOND.path, problem: 'it is a text' }],
  });
  expect(empty).toEqual({
    id: 'folder:/new',
    state: null,
    libraries: [],
    collections: [],
    missing: [],
    unplayable: [],
  });
});
