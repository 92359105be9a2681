import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import { type Channel, gridOf } from '../../../src/catalog/channels/channel.ts';
import { withProgramming } from '../../../src/catalog/channels/channel-changes.ts';
import { SETTLED_MS } from '../../../src/catalog/planning/settled.ts';
import { planOf } from '../../../src/catalog/planning/plan.ts';
import { Planner } from '../../../src/catalog/planning/planner.ts';
import { planningHere } from '../../../src/catalog/planning/planning-here.ts';
import { programmesOf } from '../../../src/catalog/guide/programmes.ts';
import type { LibraryItem } from '../../../src/library/library-item.ts';
import { segmentAt, segmentStartMs } from '../../../src/schedule/grid.ts';
import { programming } from '../../../src/schedule/programming/programming.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { until } from '../../support/until.ts';
import { WoundClock } from '../../support/wound-clock.ts';
import { addAirings, addChannel, channel, episode, facts, film, sourceOf, sync, temporaryFolder } from '../samples.ts';

const START_MS = Date.UTC(2026, 5, 1, 6);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const SPAN = { horizonMs: 3 * DAY_MS, leastMs: DAY_MS, keepMs: DAY_MS };
const SHORTS = { content: [{ kind: 'show', show: 'Shorts' }] };

/** Films in a shuffle, a show every evening, and shorts between. */
const RULES = {
  kind: 'scheduled',
  default: { content: [{ kind: 'films' }], order: { kind: 'shuffle', distance: 2 }, pad_minutes: 30 },
  dayparts: [
    { name: 'Show', times: [{ from: '18:00', to: '19:00' }], programmes: 2, content: [{ kind: 'show', show: 'Show' }] },
  ],
  filler: [SHORTS],
};

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let catalog: Catalog;
let clock: WoundClock;
const opened: Catalog[] = [];

async function open(name: string): Promise<Catalog> {
  const other = await openCatalog(path.join(folder.path, name), { logger: silentLogger, now: () => clock.now() });
  opened.push(other);
  const films = [47, 63, 95, 110].map((minutes) => film(`${minutes}`));
  const episodes = [1, 2, 3].map((number) => episode('Show', number));
  const shorts = [1, 2].map((number) => episode('Shorts', number));
  await replaceSource(other, [...films, ...episodes, ...shorts]);
  for (const each of films) await other.items.setFacts(each, each, facts({ durationMs: Number(each.id) * MINUTE_MS }));
  for (const each of episodes) await other.items.setFacts(each, each, facts({ durationMs: 24 * MINUTE_MS }));
  for (const each of shorts) await other.items.setFacts(each, each, facts({ durationMs: 40_000 }));
  return other;
}

async function replaceSource(of: Catalog, items: readonly LibraryItem[]): Promise<void> {
  await sync(
    of,
    sourceOf('folder:/films', () => items),
  );
}

async function add(into: Catalog, id: string, number: number, rules: object): Promise<Channel> {
  const made = channel(id, number, { programming: programming.parse(rules), timeZone: 'Europe/Berlin' });
  await into.channels.numbersOf(Array.from({ length: number }, (_, index) => `${'abc'[index]}`));
  await addChannel(into, made);
  return made;
}

function plannerOf(of: Catalog): Planner {
  return new Planner({ catalog: of, withPlanning: planningHere(of), clock, timeZone: 'UTC', span: SPAN });
}

beforeEach(async () => {
  folder = await temporaryFolder();
  clock = new WoundClock(START_MS);
  catalog = await open('sidecast.db');
});
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  await folder[Symbol.asyncDispose]();
});

describe('a plan', () => {
  test('is the same whether it was made day by day or after a month of sleep', async () => {
    const asleep = await open('asleep.db');
    for (const each of [catalog, asleep]) await add(each, 'a', 1, RULES);
    await plannerOf(asleep).extend();
    for (let day = 0; day < 30; day++) {
      await plannerOf(catalog).extend();
      await clock.wind(DAY_MS);
    }
    await plannerOf(catalog).extend();
    await plannerOf(asleep).extend();
    const awake = await catalog.airings.all('a');
    const slept = await asleep.airings.all('a');
    expect(slept.length).toBeGreaterThan(100);
    const from = slept[0]!.startSegment;
    expect(awake.filter(({ startSegment }) => startSegment >= from)).toEqual(slept);
    const now = segmentAt(gridOf(channel('a', 1)), clock.now());
    expect(slept[0]!.startSegment).toBeLessThan(now);
    expect(slept.at(-1)!.stopSegment).toBeGreaterThan(now + (3 * DAY_MS) / 2000);
  });

  test('is made of no further channel when the planner closes', async () => {
    await add(catalog, 'a', 1, RULES);
    await add(catalog, 'b', 2, RULES);
    const planner = plannerOf(catalog);
    const extended = planner.extend();
    await planner.close();
    await extended;
    expect(await catalog.airings.all('b')).toEqual([]);
    await plannerOf(catalog).extend();
    expect((await catalog.airings.all('b')).length).toBeGreaterThan(0);
  });

  test('of a channel whose library is gone for now is still what its viewers see', async () => {
    await add(catalog, 'a', 1, RULES);
    await plannerOf(catalog).extend();
    const onAir = segmentAt(gridOf(channel('a', 1)), clock.now());
    const planned = await planOf(catalog, 'a', onAir, onAir + 1);
    expect(planned).toHaveLength(1);
    await catalog.channels.keepListed(new Set());
    expect(await catalog.channels.find('a')).toBeUndefined();
    expect(await planOf(catalog, 'a', onAir, onAir + 1)).toEqual(planned);
  });

  test('that is asked for while one is made goes by the new time', async () => {
    await add(catalog, 'a', 1, RULES);
    const planner = plannerOf(catalog);
    const before = planner.extend();
    await until('it has begun', async () => (await catalog.airings.all('a')).length > 0);
    clock.step(5 * DAY_MS);
    const after = [planner.extend(), planner.extend()];
    expect(after[0]).toBe(after[1]);
    await Promise.all([before, ...after]);
    const airings = await catalog.airings.all('a');
    const now = segmentAt(gridOf(channel('a', 1)), clock.now());
    expect(airings[0]!.startSegment).toBeLessThanOrEqual(now);
    expect(airings.at(-1)!.stopSegment).toBeGreaterThan(now + (3 * DAY_MS) / 2000);
  });

  test('that is made anew from the same rules is not touched', async () => {
    const made = await add(catalog, 'a', 1, RULES);
    await plannerOf(catalog).extend();
    const before = await catalog.airings.all('a');
    await clock.wind(7 * HOUR_MS);
    await plannerOf(catalog).renew([made]);
    expect((await catalog.airings.all('a')).slice(0, before.length)).toEqual(before);
  });

  test('changes with its rules only after what is settled', async () => {
    const made = await add(catalog, 'a', 1, RULES);
    await plannerOf(catalog).extend();
    const before = await catalog.airings.all('a');
    await clock.wind(5 * HOUR_MS);
    const edited = programming.parse({ kind: 'scheduled', default: { content: [{ kind: 'show', show: 'Show' }] } });
    await plannerOf(catalog).edit((channels) => ({ channels: withProgramming(channels, 'a', edited) }));
    const after = await catalog.airings.all('a');
    const settled = segmentAt(gridOf(made), clock.now() + SETTLED_MS);
    const kept = before.filter(({ block }) => block <= settled);
    expect(after.slice(0, kept.length)).toEqual(kept);
    expect(kept.length).toBeGreaterThan(0);
    const rest = after.slice(kept.length);
    expect(rest[0]!.startSegment).toBe(kept.at(-1)!.stopSegment);
    expect(new Set(rest.map((airing) => 'itemId' in airing && airing.itemId))).toEqual(
      new Set(['Show 1', 'Show 2', 'Show 3']),
    );
  });

  test('with new content goes on with it', async () => {
    const rules = { kind: 'scheduled', default: { content: [{ kind: 'query', where: { kind: 'episode' } }] } };
    const made = await add(catalog, 'a', 1, rules);
    await plannerOf(catalog).extend();
    await replaceSource(catalog, [
      ...[1, 2, 3, 4].map((number) => episode('Show', number)),
      ...[1, 2].map((number) => episode('Shorts', number)),
    ]);
    const fourth = episode('Show', 4);
    await catalog.items.setFacts(fourth, fourth, facts({ durationMs: 20 * MINUTE_MS }));
    await plannerOf(catalog).renew([made]);
    const shown = (await catalog.airings.all('a')).map((airing) => ('itemId' in airing ? airing.itemId : airing.kind));
    const first = shown.indexOf('Show 4');
    expect(shown.slice(first - 3, first + 3)).toEqual(['Show 1', 'Show 2', 'Show 3', 'Show 4', 'Shorts 1', 'Shorts 2']);
  });

  test.each([
    [
      'made anew from another library',
      async (planner: Planner, made: Channel) => {
        const added = episode('Show', 4);
        await replaceSource(catalog, [...[1, 2, 3].map((number) => episode('Show', number)), added]);
        await catalog.items.setFacts(added, added, facts({ durationMs: 24 * MINUTE_MS }));
        await planner.renew([made]);
      },
    ],
    [
      'edited',
      async (planner: Planner) => {
        const edited = programming.parse({ kind: 'scheduled', default: { content: [{ kind: 'films' }] } });
        await planner.edit((channels) => ({ channels: withProgramming(channels, 'a', edited) }));
      },
    ],
  ])('that is %s is never shorter for who reads it meanwhile', async (_how, change) => {
    const made = await add(catalog, 'a', 1, {
      kind: 'scheduled',
      default: { content: [{ kind: 'show', show: 'Show' }] },
    });
    const span = { ...SPAN, horizonMs: 30 * DAY_MS };
    const planner = new Planner({ catalog, withPlanning: planningHere(catalog), clock, timeZone: 'UTC', span });
    await planner.extend();
    const before = await catalog.airings.all('a');
    const endMs = segmentStartMs(gridOf(made), before.at(-1)!.stopSegment);
    let isChanged = false;
    const changing = change(planner, made).finally(() => (isChanged = true));
    const ends: number[] = [];
    while (!isChanged) {
      const last = await catalog.guide.programmes(made, endMs - HOUR_MS, endMs + HOUR_MS);
      ends.push(last.at(-1)?.stopMs ?? 0);
    }
    await changing;
    expect(Math.min(...ends)).toBeGreaterThanOrEqual(endMs);
    expect((await catalog.airings.all('a')).slice(0, 20)).not.toEqual(before.slice(0, 20));
  });

  test('of many short items does not reach as far', async () => {
    await add(catalog, 'a', 1, { kind: 'scheduled', default: SHORTS });
    await plannerOf(catalog).extend();
    const airings = await catalog.airings.all('a');
    expect(airings.length).toBeGreaterThanOrEqual(4000);
    expect(airings.length).toBeLessThan(4100);
  });

  test('that an earlier Sidecast has made goes on after its last item', async () => {
    const rules = { kind: 'scheduled', default: { content: [{ kind: 'films' }] } };
    const made = await add(catalog, 'a', 1, rules);
    const first = segmentAt(gridOf(made), START_MS);
    const place = { channelId: 'a', kind: 'programme', strand: '', reelStart: 0 } as const;
    await addAirings(catalog, [
      { ...place, itemId: '63', startSegment: first, stopSegment: first + 1890, block: first },
    ]);
    await plannerOf(catalog).extend();
    const [, second, third, fourth, fifth] = await catalog.airings.all('a');
    expect([second, third, fourth, fifth]).toMatchObject([
      { itemId: '95', startSegment: first + 1890 },
      { itemId: '110' },
      { itemId: '47' },
      { itemId: '63' },
    ]);
  });
});

describe('the guide', () => {
  test('tells of programmes up to the next one, wherever it is looked into', async () => {
    const made = await add(catalog, 'a', 1, RULES);
    await plannerOf(catalog).extend();
    const airings = await catalog.airings.all('a');
    const grid = gridOf(made);
    const whole = await programmesOf(catalog, made, START_MS, START_MS + DAY_MS);
    expect(whole.length).toBeGreaterThan(10);
    const starts = airings.filter(({ kind, startSegment, block }) => kind === 'programme' && startSegment === block);
    for (const [index, { startMs, stopMs, item }] of whole.entries()) {
      expect(startMs).toBe(segmentStartMs(grid, starts[index]!.startSegment));
      expect(stopMs).toBe(segmentStartMs(grid, starts[index + 1]!.startSegment));
      expect(starts[index]).toMatchObject({ itemId: item.id });
    }
    for (let hour = 0; hour < 20; hour++) {
      const [fromMs, toMs] = [START_MS + hour * HOUR_MS + 777, START_MS + (hour + 2) * HOUR_MS];
      const expected = whole.filter(({ startMs, stopMs }) => stopMs > fromMs && startMs <= toMs);
      expect(await programmesOf(catalog, made, fromMs, toMs)).toEqual(expected);
    }
  });

  test('has a gap where a channel is off air', async () => {
    const once = { kind: 'scheduled', default: { content: [{ kind: 'films' }], loop: false } };
    const made = await add(catalog, 'a', 1, once);
    await plannerOf(catalog).extend();
    const told = await programmesOf(catalog, made, START_MS, START_MS + DAY_MS);
    expect(told.map(({ item }) => item.id)).toEqual(['47', '63', '95', '110']);
    expect(told.at(-1)!.stopMs).toBe(START_MS + (47 + 63 + 95 + 110) * MINUTE_MS);
    const planned = await planOf(catalog, 'a', segmentAt(gridOf(made), START_MS + 6 * HOUR_MS), 2 ** 40);
    expect(planned[0]).toMatchObject({ airing: { kind: 'off-air' }, item: undefined });
  });

  test('and the plan of a delayed channel are those of the other one, later', async () => {
    const original = await add(catalog, 'a', 1, RULES);
    const later = await add(catalog, 'b', 2, { kind: 'delay', channel_id: 'a', minutes: 60 });
    await plannerOf(catalog).extend();
    const [from, to] = [START_MS + 2 * HOUR_MS, START_MS + 9 * HOUR_MS];
    const shifted = (await programmesOf(catalog, original, from - HOUR_MS, to - HOUR_MS)).map((programme) => ({
      ...programme,
      startMs: programme.startMs + HOUR_MS,
      stopMs: programme.stopMs + HOUR_MS,
    }));
    expect(shifted.length).toBeGreaterThan(3);
    expect(await programmesOf(catalog, later, from, to)).toEqual(shifted);
    const onAir = segmentAt(gridOf(later), from);
    const [delayed] = await planOf(catalog, 'b', onAir, onAir + 1);
    const [source] = await planOf(catalog, 'a', onAir - 1800, onAir - 1799);
    expect(delayed).toEqual({
      item: source!.item,
      airing: {
        ...source!.airing,
        channelId: 'b',
        startSegment: source!.airing.startSegment + 1800,
        stopSegment: source!.airing.stopSegment + 1800,
        block: source!.airing.block + 1800,
      },
    });
  });
});

describe('a channel on a delay', () => {
  const SHOW = { kind: 'scheduled', default: { content: [{ kind: 'show', show: 'Show' }] } };
  const later = (minutes: number) => ({ kind: 'delay', channel_id: 'a', minutes });
  /** Five hours later, and what was planned until then. */
  async function onFor(rules: object, original: object = RULES) {
    await add(catalog, 'a', 1, original);
    const made = await add(catalog, 'b', 2, rules);
    await plannerOf(catalog).extend();
    await clock.wind(5 * HOUR_MS);
    await plannerOf(catalog).extend();
    return { made, before: await catalog.airings.all('b') };
  }
  const edit = (id: string, rules: object, how: { cutNow?: string } = {}) =>
    plannerOf(catalog).edit((channels) => ({ channels: withProgramming(channels, id, programming.parse(rules)) }), how);

  test.each([
    ['that had rules of its own', SHOW, later(60)],
    ['that has rules of its own from now on', later(60), SHOW],
    ['that is so much later from now on', later(60), later(90)],
  ])('%s changes only after what is settled', async (_what, was, is) => {
    const { made, before } = await onFor(was);
    await edit('b', is);
    const after = await catalog.airings.all('b');
    const settled = segmentAt(gridOf(made), clock.now() + SETTLED_MS);
    const kept = before.filter(({ block }) => block <= settled);
    expect(kept.length).toBeGreaterThan(0);
    expect(after.slice(0, kept.length)).toEqual(kept);
    expect(after.slice(kept.length)).not.toEqual(before.slice(kept.length));
    for (const [index, { startSegment }] of after.slice(1).entries()) {
      expect(startSegment).toBe(after[index]!.stopSegment);
    }
    // The guide tells of both, without a gap, from each into the next.
    const told = await programmesOf(catalog, made, clock.now() - HOUR_MS, clock.now() + 9 * HOUR_MS);
    for (const [index, { startMs }] of told.slice(1).entries()) expect(startMs).toBe(told[index]!.stopMs);
  });

  test('joins the other one in the middle of a programme, where its own has ended', async () => {
    const { made } = await onFor(SHOW);
    await edit('b', later(60));
    const after = await catalog.airings.all('b');
    const joined = after.find((airing) => 'itemId' in airing && !airing.itemId.startsWith('Show'))!;
    const [source] = await catalog.airings.between('a', joined.startSegment - 1800, joined.startSegment - 1799);
    expect(joined).toEqual({
      ...source!,
      channelId: 'b',
      startSegment: joined.startSegment,
      block: joined.startSegment,
      stopSegment: source!.stopSegment + 1800,
      reelStart: joined.startSegment - 1800 - source!.startSegment,
    });
    expect(joined.reelStart).toBeGreaterThan(0);
    const told = await programmesOf(catalog, made, clock.now(), clock.now() + HOUR_MS);
    expect(told.map(({ startMs }) => startMs)).toContain(segmentStartMs(gridOf(made), joined.startSegment));
  });

  test.each([
    ['', {}],
    [' at once', { cutNow: 'a' }],
  ])('follows when the other one is edited%s, as much later', async (_how, how) => {
    const { made, before } = await onFor(later(60));
    await edit('a', SHOW, how);
    const [original, after] = [await catalog.airings.all('a'), await catalog.airings.all('b')];
    const now = segmentAt(gridOf(made), clock.now());
    const soon = (airings: typeof before) => airings.filter(({ stopSegment }) => stopSegment <= now + 1800);
    expect(soon(after)).toEqual(soon(before));
    const shifted = original.map((airing) => ({
      ...airing,
      channelId: 'b',
      startSegment: airing.startSegment + 1800,
      stopSegment: airing.stopSegment + 1800,
      block: airing.block + 1800,
    }));
    expect(after.filter(({ block }) => block > now)).toEqual(shifted.filter(({ block }) => block > now));
    expect(after).not.toEqual(before);
  });

  test('goes on as the other one does when it is applied at once as it is', async () => {
    const { before } = await onFor(later(60));
    await edit('b', later(60), { cutNow: 'b' });
    expect(await catalog.airings.all('b')).toEqual(before);
  });

  test('has shown what it has shown: its history goes with it, and nothing of it stays when it is removed', async () => {
    await onFor(later(60));
    await clock.wind(3 * DAY_MS);
    await plannerOf(catalog).extend();
    const [base, airings] = [await catalog.airings.base('b'), await catalog.airings.all('b')];
    expect(base!.segment).toBe(airings[0]!.startSegment);
    expect(base!.ledger.programmes).toBeGreaterThan(20);
    await edit('b', RULES);
    const shown = (await catalog.airings.kept('b')).airings;
    expect(shown[0]).toEqual(airings[0]);
    await plannerOf(catalog).edit((channels) => ({ channels: channels.filter(({ id }) => id !== 'b') }));
    expect(await catalog.airings.kept('b')).toEqual({ airings: [], base: undefined });
  });

  test('is off air until the other one has begun', async () => {
    const { made } = await onFor(later(360));
    const told = await programmesOf(catalog, made, START_MS, clock.now());
    expect(told).toEqual([]);
    const [first] = await catalog.airings.all('b');
    expect(first).toMatchObject({ kind: 'off-air', startSegment: segmentAt(gridOf(made), START_MS) });
    expect((await programmesOf(catalog, made, START_MS, START_MS + 7 * HOUR_MS))[0]).toMatchObject({
      startMs: START_MS + 6 * HOUR_MS,
    });
  });
});
