import path from 'node:path';
import { afterAll, beforeAll, expect, it, test } from '@jest/globals';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import { previewWarnings } from '../../../src/catalog/warnings/channel-warnings.ts';
import { programming } from '../../../src/schedule/programming/programming.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { episode, film, sourceOf, sync, temporaryFolder } from '../samples.ts';

const SOURCE = 'folder:/films';
const people = ['Penélope Cruz', 'Tom Hanks', '100% Real_Name'].map((name) => ({ name, role: null, kind: 'actor' }));
const described = {
  ...{ genres: ['Comedy', 'Science-Fiction'], studios: ['Ghibli'], tags: ['Noël'], libraries: ['Movies'] },
  ...{ people, certificate: 'PG-13' },
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let catalog: Catalog;
beforeAll(async () => {
  folder = await temporaryFolder();
  catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), { logger: silentLogger, now: () => 0 });
  const items = [
    film('film', described),
    ...[1, 2].map((number) => episode('Friends', number)),
    episode('The Office (US)', 1),
    episode('Ætt & "Été"', 1),
  ];
  const christmas = { hostId: 'c', kind: 'collection', name: 'Christmas films', itemIds: ['film'] } as const;
  await sync(
    catalog,
    sourceOf(
      SOURCE,
      () => items,
      () => [christmas],
    ),
  );
  await sync(
    catalog,
    sourceOf('folder:/gone', () => [episode('Gone', 1, { id: 'gone', source: 'folder:/gone' })]),
  );
  await sync(
    catalog,
    sourceOf('folder:/gone', () => []),
  );
});
afterAll(async () => {
  await catalog.close();
  await folder[Symbol.asyncDispose]();
});

const SHOWN = { programmes: [{ kind: 'programme', startMs: 0, stopMs: 1, item: undefined }] } as const;
const NOTHING = { programmes: [] };

function warnings(content: readonly object[], more: object = {}) {
  return previewWarnings(catalog, programming.parse({ kind: 'scheduled', default: { content }, ...more }), SHOWN);
}
const asked = (where: object) => [{ kind: 'query', where }];

it.each([
  [[{ kind: 'show', show: 'Friends', source: SOURCE }]],
  [[{ kind: 'season', show: 'Friends', season: 1 }]],
  [[{ kind: 'show', show: 'Ætt & "Été"' }]],
  [[{ kind: 'films' }, { kind: 'items', ids: ['film'] }, { kind: 'collection', name: 'Christmas films' }]],
  [asked({ genre: ['comedy', 'SCIENCE-FICTION'], tag: ['noel'], studio: ['ghibli'], library: ['movies'] })],
  [asked({ person: ['penelope cruz', 'TOM HANKS', '100% Real_Name'], certificate: ['pg-13'], show: ['friends'] })],
  [asked({ any: [{ not: { source: [SOURCE] } }, { title: 'whatever' }] })],
])('says nothing of what is there: %j', async (content) => {
  expect(await warnings(content)).toEqual([]);
});

it.each([
  [[{ kind: 'show', show: 'Frends' }], 'show', 'no show is called "Frends"; did you mean "Friends"?'],
  [[{ kind: 'show', show: 'friends' }], 'show', 'no show is called "friends"; did you mean "Friends"?'],
  [[{ kind: 'show', show: 'The Office' }], 'show', 'no show is called "The Office"; did you mean "The Office (US)"?'],
  [[{ kind: 'show', show: 'Ætt & "Ete"' }], 'show', 'no show is called "Ætt & "Ete""; did you mean "Ætt & "Été""?'],
  [[{ kind: 'show', show: 'Gone' }], 'show', 'no show is called "Gone"; /api/library/shows lists those that there are'],
  [[{ kind: 'season', show: 'Friends', season: 3 }], 'show', '"Friends" has no season 3; it has 1'],
  [[{ kind: 'items', ids: ['film', 'gone'] }], 'ids.1', 'there is no item "gone"; /api/library/items lists those'],
  [
    [{ kind: 'films', source: 'folder:/flims' }],
    'source',
    'in a source "folder:/flims"; did you mean "folder:/films"?',
  ],
  [[{ kind: 'collection', name: 'Chrismas Films' }], 'name', 'did you mean "Christmas films"?'],
  [asked({ genre: ['Comedy', 'Commedy'] }), 'where.genre.1', 'nothing has the genre "Commedy"; did you mean "Comedy"?'],
  [asked({ all: [{ not: { tag: ['Noëll'] } }] }), 'where.all.0.not.tag.0', 'did you mean "Noël"?'],
  [
    asked({ person: ['Tom Hnaks'] }),
    'where.person.0',
    'nobody in any credits is called "Tom Hnaks"; did you mean "Tom Hanks"?',
  ],
  [asked({ person: ['100% Real Name'] }), 'where.person.0', 'did you mean "100% Real_Name"?'],
  [asked({ studio: ['Gibli'] }), 'where.studio.0', 'nothing is by a studio called "Gibli"; did you mean "Ghibli"?'],
  [
    asked({ library: ['Nowhere'] }),
    'where.library.0',
    'no library of a media server is called "Nowhere"; /api/library',
  ],
  [
    asked({ certificate: ['PG13'] }),
    'where.certificate.0',
    'nothing has the certificate "PG13"; did you mean "PG-13"?',
  ],
  [asked({ show: ['Frends'] }), 'where.show.0', 'did you mean "Friends"?'],
])('of %j says where, and what was meant', async (content, place, message) => {
  const said = await warnings(content);
  expect(said).toMatchObject([{ path: `programming.default.content.0.${place}` }]);
  expect(said[0]?.message).toContain(message);
});

test('a show is looked for in the source that is named, and both are told of where that is none', async () => {
  const said = await warnings([{ kind: 'show', show: 'Friends', source: 'folder:/elsewhere' }]);
  expect(said.map(({ path: at, message }) => `${at.split('.').at(-1)}: ${message}`)).toEqual([
    'show: no show is called "Friends" in folder:/elsewhere; /api/library/shows lists those that there are',
    'source: nothing was found in a source "folder:/elsewhere"; /api/library lists those that there are',
  ]);
});

test('dayparts and fillers are looked at too, and of very many names the first ones are told', async () => {
  const missing = [{ kind: 'show', show: 'Frends' }];
  const dayparts = [{ name: 'a', times: [{ from: '06:00', to: '07:00' }], content: missing }];
  const said = await warnings([{ kind: 'films' }], { dayparts, filler: [{ content: missing }] });
  expect(said.map(({ path: at }) => at)).toEqual([
    'programming.dayparts.0.content.0.show',
    'programming.filler.0.content.0.show',
  ]);
  const ids = Array.from({ length: 10_000 }, (_, at) => `no ${at}`);
  const many = await warnings([{ kind: 'items', ids }]);
  expect(many).toHaveLength(21);
  expect(many.at(-1)).toEqual({ path: 'programming', message: 'and 9980 more names that there are not' });
});

test('of people who are in no credits as many are told as of other names', async () => {
  const nobody = Array.from({ length: 30 }, (_, at) => `Nobody ${at}`);
  const absent = await warnings(asked({ person: ['Tom Hanks', ...nobody, 'Tom Hnaks'] }));
  expect(absent.slice(0, 20).map(({ path: at }) => at.split('.').at(-1))).toEqual(
    nobody.slice(0, 20).map((_, at) => `${at + 1}`),
  );
  expect(absent.slice(20)).toEqual([{ path: 'programming', message: 'and 11 more names that there are not' }]);
});

test('that nothing would be on is said besides', async () => {
  const mistyped = programming.parse({ kind: 'scheduled', default: { content: [{ kind: 'show', show: 'Freinds' }] } });
  expect(await previewWarnings(catalog, mistyped, NOTHING)).toMatchObject([
    { path: 'programming.default.content.0.show' },
    { path: 'programming', message: expect.stringContaining('stays off air') },
  ]);
});

test('before anything was found it says that it could not look, and nothing besides', async () => {
  await using empty = await temporaryFolder();
  const unread = await openCatalog(path.join(empty.path, 'sidecast.db'), { logger: silentLogger, now: () => 0 });
  const named = programming.parse({ kind: 'scheduled', default: { content: [{ kind: 'show', show: 'Friends' }] } });
  expect(await previewWarnings(unread, named, NOTHING)).toMatchObject([
    { path: 'programming', message: expect.stringContaining('nothing was found') },
  ]);
  await unread.close();
});
