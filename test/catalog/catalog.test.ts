import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Catalog, openCatalog } from '../../src/catalog/catalog.ts';
import type { Origin } from '../../src/catalog/channels/channel.ts';
import type { LibraryItem } from '../../src/library/library-item.ts';
import type { Airing, ProgrammeAiring } from '../../src/schedule/airing.ts';
import { Ledger } from '../../src/schedule/programming/ledger.ts';
import { programming, type Scheduled } from '../../src/schedule/programming/programming.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import {
  addAirings,
  addChannel,
  channel,
  episode,
  facts,
  film,
  itemsOf,
  removeChannel,
  sourceOf,
  sync,
  temporaryFolder,
} from './samples.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let catalog: Catalog;

beforeEach(async () => {
  folder = await temporaryFolder();
  catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), { logger: silentLogger, now: () => 0 });
});
afterEach(async () => {
  await catalog.close();
  await folder[Symbol.asyncDispose]();
});

const SOURCE = 'folder:/films';

const INTRO = { kind: 'intro', startMs: 0, endMs: 30_000 } as const;
const ANNA = { name: 'Anna', role: null, kind: 'Actor' };

function scheduled(...content: readonly object[]): Scheduled {
  const parsed = programming.parse({ kind: 'scheduled', default: { content } });
  if (parsed.kind !== 'scheduled') throw new Error('not scheduled');
  return parsed;
}

async function replaceSource(source: string, items: readonly LibraryItem[]): Promise<void> {
  await sync(
    catalog,
    sourceOf(source, () => items),
  );
}

describe('items', () => {
  test('come back as they went in, in the order of a channel', async () => {
    const items = [film('b'), film('a'), episode('Show', 2), episode('Show', 1)];
    await replaceSource(SOURCE, items);
    const unknown = { facts: null, problem: null, missing: false, gone: false, partOf: null };
    const found = await itemsOf(catalog, SOURCE);
    expect(found.filter(({ kind }) => kind === 'film').map(({ id }) => id)).toEqual(['a', 'b']);
    expect(found.filter(({ kind }) => kind === 'episode').map(({ id }) => id)).toEqual(['Show 1', 'Show 2']);
    for (const item of items) {
      const { id, source, path: file, kind, title, show, season, episode: number, sizeBytes, modifiedMs } = item;
      const told = { id, source, path: file, kind, title, show, season, episode: number, sizeBytes, modifiedMs };
      expect(found.find((one) => one.id === item.id)).toEqual({ ...told, ...unknown });
    }
    expect(await itemsOf(catalog, 'folder:/others')).toEqual([]);
  });

  test('keep their facts as long as the file stays what it is', async () => {
    const [same, larger, newer, broken] = [film('same'), film('larger'), film('newer'), film('broken')];
    await replaceSource(SOURCE, [same, larger, newer, broken]);
    for (const item of [same, larger, newer]) await catalog.items.setFacts(item, item, facts());
    await catalog.items.setProblem(broken, 'it is a text');
    await replaceSource(SOURCE, [
      { ...same, title: 'A better name' },
      { ...larger, sizeBytes: 1001 },
      { ...newer, modifiedMs: newer.modifiedMs + 1 },
      broken,
    ]);
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([
      { id: 'broken', facts: null, problem: 'it is a text' },
      { id: 'larger', sizeBytes: 1001, facts: null },
      { id: 'newer', facts: null },
      { id: 'same', title: 'A better name', facts: facts() },
    ]);
  });

  test('keep their facts while their file is away, unless it comes back as another', async () => {
    const [same, other] = [film('same'), film('other')];
    const away = { sizeBytes: null, modifiedMs: null };
    await replaceSource(SOURCE, [same, other, { ...film('never seen'), ...away }]);
    for (const item of [same, other]) await catalog.items.setFacts(item, item, facts());
    await replaceSource(SOURCE, [
      { ...same, ...away },
      { ...other, ...away },
    ]);
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([
      { id: 'never seen', facts: null, missing: true, gone: true },
      { id: 'other', sizeBytes: 1000, facts: facts(), missing: true, gone: false },
      { id: 'same', sizeBytes: 1000, facts: facts(), missing: true, gone: false },
    ]);
    await replaceSource(SOURCE, [same, { ...other, sizeBytes: 1001 }]);
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([
      { id: 'never seen', missing: true },
      { id: 'other', facts: null, missing: false },
      { id: 'same', facts: facts(), missing: false },
    ]);
  });

  test('are not given facts of a file that has changed since', async () => {
    const item = film('a');
    await replaceSource(SOURCE, [{ ...item, sizeBytes: 2000 }]);
    await catalog.items.setFacts(item, item, facts());
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([{ facts: null }]);
  });

  test('are gone when their library no longer has them, and found again with their facts', async () => {
    const [a, b, c] = [film('a'), film('b'), film('c')];
    await replaceSource(SOURCE, [a, b, c]);
    await catalog.items.setFacts(b, b, facts());
    await replaceSource(SOURCE, [a, c]);
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([
      { id: 'a', gone: false },
      { id: 'b', gone: true, facts: facts() },
      { id: 'c', gone: false },
    ]);
    await replaceSource(SOURCE, [a, b, c]);
    expect((await catalog.items.byIds(['b'])).get('b')).toMatchObject({ gone: false, facts: facts() });
  });

  test('of another source are left alone', async () => {
    await replaceSource('folder:/others', [film('other', { source: 'folder:/others' })]);
    await replaceSource(SOURCE, [film('a')]);
    expect(await itemsOf(catalog, 'folder:/others')).toMatchObject([{ gone: false }]);
  });

  test('are read for programming in the order of their library', async () => {
    const [a, b, c] = [episode('Show', 1), episode('Show', 2), episode('Show', 3)];
    await replaceSource(SOURCE, [film('f'), a, b, c]);
    await catalog.items.setFacts(a, a, facts({ durationMs: 1234.5 }));
    await catalog.items.setFacts(c, c, facts());
    await replaceSource(SOURCE, [film('f'), a, b]);
    // What is gone keeps its old place, and is shown for another day.
    expect((await catalog.programmeLibrary([scheduled({ kind: 'query', where: {} })])).items).toMatchObject([
      { id: 'f', kind: 'film', show: null, durationMs: null },
      { id: 'Show 1', kind: 'episode', show: 'Show', durationMs: 1234.5 },
      { id: 'Show 2', durationMs: null },
      { id: 'Show 3', durationMs: 120_000, leavesMs: expect.any(Number) },
    ]);
  });

  test.each([
    [[{ kind: 'show', show: 'A' }], ['A 1', 'A 2']],
    [
      [{ kind: 'season', show: 'B', season: 1 }, { kind: 'films' }],
      ['f', 'B 1'],
    ],
    [
      [
        { kind: 'show', show: 'A' },
        { kind: 'query', where: { kind: 'film' } },
      ],
      ['f', 'A 1', 'A 2', 'B 1'],
    ],
  ])('are read only as far as %j can show them', async (contents, ids) => {
    await replaceSource(SOURCE, [film('f'), episode('A', 1), episode('A', 2), episode('B', 1)]);
    const { items } = await catalog.programmeLibrary([scheduled(...contents)]);
    expect(items.map(({ id }) => id)).toEqual(ids);
  });

  test('are read for programming with what it asks of them', async () => {
    const marks = { chapters: [{ startMs: 1000, title: 'One' }], markedSegments: [INTRO] };
    const told = {
      title: 'Told',
      year: 1999,
      originalAirDate: '1999-12-31',
      certificate: 'PG',
      stars: 7.5,
      addedMs: 5,
    };
    const lists = { genres: ['Drama'], studios: ['Ufa'], tags: ['“a”'], libraries: ['TV'], people: [ANNA] };
    await replaceSource(SOURCE, [episode('Show', 2, { ...told, ...lists, ...marks })]);
    const where = {
      ...{ library: ['x'], genre: ['x'], year: { from: 1 }, certificate: ['x'], stars: { from: 1 }, studio: ['x'] },
      ...{ tag: ['x'], person: ['x'], added_within_days: 1, title: 'x' },
    };
    const all = { content: [{ kind: 'query', where }], order: { kind: 'air_date' }, skip: ['intro'] };
    const asked = programming.parse({ kind: 'scheduled', default: { ...all, mid_roll: { at: 'chapters' } } });
    if (asked.kind !== 'scheduled') throw new Error('not scheduled');
    expect((await catalog.programmeLibrary([asked])).items).toMatchObject([
      {
        ...told,
        ...lists,
        people: [{ name: 'Anna' }],
        chapters: [{ startMs: 1000 }],
        markedSegments: [INTRO],
        episode: 2,
      },
    ]);
    const { items } = await catalog.programmeLibrary([scheduled({ kind: 'query', where: {} })]);
    expect(items).toMatchObject([{ title: '', year: null, genres: [], people: [], chapters: [], episode: null }]);
  });

  test('are read for programming by the thousand', async () => {
    const films = Array.from({ length: 1234 }, (_, index) => film(`film ${index}`));
    await replaceSource(SOURCE, films);
    const { items } = await catalog.programmeLibrary([scheduled({ kind: 'query', where: {} })]);
    expect(items.map(({ id }) => id)).toEqual(films.map(({ id }) => id));
  });

  test('of a large library go in at once', async () => {
    const items = Array.from({ length: 5000 }, (_, index) => film(`film ${index}`));
    await replaceSource(SOURCE, items);
    await replaceSource(SOURCE, items.slice(0, 2000));
    const stored = await catalog.items.byIds(items.map(({ id }) => id));
    expect(stored.size).toBe(5000);
    expect([...stored.values()].filter(({ gone }) => gone)).toHaveLength(3000);
  });
});

describe('channels', () => {
  test('have numbers in the order of first sight that are never given twice', async () => {
    expect([...(await catalog.channels.numbersOf(['a', 'b']))]).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    await addChannel(catalog, channel('b', 2));
    await removeChannel(catalog, 'b');
    expect(Object.fromEntries(await catalog.channels.numbersOf(['c', 'b']))).toEqual({ c: 3, b: 2 });
  });

  test('come back as they went in, by number', async () => {
    await catalog.channels.numbersOf(['a', 'b']);
    const origin: Origin = { kind: 'found', source: SOURCE, content: { kind: 'show', show: 'Show' } };
    const show = channel('b', 2, { origin, frameRate: { num: 24000, den: 1001 } });
    await addChannel(catalog, show);
    await addChannel(catalog, channel('a', 1));
    expect(await catalog.channels.list()).toEqual([channel('a', 1), show]);
    expect(await catalog.channels.find('b')).toEqual(show);
    expect(await catalog.channels.find('c')).toBeUndefined();
  });

  test('are listed as long as they have something to show', async () => {
    await catalog.channels.numbersOf(['a', 'b']);
    await addChannel(catalog, channel('a', 1));
    await addChannel(catalog, channel('b', 2));
    await addChannel(catalog, channel('c', 3, { origin: { kind: 'made' } }));
    await addChannel(catalog, channel('d', 4, { enabled: false }));
    await catalog.channels.keepListed(new Set(['b', 'd']));
    // What a person has made stays.
    const listed = [channel('b', 2), channel('c', 3, { origin: { kind: 'made' } })];
    expect(await catalog.channels.list()).toEqual(listed);
    expect(await catalog.channels.find('a')).toBeUndefined();
    expect(await catalog.channels.find('d')).toBeUndefined();
    expect(await catalog.channels.listAll()).toHaveLength(4);
    expect(await catalog.channels.get('a')).toEqual(channel('a', 1, { listed: false }));
  });
});

describe('airings', () => {
  const airing = (startSegment: number, changes: Partial<ProgrammeAiring> = {}): Airing => ({
    ...{ channelId: 'a', startSegment, stopSegment: startSegment + 10, itemId: 'x', reelStart: 0 },
    ...{ kind: 'programme', strand: 'Evening', block: startSegment },
    ...changes,
  });

  beforeEach(async () => {
    await replaceSource(SOURCE, [film('x')]);
    await catalog.channels.numbersOf(['a', 'b']);
    await addChannel(catalog, channel('a', 1));
    await addChannel(catalog, channel('b', 2));
    await addAirings(
      catalog,
      [10, 20, 30, 50].map((start) => airing(start)),
    );
    await addAirings(catalog, [airing(10, { channelId: 'b' })]);
  });

  test.each([
    [10, 11, [10]],
    [19, 20, [10]],
    [19, 21, [10, 20]],
    [0, 10, []],
    [0, 11, [10]],
    [40, 50, []],
    [45, 1000, [50]],
    [60, 70, []],
    [0, 100, [10, 20, 30, 50]],
  ])('between %i and %i are those that show any of it', async (from, to, starts) => {
    expect(await catalog.airings.between('a', from, to)).toEqual(starts.map((start) => airing(start)));
  });

  test('come back as they went in, whatever they show', async () => {
    const place = { channelId: 'a', startSegment: 60, stopSegment: 61, reelStart: 0, block: 50 };
    const others: Airing[] = [
      { ...place, kind: 'filler', itemId: 'x' },
      { ...place, startSegment: 61, stopSegment: 65, kind: 'card' },
      { ...place, startSegment: 65, stopSegment: 70, block: 65, kind: 'off-air' },
    ];
    await addAirings(catalog, others);
    expect((await catalog.airings.all('a')).slice(-3)).toEqual(others);
  });

  test('are told of by programme', async () => {
    const filler = { channelId: 'a', reelStart: 0, kind: 'filler', itemId: 'x' } as const;
    await addAirings(catalog, [
      { ...filler, startSegment: 60, stopSegment: 65, block: 50 },
      airing(65, { block: 50, reelStart: 10 }),
      { ...filler, startSegment: 75, stopSegment: 80, block: 50 },
      airing(80),
    ]);
    const startsIn = async (from: number, to: number) => {
      const { told, until } = await catalog.airings.told('a', from, to);
      return [told.map(({ start }) => start), until];
    };
    expect(await startsIn(0, 5)).toEqual([[], 10]);
    expect(await startsIn(79, 80)).toEqual([[50, 65], 80]);
    expect(await startsIn(25, 65)).toEqual([[20, 30, 50, 65], 80]);
    expect(await startsIn(81, 90)).toEqual([[80], 90]);
    expect(await startsIn(95, 99)).toEqual([[80], 90]);
  });

  test('are replaced from a segment on', async () => {
    await catalog.airings.replaceFrom('a', { fromSegment: 25, airings: [airing(33), airing(43)] });
    const starts = (await catalog.airings.between('a', 0, 100)).map(({ startSegment }) => startSegment);
    expect(starts).toEqual([10, 20, 33, 43]);
    expect(await catalog.airings.between('b', 0, 100)).toHaveLength(1);
  });

  test('leave behind what was shown when they are forgotten', async () => {
    expect(await catalog.airings.base('a')).toBeUndefined();
    const ledger = new Ledger();
    for (const start of [10, 20]) ledger.enter(airing(start));
    const base = { ledger: ledger.toJSON(), segment: 30 };
    await catalog.airings.replaceFrom('a', { fromSegment: 60, airings: [], base });
    expect(await catalog.airings.base('a')).toEqual({ ledger: ledger.toJSON(), segment: 30 });
    expect(await catalog.airings.all('a')).toEqual([airing(30), airing(50)]);
    await catalog.airings.replaceFrom('a', { fromSegment: 5, airings: [], base: { ...base, segment: 5 } });
    expect(await catalog.airings.base('a')).toMatchObject({ segment: 5 });
    expect(await catalog.airings.all('a')).toEqual([]);
    expect(await catalog.airings.all('b')).toHaveLength(1);
  });

  test('are read while many are written', async () => {
    const many = Array.from({ length: 20_000 }, (_, index) => airing(10 * index, { channelId: 'b' }));
    const settled: string[] = [];
    const tell = (what: string) => () => settled.push(what);
    await Promise.all([
      catalog.airings.replaceFrom('b', { fromSegment: 0, airings: many }).then(tell('written')),
      catalog.channels.list().then(tell('channels')),
      catalog.airings.between('b', 0, 10).then(tell('airings')),
      catalog.items.byIds(['x']).then(tell('items')),
    ]);
    expect(settled.at(-1)).toBe('written');
  });

  test('never begin at the same segment twice, and go with their channel', async () => {
    await expect(addAirings(catalog, [airing(60), airing(10)])).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT' });
    expect((await catalog.airings.all('a')).at(-1)).toEqual(airing(50));
    await removeChannel(catalog, 'a');
    expect(await catalog.airings.between('a', 0, 100)).toEqual([]);
  });
});

test('settings are remembered', async () => {
  expect(await catalog.settings.get('colour')).toBeUndefined();
  await catalog.settings.set('colour', 'red');
  await catalog.settings.set('colour', 'blue');
  expect(await catalog.settings.get('colour')).toBe('blue');
});

test('what items cost to develop is kept as long as they are there', async () => {
  const cost = { name: '480p 25/1 none veryfast', cpuSeconds: 0.25, wallSeconds: 0.125 };
  await replaceSource(
    SOURCE,
    ['a', 'b', 'c', 'd'].map((id) => film(id)),
  );
  await catalog.costs.keep({ itemId: 'a', ...cost, cpuSeconds: 9 });
  for (const itemId of ['a', 'b']) await catalog.costs.keep({ itemId, ...cost });
  expect(await catalog.costs.all()).toEqual([
    { itemId: 'a', ...cost },
    { itemId: 'b', ...cost },
  ]);
  await replaceSource(
    SOURCE,
    ['b', 'c', 'd'].map((id) => film(id)),
  );
  expect(await catalog.costs.all()).toEqual([{ itemId: 'b', ...cost }]);
});
