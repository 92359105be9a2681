import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import createKnex from 'knex';
import { type Catalog, openCatalog } from '../../src/catalog/catalog.ts';
import { gridOf } from '../../src/catalog/channels/channel.ts';
import { withPatch, withProgramming } from '../../src/catalog/channels/channel-changes.ts';
import { programmingOf } from '../../src/catalog/channels/contents.ts';
import { createKeeper, type Keeper, type KeeperOptions } from '../../src/catalog/keeper.ts';
import { planningHere } from '../../src/catalog/planning/planning-here.ts';
import { SyncStatus } from '../../src/catalog/library/sync-status.ts';
import type { MediaFacts } from '../../src/ffmpeg/media-facts.ts';
import type { LibraryItem } from '../../src/library/library-item.ts';
import type { VideoStream } from '../../src/library/streams.ts';
import type { Airing } from '../../src/schedule/airing.ts';
import { segmentAt } from '../../src/schedule/grid.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { AppError } from '../../src/shared/errors.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { deferred } from '../support/deferred.ts';
import { until } from '../support/until.ts';
import {
  addChannel,
  channel,
  episode,
  facts as sampleFacts,
  film,
  itemsOf,
  removeChannel,
  sourceOf,
  temporaryFolder,
} from './samples.ts';

const SOURCE = 'folder:/films';
const START_MS = Date.UTC(2024, 5, 1);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** A clock that stands still until it is wound. */
function windable() {
  let nowMs = START_MS;
  let timers: { atMs: number; action: () => void }[] = [];
  return {
    now: () => nowMs,
    elapsed: () => nowMs - START_MS,
    onStep: () => () => {},
    after(delayMs: number, action: () => void) {
      const timer = { atMs: nowMs + delayMs, action };
      timers.push(timer);
      return { cancel: () => void (timers = timers.filter((other) => other !== timer)) };
    },
    wind(byMs: number) {
      nowMs += byMs;
      const due = timers.filter(({ atMs }) => atMs <= nowMs);
      timers = timers.filter(({ atMs }) => atMs > nowMs);
      for (const { action } of due) action();
    },
  } satisfies Clock & { wind(byMs: number): void };
}

/** What is found in films of half an hour, which takes much less planning than what is found in short ones. */
const facts = (changes: Partial<MediaFacts> = {}) => sampleFacts({ durationMs: 30 * MINUTE_MS, ...changes });
const shortFilms = { probe: async () => facts({ durationMs: 2 * MINUTE_MS }) };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let catalog: Catalog;
let clock: ReturnType<typeof windable>;
let library: LibraryItem[];
let probed: string[];
let warnings: string[];
let keeper: Keeper;

const logger = { ...silentLogger, warn: (_facts: object, sentence: string) => void warnings.push(sentence) };

function keeperWith(changes: Partial<KeeperOptions> = {}): Keeper {
  return createKeeper({
    catalog,
    withPlanning: planningHere(catalog),
    sources: [sourceOf(SOURCE, () => library)],
    statesOf: async () => [],
    suggestRules: async () => [],
    status: new SyncStatus(),
    probe: async (file) => {
      probed.push(path.basename(file, '.mkv'));
      return facts();
    },
    clock,
    logger,
    timeZone: 'Europe/Berlin',
    aheadSeconds: 30,
    defaults: async () => ({ segmentSeconds: 2, qualities: ['720p', '480p'], tunerQuality: '720p' }),
    ...changes,
  });
}

beforeEach(async () => {
  folder = await temporaryFolder();
  clock = windable();
  catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), { logger, now: clock.now });
  library = [];
  probed = [];
  warnings = [];
  keeper = keeperWith();
});
afterEach(async () => {
  await keeper.close();
  await catalog.close();
  await folder[Symbol.asyncDispose]();
});

async function replaceKeeper(changes: Partial<KeeperOptions>): Promise<void> {
  await keeper.close();
  keeper = keeperWith(changes);
}

async function settle(): Promise<void> {
  await keeper.sync();
  await keeper.idle();
}

function itemIn(airing: Airing | undefined): string | undefined {
  return airing !== undefined && 'itemId' in airing ? airing.itemId : undefined;
}

async function airingsOf(name: string, fromMs = 0, toMs = 10 * DAY_MS) {
  const found = (await catalog.channels.list()).find((candidate) => candidate.name === name);
  if (found === undefined) return [];
  const grid = gridOf(found);
  return catalog.airings.between(found.id, segmentAt(grid, START_MS + fromMs), segmentAt(grid, START_MS + toMs));
}

describe('channels', () => {
  test('that a sidecar was ended with before they were planned are planned, and then listed', async () => {
    library = [film('one')];
    await settle();
    const [made] = await catalog.channels.list();
    await catalog.channels.keepListed(new Set());
    await catalog.airings.replaceFrom(made!.id, { fromSegment: 0, airings: [] });
    const plans: number[] = [];
    await replaceKeeper({
      onChannels: async () => {
        if ((await catalog.channels.list()).length > 0) plans.push((await airingsOf('Films')).length);
      },
    });
    await settle();
    expect(plans.length).toBeGreaterThan(0);
    expect(Math.min(...plans)).toBeGreaterThan(0);
  });

  test('are listed no earlier than they are planned, however often libraries are looked through meanwhile', async () => {
    library = [film('one')];
    const gate = deferred();
    await replaceKeeper({
      withPlanning: async (programmings, work) => {
        if (programmings.length > 0) await gate.promise;
        return planningHere(catalog)(programmings, work);
      },
    });
    await keeper.sync();
    await until('a channel is being planned', async () => (await catalog.channels.listAll()).length === 1);
    await keeper.sync();
    const listedMeanwhile = await catalog.channels.list();
    gate.resolve();
    await keeper.idle();
    expect(listedMeanwhile).toEqual([]);
    expect(await catalog.channels.list()).toMatchObject([{ name: 'Films' }]);
    expect(await airingsOf('Films')).not.toEqual([]);
  });

  test('are made of shows and films, numbered by name, and planned 4000 airings ahead', async () => {
    library = [film('one'), episode('Zebra', 1), episode('Aardvark', 1)];
    await replaceKeeper(shortFilms);
    await settle();
    expect(await catalog.channels.list()).toMatchObject([
      {
        ...{ number: '1', name: 'Aardvark', group: 'Series', qualities: ['720p', '480p'] },
        origin: { kind: 'found', source: SOURCE, content: { kind: 'show', show: 'Aardvark' } },
      },
      { number: '2', name: 'Films', group: 'Movies', tunerQuality: '720p', segmentSeconds: 2 },
      { number: '3', name: 'Zebra' },
    ]);
    for (const name of ['Aardvark', 'Films', 'Zebra']) expect(await airingsOf(name)).toHaveLength(4000);
  });

  test('have the commonest rate of a sample from all over', async () => {
    library = Array.from({ length: 100 }, (_, index) => episode('Show', index));
    // The sample looks at every fifth: its first few are unlike most.
    const probe = async (file: string) =>
      facts({ frameRate: Number(/\d+/.exec(file)) < 20 ? { num: 50, den: 1 } : { num: 30000, den: 1001 } });
    await replaceKeeper({ probe });
    await settle();
    expect(await catalog.channels.list()).toMatchObject([{ frameRate: { num: 30000, den: 1001 } }]);
  });

  test('do not wait for a sample that takes long', async () => {
    library = Array.from({ length: 10 }, (_, index) => episode('Show', index));
    const probe = async (file: string) => {
      clock.wind(2000);
      const isEarly = Number(/\d+/.exec(file)) < 3;
      return facts({ frameRate: { num: isEarly ? 50 : 25, den: 1 } });
    };
    await replaceKeeper({ probe });
    await settle();
    expect(await catalog.channels.list()).toMatchObject([{ frameRate: { num: 50, den: 1 } }]);
  });

  test('of two libraries with the same name differ in it', async () => {
    const other = film('two', { source: 'folder:/others', path: '/others/two.mkv' });
    library = [film('one')];
    await replaceKeeper({
      sources: [sourceOf(SOURCE, () => library), sourceOf('folder:/others', () => [other])],
    });
    await settle();
    expect((await catalog.channels.list()).map(({ name }) => name)).toEqual(['Films', 'Films (2)']);
  });

  test('are numbered and named past what a person has made', async () => {
    await addChannel(catalog, channel('mine', 1, { name: 'FILMS', origin: { kind: 'made' } }));
    library = [film('one'), episode('Show', 1)];
    await settle();
    expect(await catalog.channels.list()).toMatchObject([
      { id: 'mine', number: '1', name: 'FILMS' },
      { number: '2', name: 'Films (2)' },
      { number: '3', name: 'Show' },
    ]);
    expect((await catalog.airings.all('mine')).length).toBeGreaterThan(0);
  });

  test('that a person has removed are not made again, and what was theirs can be shown by others', async () => {
    library = [episode('Show', 1), film('one')];
    await settle();
    const [first] = await catalog.channels.list();
    await removeChannel(catalog, first?.id ?? '');
    library = [episode('Show', 1), episode('Show', 2), film('one')];
    await settle();
    expect((await catalog.channels.list()).map(({ number, name }) => [number, name])).toEqual([['2', 'Show']]);
    expect(probed).toContain('Show 2');
  });

  test('that a person has changed stay as that person wants them', async () => {
    library = [episode('Show', 1), film('one')];
    await settle();
    const [films, show] = await catalog.channels.list();
    const programmed = programmingOf(SOURCE, { kind: 'films' });
    await catalog.channels.edit((channels) => {
      const renamed = withPatch(channels, films?.id ?? '', { name: 'Cinema', number: '40.1', enabled: false });
      return { channels: withProgramming(renamed, show?.id ?? '', programmed) };
    });
    library = [film('two'), film('one')];
    await settle();
    expect(await catalog.channels.listAll()).toMatchObject([
      // Its show is gone, but it shows something else by now.
      { number: '2', name: 'Show', listed: true, origin: { kind: 'made' }, programming: programmed },
      { number: '40.1', name: 'Cinema', enabled: false, listed: true },
    ]);
  });

  test('come back with their ids when the database is lost, and keep their numbers when others come', async () => {
    library = [episode('Middle', 1)];
    await settle();
    library = [episode('Alpha', 1), episode('Middle', 1)];
    await settle();
    const before = await catalog.channels.list();
    expect(before).toMatchObject([
      { number: '1', name: 'Middle' },
      { number: '2', name: 'Alpha' },
    ]);
    const another = await openCatalog(path.join(folder.path, 'another.db'), { logger, now: clock.now });
    await replaceKeeper({ catalog: another });
    await settle();
    const ids = (channels: typeof before) => channels.map(({ id }) => id).sort();
    expect(ids(await another.channels.list())).toEqual(ids(before));
    await keeper.close();
    await another.close();
  });

  test('without a single file that can be aired do not appear', async () => {
    library = [film('broken'), episode('Show', 1)];
    const probe = async (file: string): Promise<MediaFacts> => {
      if (file.includes('broken')) throw new AppError('probe_failed', `cannot air ${file}: it is a text`);
      return facts();
    };
    await replaceKeeper({ probe });
    await settle();
    await settle();
    expect((await catalog.channels.list()).map(({ name }) => name)).toEqual(['Show']);
    expect(warnings).toEqual(['cannot air /films/broken.mkv: it is a text']);
    const problems = new Map((await itemsOf(catalog, SOURCE)).map(({ id, problem }) => [id, problem]));
    expect(Object.fromEntries(problems)).toEqual({ broken: expect.stringContaining('a text'), 'Show 1': null });
  });

  test('of a library that answers are looked for while another one does not answer', async () => {
    let giveUp: (reason: Error) => void = () => {};
    const silent = () => new Promise<never>((_, reject) => (giveUp = reject));
    const problems: [string, string][] = [];
    library = [film('one')];
    await replaceKeeper({
      sources: [sourceOf('folder:/silent', silent), sourceOf(SOURCE, () => library)],
      onFailed: (source, error) => void problems.push([source, (error as Error).message]),
    });
    const looking = keeper.sync();
    await until('the other one is read', async () => (await itemsOf(catalog, SOURCE)).length === 1);
    await until('and has its channel', async () => (await catalog.channels.list()).length === 1);
    expect(problems).toEqual([]);
    giveUp(new Error('it does not answer'));
    await expect(looking).rejects.toThrow('it does not answer');
    expect(problems).toEqual([['folder:/silent', 'it does not answer']]);
    await keeper.idle();
    expect((await catalog.channels.list()).map(({ name }) => name)).toEqual(['Films']);
  });

  test('are not made of what is new in a library that is still being read', async () => {
    const [half, rest] = [deferred(), deferred()];
    const slow = sourceOf('folder:/slow', () => []);
    const piece = (number: number) => [{ ...episode('Half', number), source: slow.id }];
    async function* pieces() {
      yield piece(1);
      half.resolve();
      await rest.promise;
      yield piece(2);
    }
    const open = async () => ({ ...(await slow.open()), items: pieces });
    const other = sourceOf(SOURCE, async () => {
      await half.promise;
      return [film('one')];
    });
    await replaceKeeper({ sources: [{ ...slow, open }, other] });
    const looking = keeper.sync();
    await until('the other one is there', async () => (await catalog.channels.list()).length > 0);
    await keeper.idle();
    expect((await itemsOf(catalog, slow.id)).length).toBeLessThan(2);
    expect((await catalog.channels.list()).map(({ name }) => name)).toEqual(['Films']);
    rest.resolve();
    await looking;
    await keeper.idle();
    expect((await catalog.channels.list()).map(({ name }) => name)).toEqual(['Films', 'Half']);
  });

  test('are told of as they come and go', async () => {
    const told: string[][] = [];
    const onChannels = async () => {
      told.push((await catalog.channels.list()).map(({ name }) => name));
    };
    await replaceKeeper({ onChannels });
    library = [film('one'), episode('Show', 1)];
    await settle();
    expect(told.at(-1)).toEqual(['Films', 'Show']);
    library = [film('one')];
    await settle();
    clock.wind(2 * DAY_MS);
    await keeper.extend();
    expect(told.at(-1)).toEqual(['Films']);
  });

  test('go when all is over that was planned of what they had, and come back as they were', async () => {
    library = [film('one'), episode('Show', 1)];
    await settle();
    const before = await catalog.channels.list();
    const names = async () => (await catalog.channels.list()).map(({ name }) => name);
    library = [film('one')];
    await settle();
    clock.wind(DAY_MS - 60 * MINUTE_MS);
    await keeper.extend();
    expect(await names()).toEqual(['Films', 'Show']);
    clock.wind(120 * MINUTE_MS);
    await keeper.extend();
    expect(await names()).toEqual(['Films']);
    await settle();
    expect(await names()).toEqual(['Films']);
    library = [film('one'), episode('Show', 1)];
    await settle();
    expect(await catalog.channels.list()).toEqual(before);
  });
});

describe('files', () => {
  test('are probed once, the first of every channel before the second of any', async () => {
    library = [...Array.from({ length: 30 }, (_, index) => episode('A', index)), episode('B', 1), episode('B', 2)];
    await settle();
    await settle();
    expect(probed).toHaveLength(32);
    expect(new Set(probed).size).toBe(32);
    expect(probed.indexOf('B 2')).toBeLessThan(25);
  });

  test('are not all read again when channels are changed, and what that has broken off is done all the same', async () => {
    let reads = 0;
    class CountedStatus extends SyncStatus {
      override isReading(source: string): boolean {
        reads++;
        return super.isReading(source);
      }
    }
    const [begun, end] = [deferred(), deferred()];
    await replaceKeeper({
      status: new CountedStatus(),
      async probe(file) {
        probed.push(path.basename(file, '.mkv'));
        if (probed.length === 2) {
          begun.resolve();
          await end.promise;
        }
        return facts();
      },
    });
    const edit = (description: string) =>
      keeper.edit((channels) => ({ channels: channels.map((each) => ({ ...each, description })) }));
    library = [film('a'), ...Array.from({ length: 30 }, (_, at) => film(`b${at}`))];
    await keeper.sync();
    await begun.promise;
    await edit('while its files are looked into');
    end.resolve();
    await keeper.idle();
    expect(probed).toHaveLength(library.length);

    const before = reads;
    await edit('later');
    await keeper.idle();
    expect(reads).toBe(before);
    await keeper.sync();
    await keeper.idle();
    expect(reads).toBeGreaterThan(before);
  });

  test('are probed again when they change', async () => {
    library = [film('one'), film('two')];
    await settle();
    library = [film('one', { sizeBytes: 5 }), film('two')];
    await settle();
    expect(probed).toEqual(['one', 'two', 'one']);
  });

  test('that are still growing wait until they stand still', async () => {
    const fresh = (sizeBytes: number) => film('new', { sizeBytes, modifiedMs: clock.now() });
    library = [film('old'), fresh(1)];
    await settle();
    expect(probed).toEqual(['old']);
    library = [film('old'), fresh(2)];
    clock.wind(2000);
    await settle();
    expect(probed).toEqual(['old']);
    clock.wind(2000);
    await settle();
    expect(probed).toEqual(['old', 'new']);
  });

  test('that are still growing are looked at again, also where another library cannot be read', async () => {
    library = [film('new', { modifiedMs: clock.now() })];
    const unreadable = async () => Promise.reject(new AppError('library_unsupported', 'of no kind that is read'));
    await replaceKeeper({ sources: [sourceOf('jellyfin:/other', unreadable), sourceOf(SOURCE, () => library)] });
    await expect(keeper.sync()).rejects.toMatchObject({ code: 'library_unsupported' });
    clock.wind(2000);
    await until('it was taken in', async () => (await itemsOf(catalog, SOURCE)).length > 0);
  });

  test('that are still growing can be waited for, as long as they are looked at once more', async () => {
    library = [film('new', { modifiedMs: clock.now() })];
    await keeper.sync();
    const second = keeper.secondLook();
    clock.wind(2000);
    await second;
    expect(await itemsOf(catalog, SOURCE)).toHaveLength(1);
    await keeper.secondLook();
    library = [film('new', { sizeBytes: 7, modifiedMs: clock.now() })];
    await keeper.sync();
    const cutOff = keeper.secondLook();
    await keeper.close();
    await cutOff;
  });

  test('that are gone keep what is planned for a day, and are passed over later', async () => {
    library = [film('one'), film('two')];
    await replaceKeeper(shortFilms);
    await settle();
    const planned = await airingsOf('Films');
    library = [film('one')];
    await settle();
    const dayEnd = (START_MS + DAY_MS) / 2000;
    const soon = ({ startSegment }: { startSegment: number }) => startSegment <= dayEnd;
    const left = await airingsOf('Films');
    expect(left.filter(soon)).toEqual(planned.filter(soon));
    expect(new Set(left.filter((airing) => !soon(airing)).map(itemIn))).toEqual(new Set(['one']));
    clock.wind(DAY_MS);
    await keeper.extend();
    const later = (await airingsOf('Films')).slice(planned.length);
    expect(later.length).toBeGreaterThan(500);
    expect(new Set(later.map(itemIn))).toEqual(new Set(['one']));
  });

  test('that are all gone at once are believed to be there still', async () => {
    library = [film('one'), film('two')];
    await settle();
    library = [];
    await settle();
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([{ gone: false }, { gone: false }]);
    expect(warnings).toEqual([expect.stringContaining('all 2 items of the library are no longer found')]);
  });

  test('join the loop within a turn, and nothing that is settled changes', async () => {
    library = [film('one'), film('two')];
    await replaceKeeper(shortFilms);
    await settle();
    const before = await airingsOf('Films');
    library = [film('one'), film('one and a half'), film('two')];
    await settle();
    const after = await airingsOf('Films');
    const settled = before.filter(({ startSegment }) => startSegment * 2000 <= START_MS + 2 * MINUTE_MS);
    expect(after.slice(0, settled.length)).toEqual(settled);
    const turn = after.slice(settled.length, settled.length + 3).map(itemIn);
    expect(new Set(turn)).toEqual(new Set(['one', 'one and a half', 'two']));
    expect(
      after.every(({ startSegment }, index) => index === 0 || startSegment === after[index - 1]?.stopSegment),
    ).toBe(true);
  });
});

describe('planning', () => {
  test('goes on from where it ended and forgets what is long over', async () => {
    library = [film('one'), film('two'), film('three')];
    await settle();
    for (let hour = 0; hour < 72; hour++) {
      clock.wind(60 * MINUTE_MS);
      if (hour % 12 === 0) await Promise.all([keeper.extend(), keeper.extend()]);
    }
    await keeper.extend();
    const airings = await airingsOf('Films');
    expect(airings[0]?.startSegment).toBe((START_MS + DAY_MS) / 2000);
    expect(airings.at(-1)?.stopSegment).toBeGreaterThanOrEqual((START_MS + 5 * DAY_MS) / 2000);
    const order = ['one', 'three', 'two'];
    const next = (itemId: string | undefined) => order[(order.indexOf(itemId ?? '') + 1) % 3];
    for (const [index, airing] of airings.entries()) {
      if (index === 0) continue;
      expect(airing.startSegment).toBe(airings[index - 1]?.stopSegment);
      expect(itemIn(airing)).toBe(next(itemIn(airings[index - 1])));
    }
  });

  test('after a long sleep is where it would have been', async () => {
    library = [film('one'), film('two', { sizeBytes: 7 })];
    await replaceKeeper(shortFilms);
    await settle();
    clock.wind(9 * DAY_MS + 45_000);
    await keeper.extend();
    const [onAir] = await airingsOf('Films', 9 * DAY_MS + 165_000, 9 * DAY_MS + 166_000);
    // A turn lasts four minutes; nine days are whole turns.
    expect(onAir).toMatchObject({ itemId: 'two', startSegment: (START_MS + 9 * DAY_MS + 2 * MINUTE_MS) / 2000 });
  });

  test('goes back with a clock that was years ahead, and does not when what is on air is known', async () => {
    library = [film('one'), film('two')];
    await replaceKeeper(shortFilms);
    await settle();
    clock.wind(10 * MINUTE_MS);
    await keeper.extend();
    const before = await airingsOf('Films');
    clock.wind(-5 * MINUTE_MS);
    await keeper.extend();
    expect(await airingsOf('Films')).toEqual(before);
    clock.wind(-900 * DAY_MS - 5 * MINUTE_MS);
    await keeper.extend();
    const airings = await airingsOf('Films', -1000 * DAY_MS, 10 * DAY_MS);
    expect(airings[0]?.startSegment).toBe((START_MS - 900 * DAY_MS) / 2000);
    expect(airings.at(-1)?.stopSegment).toBeLessThan((START_MS - 894 * DAY_MS) / 2000);
  });
});

const VIDEO: VideoStream = {
  ...{ index: 0, codec: 'h264', language: null, title: null, isDefault: true, profile: null, width: 640, height: 360 },
  ...{ framesPerSecond: 25, bitDepth: 8, isInterlaced: false, dynamicRange: 'sdr', sampleAspect: { num: 1, den: 1 } },
};

describe('a file that is missing and that nobody has looked into', () => {
  /** As a host has measured them: only one of them is looked into before they are planned. */
  const measured = (id: string) => ({
    ...film(id, { durationMs: 30 * MINUTE_MS }),
    streams: { video: VIDEO, audio: [], subtitles: [] },
  });
  /** Of the only channel, as far as it was planned at first. */
  const planned = async (count = Infinity) => {
    const [of] = await catalog.channels.listAll();
    return (await catalog.airings.all(of!.id)).slice(0, count);
  };

  test('stays in the plan, whatever is planned anew, also by another process', async () => {
    library = ['one', 'two', 'three'].map(measured);
    // Nobody has got round to the second one.
    await replaceKeeper({
      probe: async (file) => {
        if (!file.includes('one')) throw new AppError('timeout', 'no answer');
        return facts();
      },
    });
    await settle();
    const before = await planned();
    expect(before.slice(0, 3)).toMatchObject([{ itemId: 'one' }, { itemId: 'three' }, { itemId: 'two' }]);
    library = [measured('one'), { ...measured('two'), sizeBytes: null, modifiedMs: null }, measured('three')];
    await settle();
    expect(await planned(before.length)).toEqual(before);
    await replaceKeeper({});
    await settle();
    expect(probed).toEqual(['three']);
    expect(await planned(before.length)).toEqual(before);
    library.push(measured('four'));
    await settle();
    const shown = new Set((await planned()).map((airing) => 'itemId' in airing && airing.itemId));
    expect(shown).toEqual(new Set(['one', 'two', 'three', 'four']));
  });

  test('was there at the last sync: it is only marked as missing, and looked into when it has come back', async () => {
    library = ['one', 'two'].map(measured);
    let isThere = false;
    await replaceKeeper({
      probe: async (file) => {
        if (!isThere && file.includes('two')) throw new AppError('file_missing', 'the file is gone');
        probed.push(path.basename(file, '.mkv'));
        return facts();
      },
    });
    await settle();
    const before = await planned();
    expect(before.slice(0, 2)).toMatchObject([{ itemId: 'one' }, { itemId: 'two' }]);
    const second = async () => (await itemsOf(catalog, SOURCE)).find(({ id }) => id === 'two');
    expect(await second()).toMatchObject({ missing: true, problem: null, facts: null });
    isThere = true;
    await settle();
    expect(probed).toEqual(['one', 'two']);
    expect(await second()).toMatchObject({ missing: false, facts: { durationMs: 30 * MINUTE_MS } });
    expect(await planned(before.length)).toEqual(before);
  });

  test('and that was never there is not planned', async () => {
    library = [measured('one'), { ...measured('two'), sizeBytes: null, modifiedMs: null }];
    await settle();
    const shown = new Set((await planned()).map((airing) => 'itemId' in airing && airing.itemId));
    expect(shown).toEqual(new Set(['one']));
  });
});

describe('trouble', () => {
  test('of one library does not keep the others out', async () => {
    library = [film('one')];
    const unreadable = async () => Promise.reject(new AppError('library_unreadable', 'no such folder'));
    await replaceKeeper({
      sources: [sourceOf('folder:/gone', unreadable), sourceOf(SOURCE, () => library)],
    });
    await expect(keeper.sync()).rejects.toMatchObject({ code: 'library_unreadable' });
    await keeper.idle();
    expect(await catalog.channels.list()).toHaveLength(1);
  });

  test('with ffprobe blames no file, and is over with the next look', async () => {
    library = [film('one')];
    let isThere = false;
    const probe = async () => {
      if (!isThere) throw new AppError('ffmpeg_not_found', 'ffprobe not found');
      return facts();
    };
    await replaceKeeper({ probe });
    await settle();
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([{ problem: null }]);
    isThere = true;
    await settle();
    expect(await catalog.channels.list()).toHaveLength(1);
  });

  test('that lasts is tried once a minute, and said once until it is another or was over', async () => {
    const said: string[] = [];
    let trouble: string | undefined = 'ffprobe not found';
    library = [film('one')];
    await replaceKeeper({
      logger: { ...logger, error: (_: object, sentence: string) => void said.push(sentence) },
      probe: async (file) => {
        probed.push(path.basename(file, '.mkv'));
        if (trouble !== undefined) throw new AppError('ffmpeg_not_found', trouble);
        return facts();
      },
    });
    const minute = async () => {
      clock.wind(MINUTE_MS);
      await keeper.idle();
    };
    await settle();
    await minute();
    await minute();
    expect(probed).toEqual(['one', 'one', 'one']);
    expect(said).toEqual(['ffprobe not found']);
    trouble = 'ffprobe may not be run';
    await minute();
    trouble = undefined;
    await minute();
    trouble = 'ffprobe may not be run';
    library = [film('one'), film('two')];
    await settle();
    expect(said).toEqual(['ffprobe not found', 'ffprobe may not be run', 'ffprobe may not be run']);
  });

  test('of a library whose files do not answer is waited for once a minute, and then they are taken in', async () => {
    let answers = false;
    library = [film('one'), film('two'), film('three')];
    await replaceKeeper({
      probe: async (file) => {
        probed.push(path.basename(file, '.mkv'));
        if (!answers) throw new AppError('timeout', 'no answer');
        return facts();
      },
    });
    await settle();
    expect(probed).toEqual(['one']);
    answers = true;
    clock.wind(MINUTE_MS);
    await keeper.idle();
    expect(probed).toEqual(['one', 'one', 'three', 'two']);
    expect(await catalog.channels.list()).toHaveLength(1);
  });

  test.each(['update of facts on items', 'insert on airings'])(
    'to write into the database (%s) loses nothing: it is written a minute later',
    async (what) => {
      const other = createKnex({
        client: 'sqlite3',
        connection: { filename: path.join(folder.path, 'sidecast.db') },
        useNullAsDefault: true,
      });
      try {
        library = [film('one')];
        await settle();
        library = [film('one'), film('two')];
        await other.raw(`create trigger full before ${what} begin select raise(abort, 'the disk is full'); end`);
        await keeper.sync().catch(() => {});
        await keeper.idle();
        await other.raw('drop trigger full');
        clock.wind(MINUTE_MS);
        await keeper.idle();
        expect(new Set((await airingsOf('Films')).map(itemIn))).toEqual(new Set(['one', 'two']));
      } finally {
        await other.destroy();
      }
    },
  );

  test('with a file that somebody waits for is looked into again, twice a minute at most', async () => {
    let isWell = false;
    const told: [string, string | undefined][] = [];
    library = [film('one'), film('two')];
    await replaceKeeper({
      onLooked: (file, problem) => told.push([path.basename(file, '.mkv'), problem]),
      probe: async (file) => {
        probed.push(path.basename(file, '.mkv'));
        if (!isWell && file.includes('one')) throw new AppError('probe_failed', 'it is rubbish');
        return facts();
      },
    });
    await settle();
    await settle();
    expect(probed).toEqual(['one', 'two']);
    const [one] = library;
    const again = async () => {
      keeper.lookAgain(one?.id ?? '');
      await keeper.idle();
    };
    await again();
    await again();
    expect(probed).toEqual(['one', 'two', 'one']);
    // Before, nobody waited for it.
    expect(told).toEqual([
      ['two', undefined],
      ['one', 'it is rubbish'],
    ]);
    isWell = true;
    clock.wind(MINUTE_MS / 2);
    await again();
    const items = await itemsOf(catalog, SOURCE);
    expect(items.map(({ problem, facts: found }) => [problem, found !== null])).toEqual([
      [null, true],
      [null, true],
    ]);
    expect(told.at(-1)).toEqual(['one', undefined]);
  });

  test('of which an earlier version has found out less is looked into again, and nothing is planned anew', async () => {
    library = [film('one'), film('two')];
    await settle();
    const planned = await airingsOf('Films');
    const other = createKnex({
      client: 'sqlite3',
      connection: { filename: path.join(folder.path, 'sidecast.db') },
      useNullAsDefault: true,
    });
    await other('items').update({ facts_stale: true });
    await other.destroy();
    probed = [];
    await replaceKeeper({
      probe: async (file) => {
        probed.push(path.basename(file, '.mkv'));
        return facts({ fieldOrder: 'bb' });
      },
    });
    await settle();
    await settle();
    expect(probed.toSorted()).toEqual(['one', 'two']);
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([
      { facts: { fieldOrder: 'bb' } },
      { facts: { fieldOrder: 'bb' } },
    ]);
    expect(await airingsOf('Films')).toEqual(planned);
  });

  test('that is rubbish for a while and then as it was before is looked into again', async () => {
    let isRubbish = false;
    await replaceKeeper({
      probe: async () => {
        if (isRubbish) throw new AppError('probe_failed', 'it is rubbish');
        return facts();
      },
    });
    library = [film('one')];
    await settle();
    isRubbish = true;
    library = [film('one', { sizeBytes: 7 })];
    await settle();
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([{ facts: null, problem: 'it is rubbish' }]);
    isRubbish = false;
    library = [film('one')];
    await settle();
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([{ facts: facts(), problem: null }]);
  });

  test('closing calls the running probe off', async () => {
    library = [film('one')];
    const probe = (_file: string, signal: AbortSignal) =>
      new Promise<MediaFacts>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    await replaceKeeper({ probe });
    await keeper.sync();
    await keeper.close();
    expect(await itemsOf(catalog, SOURCE)).toMatchObject([{ facts: null, problem: null }]);
  });

  test('a look during a look comes after it', async () => {
    let looks = 0;
    const source = sourceOf(SOURCE, () => library);
    await replaceKeeper({
      sources: [
        {
          ...source,
          open: async () => {
            looks++;
            return source.open();
          },
        },
      ],
    });
    const first = keeper.sync();
    await until('it has begun', () => looks === 1);
    library = [film('one')];
    await Promise.all([first, keeper.sync(), keeper.sync()]);
    expect(looks).toBe(2);
    await keeper.idle();
    expect(probed).toEqual(['one']);
  });
});

test('a library of thousands of files is taken in and planned', async () => {
  library = Array.from({ length: 2000 }, (_, index) => episode(`Show ${index % 8}`, index));
  await replaceKeeper({
    probe: async (file) => {
      probed.push(file);
      return facts();
    },
  });
  await settle();
  expect(await catalog.channels.list()).toHaveLength(8);
  expect(probed).toHaveLength(2000);
});
