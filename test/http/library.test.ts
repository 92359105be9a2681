import { expect, it, test } from '@jest/globals';
import type { ItemPageRequest } from '../../src/catalog/library/library-reader.ts';
import { facts } from '../catalog/samples.ts';
import { LIBRARY, startSidecar } from './sidecar.ts';

it.each([
  ['items?limit=0', 'limit: use a whole number from 1 to 500'],
  ['items?kind=song', 'kind: use film or episode'],
  ['items?sort=colour', 'sort: use one of title, show, year, aired, added, stars, duration, collection'],
  ['items?sort=collection', 'sort: name the collection'],
  ['items?year=soon', 'year: use a whole number from 1 to 9999'],
  ['items?missing=perhaps', 'missing: use true or false'],
  ['items?cursor=abc', 'cursor: use the cursor of the page before'],
  ['items?colour=red', 'colour'],
  ['shows?limit=many', 'limit: use a whole number'],
])('%s is refused: %s', async (address, words) => {
  await using sidecar = await startSidecar();
  const response = await sidecar.fetch(`/api/library/${address}`);
  expect([response.status, await response.json()]).toEqual([
    400,
    { error: 'invalid_query', message: expect.stringContaining(words), fields: expect.any(Array) },
  ]);
});

test('items are asked for as the query says, and the cursor leads to the next page', async () => {
  const asked: ItemPageRequest[] = [];
  const library = {
    ...LIBRARY,
    items: async (request: ItemPageRequest) => {
      asked.push(request);
      return { ...(await LIBRARY.items(request)), next: { value: 'film', id: 'film' } };
    },
  };
  await using sidecar = await startSidecar({ library });
  const query = 'search=night&genre=Sci-Fi&year=1999&rating=R&missing=true&sort=year&order=desc&limit=1';
  const page = (await (await sidecar.fetch(`/api/library/items?${query}`)).json()) as { next_cursor: string };
  const wanted = { search: 'night', genre: 'Sci-Fi', yearFrom: 1999, yearTo: 1999, certificate: 'R', missing: true };
  expect(asked[0]).toMatchObject({ ...wanted, sort: 'year', isDescending: true, limit: 1 });
  expect(page).toMatchObject({ total: 1, items: [{ id: 'film', title: 'A film', artwork: { poster: null } }] });
  await sidecar.fetch(`/api/library/items?${query}&cursor=${page.next_cursor}`);
  expect(asked[1]?.after).toMatchObject({ value: 'film', id: 'film' });
  const other = await sidecar.fetch(`/api/library/items?sort=title&cursor=${page.next_cursor}`);
  expect(other.status).toBe(400);
});

test('items of a collection come in its order, unless another one is asked for', async () => {
  const asked: ItemPageRequest[] = [];
  const library = {
    ...LIBRARY,
    items: async (request: ItemPageRequest) => {
      asked.push(request);
      return { ...(await LIBRARY.items(request)), next: { value: 3, id: 'film' } };
    },
  };
  await using sidecar = await startSidecar({ library });
  const ask = async (query: string) => {
    const response = await sidecar.fetch(`/api/library/items?${query}`);
    return { status: response.status, cursor: ((await response.json()) as { next_cursor: string }).next_cursor };
  };
  const { cursor } = await ask('collection=Evening');
  expect((await ask(`collection=Evening&cursor=${cursor}`)).status).toBe(200);
  expect((await ask(`cursor=${cursor}`)).status).toBe(400);
  await ask('collection=Evening&sort=title');
  await ask('genre=Drama');
  expect(asked.map(({ sort, collection }) => [sort, collection])).toEqual([
    ['collection', 'Evening'],
    ['collection', 'Evening'],
    ['title', 'Evening'],
    ['title', undefined],
  ]);
});

test('lengths are told to the thousandth of a millisecond, without what fractions leave behind', async () => {
  const durationMs = 6933.3330000000005;
  const library = {
    ...LIBRARY,
    items: async (request: ItemPageRequest) => {
      const page = await LIBRARY.items(request);
      const file = { path: '/films/b.mkv', durationMs: 47_047.00000000001 };
      const described = { durationMs: 6940.004, parts: [file], versions: [{ ...file, durationMs: null }] };
      const items = page.items.map((item) => ({
        ...{ ...item, facts: facts({ durationMs }), description: { ...item.description, ...described } },
      }));
      return { ...page, items };
    },
  };
  await using sidecar = await startSidecar({ library });
  expect(await (await sidecar.fetch('/api/library/items')).json()).toMatchObject({
    items: [
      {
        ...{ duration_ms: 6940.004, probed: { duration_ms: 6933.333 } },
        ...{ parts: [{ duration_ms: 47_047 }], versions: [{ duration_ms: null }] },
      },
    ],
  });
});

test('a sync is begun from this machine only, and followed to its end', async () => {
  const calls: object[] = [];
  const listeners = new Set<() => void>();
  let progress = { isRunning: false, source: null as string | null, items: 0, expected: null };
  const library = {
    ...LIBRARY,
    sync: async (request: object) => {
      calls.push(request);
      progress = { ...progress, isRunning: true, source: 'folder:/films' };
    },
    progress: () => progress,
    follow: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  await using sidecar = await startSidecar({ library });
  const post = (query = '', headers = {}) => sidecar.fetch(`/api/library/sync${query}`, { method: 'POST', headers });
  expect((await post('', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(403);
  const unknown = await post('?source=folder:/others');
  expect([unknown.status, await unknown.json()]).toMatchObject([400, { fields: [{ path: 'source' }] }]);
  const begun = await post('?allow_removals=true&source=folder:/films');
  expect([begun.status, await begun.json()]).toEqual([
    202,
    { running: true, source: 'folder:/films', items: 0, expected: null },
  ]);
  expect(calls).toEqual([{ mayShrink: true, source: 'folder:/films' }]);
  const followed = await sidecar.fetch('/api/library/sync');
  progress = { ...progress, items: 500 };
  for (const tell of listeners) tell();
  progress = { ...progress, isRunning: false, source: null };
  for (const tell of listeners) tell();
  const events = (await followed.text()).match(/^data: .*$/gm)?.map((line) => JSON.parse(line.slice(6)) as object);
  expect(events).toMatchObject([
    { running: true, items: 0 },
    { running: true, items: 500 },
    { running: false, items: 500 },
  ]);
  expect(listeners.size).toBe(0);
});

test('a picture is sent once, and not there where the item has none', async () => {
  await using sidecar = await startSidecar();
  const first = await sidecar.fetch('/artwork/film/poster?width=200');
  expect(first.headers.get('content-type')).toBe('image/png');
  const again = await sidecar.fetch('/artwork/film/poster', {
    headers: { 'if-none-match': first.headers.get('etag')! },
  });
  expect(again.status).toBe(304);
  expect((await sidecar.fetch('/artwork/film/smell')).status).toBe(404);
  expect((await sidecar.fetch('/artwork/film/poster?width=9')).status).toBe(400);
  await using none = await startSidecar({ library: { ...LIBRARY, artwork: async () => undefined } });
  expect((await none.fetch('/artwork/film/poster')).status).toBe(404);
});
