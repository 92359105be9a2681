import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from '@jest/globals';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import { type LibraryItem, UNDESCRIBED } from '../../../src/library/library-item.ts';
import type { LibrarySource } from '../../../src/library/library-reading.ts';
import type { SyncOptions } from '../../../src/catalog/library/sync.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { until } from '../../support/until.ts';
import {
  addAirings,
  addChannel,
  channel,
  episode,
  facts,
  film,
  itemsOf,
  placesOf,
  sourceOf,
  sync,
  temporaryFolder,
} from '../samples.ts';

const SOURCE = 'folder:/films';
const AWAY = { sizeBytes: null, modifiedMs: null };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let file: string;
let catalog: Catalog;
let library: LibraryItem[];

beforeEach(async () => {
  folder = await temporaryFolder();
  file = path.join(folder.path, 'sidecast.db');
  catalog = await openCatalog(file, { logger: silentLogger, now: () => 0 });
  library = [];
});
afterEach(async () => {
  await catalog.close();
  await folder[Symbol.asyncDispose]();
});

const source = sourceOf(SOURCE, () => library);
const films = (count: number) => Array.from({ length: count }, (_, index) => film(`film ${index}`));
const left = async () => (await itemsOf(catalog, SOURCE)).filter(({ gone }) => !gone).map(({ id }) => id);

describe('what a library tells', () => {
  test('comes back in full', async () => {
    const told = film('told', {
      ...{ year: 1999, originalAirDate: '1999-03-31', certificate: 'R', stars: 8.7, durationMs: 8_160_000 },
      ...{ overview: 'Béla’s "big" night', genres: ['Action', 'Sci-Fi'], studios: ['Disney/Pixar'], tags: ['שלום 🎬'] },
      people: [{ name: 'Béla', role: null, kind: 'director' }],
      libraries: ['Movies'],
      artwork: { poster: { file: '/p.jpg', apiPath: null }, thumb: null, backdrop: null },
      chapters: [{ startMs: 0, title: null }],
      markedSegments: [{ kind: 'intro', startMs: 0, endMs: 9 }],
      streams: {
        video: {
          ...{ index: 0, codec: 'hevc', language: null, title: null, isDefault: true, profile: 'Main 10', width: 1920 },
          ...{ height: 800, framesPerSecond: 23.976, bitDepth: 10, isInterlaced: false, dynamicRange: 'hdr10' },
          sampleAspect: { num: 1, den: 1 },
        },
        audio: [{ index: 1, codec: 'eac3', language: 'eng', title: null, isDefault: true, channels: 6 }],
        subtitles: [
          {
            index: null,
            path: '/s.srt',
            codec: 'subrip',
            language: null,
            title: null,
            isDefault: false,
            isForced: true,
          },
        ],
      },
      providerIds: { imdb: 'tt1' },
      addedMs: 1_600_000_000_000,
    });
    library = [told];
    await sync(catalog, source);
    const described = (await catalog.items.describe(['told'])).get('told');
    expect(told).toMatchObject(described!);
    expect(Object.keys(described!).toSorted()).toEqual(Object.keys(UNDESCRIBED).toSorted());
  });

  test('is written only where it differs', async () => {
    library = films(3);
    await sync(catalog, source);
    const known = await catalog.library.known(library.map(({ id }) => id));
    const files = library.map((item) => ({
      item,
      file: { path: item.path, state: { sizeBytes: 1000, modifiedMs: 1_700_000_000_000 } },
      parts: [],
    }));
    expect(await catalog.library.takeIn(files, known)).toBe(0);
    const [first, ...others] = files;
    const changed = { ...first!, item: { ...first!.item, overview: 'Now with words' } };
    expect(await catalog.library.takeIn([changed, ...others], known)).toBe(1);
  });
});

describe('a sync that would take too much away waits', () => {
  it.each([
    ['a third of a large library', 100, 69, true],
    ['a little less', 100, 70, false],
    ['two of a small one', 6, 4, true],
    ['one of a small one', 2, 1, false],
    ['all of it, however small', 2, 0, true],
  ])('%s', async (_, before, after, waits) => {
    library = films(before);
    await sync(catalog, source);
    library = films(after);
    const { report, lost } = await sync(catalog, source, { mayShrink: false });
    expect(report.shrinking).toEqual(waits ? [{ library: '', items: before, unseen: before - after }] : []);
    expect(await left()).toHaveLength(waits ? before : after);
    expect(lost).toEqual(waits ? [] : [{ kind: 'films' }]);
    expect((await catalog.library.stateOf(SOURCE))?.report?.shrinking).toEqual(report.shrinking);
    // Somebody confirms it.
    await sync(catalog, source, { mayShrink: true });
    expect(await left()).toHaveLength(after);
  });

  test('and films of several parts are counted once', async () => {
    library = films(7).map((one) => ({ ...one, parts: [{ path: `${one.path} 2`, durationMs: 1000 }] }));
    await sync(catalog, source);
    library = library.slice(3);
    const { report } = await sync(catalog, source, { mayShrink: false });
    expect(report.shrinking).toEqual([{ library: '', items: 7, unseen: 3 }]);
    expect(await left()).toHaveLength(14);
  });

  test('and each library of a host for itself', async () => {
    const of = (name: string, count: number) =>
      Array.from({ length: count }, (_, index) => film(`${name} ${index}`, { libraries: [name] }));
    library = [...of('Movies', 50), ...of('Kids', 10)];
    await sync(catalog, source);
    library = [...of('Movies', 48), ...of('Kids', 1)];
    const { report } = await sync(catalog, source, { mayShrink: false });
    expect(report.shrinking).toEqual([{ library: 'Kids', items: 10, unseen: 9 }]);
    expect(await left()).toHaveLength(58);
  });
});

describe('an item that comes back', () => {
  test('under another id is known by its file, with its facts and its airings', async () => {
    const [a, b] = [film('a', { path: '/films/a.mkv' }), film('b')];
    library = [a, b];
    await sync(catalog, source);
    await catalog.items.setFacts(a, a, facts());
    await catalog.channels.numbersOf(['c']);
    await addChannel(catalog, channel('c', 1));
    await addAirings(catalog, [
      {
        ...{ kind: 'programme', itemId: 'a', strand: '' },
        channelId: 'c',
        startSegment: 1,
        stopSegment: 5,
        reelStart: 0,
        block: 1,
      },
    ]);
    library = [film('a again', { path: '/films/a.mkv', title: 'A, found again' }), b];
    await sync(catalog, source, { mayShrink: false });
    expect(await left()).toEqual(['a', 'b']);
    expect((await itemsOf(catalog, SOURCE))[0]).toMatchObject({ title: 'A, found again', facts: facts() });
    expect(await catalog.airings.between('c', 0, 9)).toMatchObject([{ itemId: 'a' }]);
    // It is the same one from now on, and its former id is free for another.
    library = [...library, film('a', { path: '/films/other.mkv' })];
    await sync(catalog, source);
    const paths = (await itemsOf(catalog, SOURCE)).map((item) => item.path);
    expect(paths.toSorted()).toEqual(['/films/a.mkv', '/films/b.mkv', '/films/other.mkv']);
  });

  test('with its further parts, and only one of two that have the same file', async () => {
    const parts = [{ path: '/films/a 2.mkv', durationMs: 1000 }];
    library = [film('a', { parts }), film('b')];
    await sync(catalog, source);
    const before = await left();
    library = [film('a again', { path: '/films/a.mkv', parts }), film('a copy', { path: '/films/a.mkv' }), film('b')];
    await sync(catalog, source);
    const after = await itemsOf(catalog, SOURCE);
    expect(after.map(({ id }) => id).filter((id) => before.includes(id))).toHaveLength(3);
    expect(after.map(({ path: at, partOf }) => `${at} of ${partOf}`).toSorted()).toEqual([
      '/films/a 2.mkv of a',
      '/films/a.mkv of null',
      '/films/a.mkv of null',
      '/films/b.mkv of null',
    ]);
  });

  test('after it had left long ago is the same one, too', async () => {
    const one = { path: '/films/a.mkv' };
    library = [film('a', one), film('b')];
    await sync(catalog, source);
    library = [film('b')];
    await sync(catalog, source);
    library = [film('a again', one), film('b')];
    await sync(catalog, source);
    expect(await left()).toEqual(['a', 'b']);
  });
});

describe('files', () => {
  const there = async (names: readonly string[]) =>
    names.map((name) => (name.includes('away') ? undefined : { sizeBytes: 500, modifiedMs: 1_700_000_000_000 }));

  test('of several parts each have a place of their own, in order, and are shown together or not at all', async () => {
    const parts = [2, 3].map((number) => ({ path: `/films/part ${number}.mkv`, durationMs: number * 1000 }));
    library = [film('a', { parts, durationMs: 1000 }), film('b', { durationMs: 9000 })];
    await sync(catalog, source, { statesOf: there });
    const loop = await placesOf(catalog, channel('films', 1));
    expect(loop.map(({ durationMs }) => durationMs)).toEqual([1000, 2000, 3000, 9000]);
    const items = await itemsOf(catalog, SOURCE);
    expect(items.map(({ partOf, title }) => [partOf, title])).toEqual([
      [null, 'a'],
      ['a', 'a'],
      ['a', 'a'],
      [null, 'b'],
    ]);
    await catalog.items.setProblem(items[1]!, 'it is a text');
    const broken = await placesOf(catalog, channel('films', 1));
    expect(broken.map(({ durationMs }) => durationMs)).toEqual([null, 3000, 9000]);
    // It is one film, and its second part is cut away.
    library = [film('a', { parts: parts.slice(0, 1), durationMs: 1000 }), film('b')];
    await sync(catalog, source, { statesOf: there });
    expect((await itemsOf(catalog, SOURCE)).map(({ gone }) => gone)).toEqual([false, false, true, false]);
  });

  test('of several parts are counted and named one by one, where they are not found or cannot be aired', async () => {
    const parts = ['/away/part 2.mkv', '/films/part 3.mkv'].map((name) => ({ path: name, durationMs: 1000 }));
    library = [film('a', { parts, durationMs: 1000 }), { ...film('b'), ...AWAY }];
    const { report } = await sync(catalog, source, { statesOf: there });
    const third = (await itemsOf(catalog, SOURCE)).find((item) => item.path === '/films/part 3.mkv')!;
    await catalog.items.setProblem(third, 'it is a text');
    expect(report.files).toEqual({ items: 4, missing: 2 });
    expect(await catalog.libraryReader.summaries([SOURCE])).toMatchObject([
      {
        missing: ['/away/part 2.mkv', '/films/b.mkv'],
        unplayable: [{ path: '/films/part 3.mkv', problem: 'it is a text' }],
      },
    ]);
  });

  test('of several versions are taken from those that are there, and the choice stays', async () => {
    const versions = ['/films/a 720p.mkv', '/films/a 480p.mkv'].map((name) => ({ path: name, durationMs: 1000 }));
    library = [{ ...film('a', { path: '/away/a.mkv', versions }), ...AWAY }];
    await sync(catalog, source, { statesOf: there });
    const [first] = await itemsOf(catalog, SOURCE);
    expect(first).toMatchObject({ path: '/films/a 720p.mkv', missing: false });
    expect(await catalog.items.versionsOf('a')).toEqual(['/away/a.mkv', '/films/a 480p.mkv']);
    // A look into the files finds the third one better.
    const better = { path: '/films/a 480p.mkv', sizeBytes: 500, modifiedMs: 1_700_000_000_000 };
    await catalog.items.setFacts(first!, better, facts());
    await sync(catalog, source, { statesOf: there });
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([{ path: '/films/a 480p.mkv', facts: facts() }]);
  });

  test('that are nowhere to be found are counted, and rules for their paths are asked for, where they are many', async () => {
    library = [{ ...film('a'), ...AWAY }, { ...film('b'), ...AWAY }, film('c')];
    const rule = { from: '/films', to: '/mnt/nas' };
    const asked: string[][] = [];
    const suggestRules = async (paths: readonly string[]) => {
      asked.push([...paths]);
      return [rule];
    };
    const { report } = await sync(catalog, source, { suggestRules });
    expect(report).toMatchObject({ files: { items: 3, missing: 2 }, suggestedRules: [rule] });
    expect(asked).toEqual([['/films/a.mkv', '/films/b.mkv']]);
    library = [{ ...film('a'), ...AWAY }, ...films(9)];
    expect((await sync(catalog, source, { suggestRules })).report.suggestedRules).toEqual([]);
  });
});

test('how far a sync has come is told from the first time on, out of what its library has', async () => {
  library = films(600);
  const told: unknown[] = [];
  const counted: LibrarySource = {
    id: SOURCE,
    open: async () => ({ ...(await source.open()), count: async () => 600, [Symbol.asyncDispose]: async () => {} }),
  };
  await sync(catalog, counted, { onProgress: (...heard) => told.push(heard) });
  expect(told).toEqual([
    [0, 600],
    [500, 600],
    [600, 600],
  ]);
});

test('a source that breaks off in the middle takes nothing away, and what was read is kept', async () => {
  library = films(600);
  await sync(catalog, source);
  const broken = sourceOf(SOURCE, () => library);
  const open = async () => {
    const reading = await broken.open();
    return {
      ...reading,
      async *items() {
        yield [film('new'), film('film 1', { title: 'Renamed' })];
        throw new Error('the database has gone');
      },
      [Symbol.asyncDispose]: async () => {},
    };
  };
  await expect(sync(catalog, { id: SOURCE, open })).rejects.toThrow('the database has gone');
  expect(await left()).toHaveLength(601);
  library = [...films(600), film('new')];
  const { gained } = await sync(catalog, source);
  // What was new in the sync that broke off gets its place in this one.
  expect(gained).toEqual([{ kind: 'films' }]);
});

test('a sync that is killed half-way loses nothing, and the next one makes up for it', async () => {
  await catalog.close();
  const [loader, script] = ['typescript.mjs', 'endless-sync.mjs'].map((name) =>
    path.join(import.meta.dirname, '../../support', name),
  );
  const child = spawn(process.execPath, ['--import', loader!, script!, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let batches = 0;
    child.stdout.on('data', (text: Buffer) => (batches += String(text).length));
    await until('it is in the middle', () => batches > 3);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  catalog = await openCatalog(file, { logger: silentLogger, now: () => 0 });
  expect(catalog.recovered).toBe(false);
  const before = await left();
  expect(before.length).toBeGreaterThanOrEqual(1000);
  expect(before.length % 500).toBe(0);
  library = [...before.map((id) => film(id)), episode('Show', 1)];
  await sync(catalog, source, { mayShrink: false });
  expect(await left()).toHaveLength(before.length + 1);
  const positions = await placesOf(catalog, channel('films', 1));
  expect(positions.map(({ id }) => id)).toEqual(before.toSorted(new Intl.Collator('en', { numeric: true }).compare));
});

test('what was read before a sync was cut off is found by its labels after the next one, and by those that it has then', async () => {
  const ofGenre = async (genre: string) => {
    const { items } = await catalog.libraryReader.items({ genre, sort: 'title', isDescending: false, limit: 9 });
    return items.map(({ title }) => title);
  };
  library = ['one', 'two'].map((name) => film(name, { genres: ['Drama', 'War'] }));
  const files = library.map((item) => ({ item, file: { path: item.path, state: undefined }, parts: [] }));
  await catalog.library.takeIn(files, new Map());
  expect(await ofGenre('Drama')).toEqual([]);
  await sync(catalog, source);
  expect(await ofGenre('Drama')).toEqual(['one', 'two']);
  library = [film('one', { genres: ['drama'] }), ...library.slice(1)];
  await sync(catalog, source);
  expect(await ofGenre('Drama')).toEqual(['one', 'two']);
  expect(await ofGenre('War')).toEqual(['two']);
});

describe('a source that is what it was at the last sync', () => {
  const STATE = { sizeBytes: 1000, modifiedMs: 1_700_000_000_000 };
  let fingerprint: string;
  let reads: number;
  let states: Map<string, typeof STATE>;
  const marked: LibrarySource = {
    id: SOURCE,
    async open() {
      const reading = await source.open();
      return {
        ...reading,
        async *items() {
          reads++;
          yield* reading.items();
        },
        fingerprint: async () => fingerprint,
        statesOf: async (files) => files.map((name) => states.get(name)),
        [Symbol.asyncDispose]: async () => {},
      };
    },
  };
  const look = (changes: Partial<SyncOptions> = {}) => sync(catalog, marked, { mayShrink: false, ...changes });
  beforeEach(async () => {
    fingerprint = 'a';
    reads = 0;
    library = films(600);
    states = new Map(library.map((item) => [item.path, STATE]));
    await look();
  });

  test('is not read, and nothing of it leaves', async () => {
    const { report, lost } = await look();
    expect([reads, lost, report.files]).toEqual([1, [], { items: 600, missing: 0 }]);
    expect(await left()).toHaveLength(600);
  });

  test.each<[string, () => unknown]>([
    ['its fingerprint differs', () => (fingerprint = 'b')],
    ['a file is away', () => states.delete('/films/film 599.mkv')],
    ['a file was written anew', () => states.set('/films/film 7.mkv', { ...STATE, sizeBytes: 1001 })],
  ])('is read when %s', async (_, change) => {
    change();
    await look();
    expect(reads).toBe(2);
  });

  test('is read when somebody confirms what leaves, and as long as that is waited for', async () => {
    await look({ mayShrink: true });
    expect(reads).toBe(2);
    library = films(10);
    fingerprint = 'b';
    expect((await look()).report.shrinking).toHaveLength(1);
    expect((await look()).report.shrinking).toHaveLength(1);
    expect(reads).toBe(4);
  });

  test('is read when the last one has broken off, or files were still growing', async () => {
    fingerprint = 'b';
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(look({ signal })).rejects.toThrow('stopped');
    fingerprint = 'a';
    library = [...films(600), film('new', { modifiedMs: LOOKED_MS - 1000 })];
    expect((await look({ now: () => LOOKED_MS })).isGrowing).toBe(true);
    await look({ now: () => LOOKED_MS });
    expect(reads).toBe(4);
  });
});

const LOOKED_MS = 1_700_000_100_000;
