import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Catalog, openCatalog } from '../../src/catalog/catalog.ts';
import type { LibraryItem } from '../../src/library/library-item.ts';
import type { Airing } from '../../src/schedule/airing.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { channel, episode, facts, film, itemsOf, sourceOf, sync, temporaryFolder } from './samples.ts';

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

  test('make a loop of what can be aired', async () => {
    const [a, b, c, d] = [episode('Show', 1), episode('Show', 2), episode('Show', 3), episode('Other', 1)];
    await replaceSource(SOURCE, [film('f'), a, b, c, d]);
    await catalog.items.setFacts(a, a, facts({ durationMs: 1234.5 }));
    await catalog.items.setFacts(c, c, facts());
    await replaceSource(SOURCE, [film('f'), a, b, d]);
    const show = channel('show', 1, { content: { kind: 'show', show: 'Show' } });
    // What is gone keeps its old place.
    expect(await catalog.items.loopOf(show)).toEqual([
      { id: 'Show 1', durationMs: 1234.5 },
      { id: 'Show 2', durationMs: null },
      { id: 'Show 3', durationMs: null },
    ]);
    expect(await catalog.items.loopOf(channel('films', 2))).toEqual([{ id: 'f', durationMs: null }]);
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
    await catalog.channels.add(channel('b', 2));
    await catalog.channels.remove('b');
    expect(Object.fromEntries(await catalog.channels.numbersOf(['c', 'b']))).toEqual({ c: 3, b: 2 });
  });

  test('come back as they went in, by number', async () => {
    await catalog.channels.numbersOf(['a', 'b']);
    const show = channel('b', 2, { content: { kind: 'show', show: 'Show' }, frameRate: { num: 24000, den: 1001 } });
    await catalog.channels.add(show);
    await catalog.channels.add(channel('a', 1));
    expect(await catalog.channels.list()).toEqual([channel('a', 1), show]);
    expect(await catalog.channels.find('b')).toEqual(show);
    expect(await catalog.channels.find('c')).toBeUndefined();
  });

  test('are listed as long as they have something to show', async () => {
    await catalog.channels.numbersOf(['a', 'b']);
    await catalog.channels.add(channel('a', 1));
    await catalog.channels.add(channel('b', 2));
    await catalog.channels.setListed(new Set(['b']));
    expect(await catalog.channels.list()).toEqual([channel('b', 2)]);
    expect(await catalog.channels.find('a')).toBeUndefined();
    expect(await catalog.channels.listAll()).toHaveLength(2);
  });
});

describe('airings', () => {
  const airing = (startSegment: number, changes: Partial<Airing> = {}): Airing => ({
    ...{ channelId: 'a', startSegment, stopSegment: startSegment + 10, itemId: 'x', reelStart: 0 },
    ...changes,
  });

  beforeEach(async () => {
    await replaceSource(SOURCE, [film('x')]);
    await catalog.channels.numbersOf(['a', 'b']);
    await catalog.channels.add(channel('a', 1));
    await catalog.channels.add(channel('b', 2));
    await catalog.airings.append([10, 20, 30, 50].map((start) => airing(start)));
    await catalog.airings.append([airing(10, { channelId: 'b' })]);
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

  test('have a last one', async () => {
    expect(await catalog.airings.last('a')).toEqual(airing(50));
    expect(await catalog.airings.last('a', 50)).toEqual(airing(30));
    expect(await catalog.airings.last('c')).toBeUndefined();
  });

  test('are replaced from a segment on', async () => {
    await catalog.airings.replaceFrom('a', 25, [airing(33), airing(43)]);
    const starts = (await catalog.airings.between('a', 0, 100)).map(({ startSegment }) => startSegment);
    expect(starts).toEqual([10, 20, 33, 43]);
    expect(await catalog.airings.between('b', 0, 100)).toHaveLength(1);
  });

  test('are forgotten when they are over, but for the last', async () => {
    await catalog.airings.prune('a', 35);
    expect(await catalog.airings.last('a', 40)).toEqual(airing(30));
    expect(await catalog.airings.last('a', 30)).toBeUndefined();
    await catalog.airings.prune('a', 1000);
    expect(await catalog.airings.between('a', 0, 1000)).toEqual([airing(50)]);
    expect(await catalog.airings.between('b', 0, 1000)).toHaveLength(1);
  });

  test('never begin at the same segment twice, and go with their channel', async () => {
    await expect(catalog.airings.append([airing(60), airing(10)])).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT' });
    expect(await catalog.airings.last('a')).toEqual(airing(50));
    await catalog.channels.remove('a');
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
