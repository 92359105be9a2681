import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import { type Channel, gridOf } from '../../../src/catalog/channels/channel.ts';
import { withProgramming } from '../../../src/catalog/channels/channel-changes.ts';
import { ChannelPlan } from '../../../src/catalog/planning/channel-plan.ts';
import { DelayedPlan, delayedBy, delayOn } from '../../../src/catalog/planning/delayed-plan.ts';
import { type KeptPlan, withChange } from '../../../src/catalog/plan-change.ts';
import { Planner } from '../../../src/catalog/planning/planner.ts';
import { planningHere } from '../../../src/catalog/planning/planning-here.ts';
import { cutNow, SETTLED_MS } from '../../../src/catalog/planning/settled.ts';
import type { Airing } from '../../../src/schedule/airing.ts';
import { segmentAt } from '../../../src/schedule/grid.ts';
import type { ProgrammeLibrary } from '../../../src/schedule/programming/library.ts';
import type { Delay, Programming } from '../../../src/schedule/programming/programming.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Slices } from '../../../src/shared/slices.ts';
import { libraries, programmings, START_MS } from '../../schedule/programming/arbitrary.ts';
import { Coverage } from '../../schedule/programming/coverage.ts';
import { WoundClock } from '../../support/wound-clock.ts';
import { channel, film, sourceOf, sync, temporaryFolder } from '../samples.ts';

const CASES = { numRuns: 2000, seed: 20260602, endOnFailure: true };
/** Through the planner and its tables. */
const WRITTEN_CASES = { ...CASES, numRuns: 20 };
/** A busy machine takes its time. */
jest.setTimeout(240_000);
const HOUR_MS = 3_600_000;
const SPAN = { horizonMs: 2 * HOUR_MS, leastMs: HOUR_MS, keepMs: 3 * HOUR_MS };
const slices = new Slices();
const NOTHING: KeptPlan = { airings: [], base: undefined };

const channels = fc.record({
  programming: programmings,
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
  clock: fc.constantFrom(
    { frameRate: { num: 25, den: 1 }, segmentSeconds: 2 },
    { frameRate: { num: 24000, den: 1001 }, segmentSeconds: 6 },
    { frameRate: { num: 30000, den: 1001 }, segmentSeconds: 4 },
  ),
});
type Given = typeof channels extends fc.Arbitrary<infer T> ? T : never;
const delays = fc
  .integer({ min: 15, max: 120 })
  .map((minutes): Delay => ({ kind: 'delay', channel_id: 'original', minutes }));
const pauses = fc.array(fc.integer({ min: 1, max: 6 * HOUR_MS }), { minLength: 1, maxLength: 2 });
const EDITS = ['rules', 'content', 'time zone', 'to a delay', 'from a delay', 'another delay'] as const;

function madeOf(id: string, number: number, { programming, timeZone, clock }: Given): Channel {
  return channel(id, number, { programming, timeZone, ...clock, origin: { kind: 'made' } });
}

/** What is kept of a channel's plan after it was planned at a moment; `original` is what it is a delay of. */
async function planned(
  of: Channel,
  kept: KeptPlan,
  how: {
    readonly nowMs: number;
    readonly library?: ProgrammeLibrary;
    readonly original?: KeptPlan;
    readonly renewed?: { readonly isNow: boolean };
  },
): Promise<KeptPlan> {
  const { nowMs, library = { items: [], collections: [] }, original = NOTHING, renewed } = how;
  const { programming } = of;
  const place = { channel: of, kept, span: SPAN, aheadSeconds: 0, nowMs };
  const changeOf = () => {
    if (programming.kind === 'delay') {
      return new DelayedPlan({ ...place, programming, original: original.airings }).renewed(renewed);
    }
    const plan = new ChannelPlan({ ...place, programming, library, timeZone: 'UTC', slices });
    return renewed === undefined ? plan.extended() : plan.renewed(renewed);
  };
  const change = await changeOf();
  return change === undefined ? kept : withChange(kept, change);
}

function textOf(airing: Airing): string {
  const { startSegment, stopSegment, reelStart, block, kind } = airing;
  const [itemId, strand] = ['itemId' in airing ? airing.itemId : '', 'strand' in airing ? airing.strand : ''];
  return `${startSegment} ${stopSegment} ${reelStart} ${block} ${kind} ${itemId} ${strand}`;
}

/** Text, since structural comparison takes longer than planning. */
function told(airings: readonly Airing[], fromSegment: number): string[] {
  return airings.filter(({ block }) => block >= fromSegment).map(textOf);
}

function expectSame(one: readonly string[], other: readonly string[]): void {
  const first = one.findIndex((airing, index) => airing !== other[index]);
  // All of it would be thousands of lines.
  if (one.length !== other.length || first !== -1) {
    expect(one.slice(Math.max(0, first - 1), first + 2)).toEqual(other.slice(Math.max(0, first - 1), first + 2));
    expect(one.length).toBe(other.length);
  }
}

/** As far as both were planned: of many short items one may be planned further than the other. */
function expectAlike(one: readonly string[], other: readonly string[]): void {
  const count = Math.min(one.length, other.length);
  expect(count).toBeGreaterThan(0);
  expectSame(one.slice(0, count), other.slice(0, count));
}

function expectKept(written: KeptPlan, expected: KeptPlan): void {
  expect(written.base).toEqual(expected.base);
  expect(new Set(written.airings.map(({ channelId }) => channelId)).size).toBe(1);
  expectSame(written.airings.map(textOf), expected.airings.map(textOf));
}

function isContiguous(airings: readonly Airing[]): boolean {
  return airings.every(({ startSegment }, index) => index === 0 || startSegment === airings[index - 1]!.stopSegment);
}

/** What is shown before a segment, the last of it up to there. */
function before(airings: readonly Airing[], segment: number): Airing[] {
  return airings
    .filter(({ startSegment }) => startSegment < segment)
    .map((airing) => ({ ...airing, stopSegment: Math.min(airing.stopSegment, segment) }));
}

/** What of a library is shown that films of one file, there for good, do not have. */
function kindsIn({ items }: ProgrammeLibrary, airings: readonly Airing[]): string[] {
  const shown = new Set(airings.map((airing) => ('itemId' in airing ? airing.itemId : '')));
  const has = (wanted: (item: ProgrammeLibrary['items'][number]) => boolean) => items.some(wanted);
  return [
    ...(has(({ parts }) => parts.some(({ id }) => shown.has(id))) ? ['parts'] : []),
    ...(has(({ id, leavesMs }) => leavesMs !== null && shown.has(id)) ? ['what leaves'] : []),
  ];
}

test('whatever the rules, who slept has planned the same as who was awake, and a delay follows', async () => {
  const coverage = new Coverage(['parts', 'what leaves', 'sleep', 'long sleep', 'off air']);
  await fc.assert(
    fc.asyncProperty(channels, libraries, delays, pauses, async (given, library, delay, awakeAfterMs) => {
      const made = madeOf('original', 1, given);
      const copy = { ...made, id: 'later', programming: delay };
      let nowMs = START_MS;
      let awake = await planned(made, NOTHING, { nowMs, library });
      let awakeLater = await planned(copy, NOTHING, { nowMs, original: awake });
      let [slept, sleptLater] = [awake, awakeLater];
      for (const pauseMs of awakeAfterMs) {
        nowMs += pauseMs;
        awake = await planned(made, awake, { nowMs, library });
        awakeLater = await planned(copy, awakeLater, { nowMs, original: awake });
      }
      slept = await planned(made, slept, { nowMs, library });
      sleptLater = await planned(copy, sleptLater, { nowMs, original: slept });

      const [grid, steps] = [gridOf(made), delayOn(gridOf(made), delay)];
      expect([awake, awakeLater, slept, sleptLater].every(({ airings }) => isContiguous(airings))).toBe(true);
      const from = Math.max(awake.airings[0]!.startSegment, slept.airings[0]!.startSegment);
      const now = segmentAt(grid, nowMs);
      expect(from).toBeLessThanOrEqual(now);
      expect(sleptLater.airings[0]!.startSegment).toBeLessThanOrEqual(now);
      for (const { airings } of [awake, slept]) {
        expect(airings.at(-1)!.stopSegment).toBeGreaterThan(segmentAt(grid, nowMs + SPAN.leastMs));
      }
      expectAlike(told(slept.airings, from), told(awake.airings, from));
      expectAlike(told(sleptLater.airings, from + steps), told(awakeLater.airings, from + steps));
      const shifted = awake.airings.map((airing) => delayedBy(airing, steps));
      expectAlike(told(awakeLater.airings, from + steps), told(shifted, from + steps));
      coverage.add([
        ...kindsIn(library, slept.airings),
        nowMs - START_MS > SPAN.keepMs + SPAN.horizonMs ? 'long sleep' : 'sleep',
        ...(slept.airings.some(({ kind }) => kind === 'off-air') ? ['off air'] : []),
      ]);
    }),
    CASES,
  );
  process.stdout.write(`${coverage.describe()}\n`);
  expect(coverage.rarerThan(0.05)).toEqual([]);
});

test('whatever the rules, an edit or new content changes nothing before the next airing', async () => {
  const coverage = new Coverage(['parts', 'what leaves', 'applied now', 'changed', ...EDITS]);
  await fc.assert(
    fc.asyncProperty(
      ...([channels, libraries, programmings, libraries, delays, delays] as const),
      fc.integer({ min: 0, max: 2 * HOUR_MS }),
      fc.constantFrom(...EDITS),
      fc.boolean(),
      async (given, library, otherRules, otherItems, delay, otherDelay, pauseMs, kind, isNow) => {
        const original = madeOf('original', 1, given);
        let nowMs = START_MS;
        const as = (programming: Programming): Channel => ({ ...original, id: 'edited', programming });
        const [was, is] = {
          rules: [original, { ...original, programming: otherRules }],
          content: [original, original],
          'time zone': [original, { ...original, timeZone: 'Australia/Lord_Howe' }],
          'to a delay': [as(otherRules), as(delay)],
          'from a delay': [as(delay), as(otherRules)],
          'another delay': [as(delay), as(otherDelay)],
        }[kind] as [Channel, Channel];
        // As if it had been on for hours.
        const begun = await planned(original, NOTHING, { nowMs: nowMs - 2 * HOUR_MS, library });
        let shown = await planned(was, NOTHING, { nowMs: nowMs - 2 * HOUR_MS, library, original: begun });
        nowMs += pauseMs;
        const source = await planned(original, begun, { nowMs, library });
        shown = await planned(was, shown, { nowMs, library, original: source });
        const now = { nowMs, library: kind === 'content' ? otherItems : library, original: source };
        const after = await planned(is, shown, { ...now, renewed: { isNow } });

        const grid = gridOf(is);
        expect(isContiguous(after.airings)).toBe(true);
        expect(after.airings.at(-1)!.stopSegment).toBeGreaterThan(segmentAt(grid, nowMs + SPAN.horizonMs));
        // What was forgotten meanwhile was over for hours.
        const from = after.airings[0]!.startSegment;
        expect(from).toBeLessThanOrEqual(segmentAt(grid, nowMs));
        const settled = segmentAt(grid, nowMs + SETTLED_MS);
        const stays = isNow
          ? before(shown.airings, cutNow(is, nowMs))
          : shown.airings.filter(({ block }) => block <= settled);
        const same = isNow
          ? before(after.airings, cutNow(is, nowMs))
          : after.airings.slice(0, stays.filter(({ startSegment }) => startSegment >= from).length);
        // Where a cut comes into what goes on as it was, that is told as before.
        expectSame(told(same, from), told(stays, from));

        // What shows it later is changed as much later.
        if (is.programming.kind === 'scheduled') {
          const copy = { ...is, id: 'copy', programming: delay };
          const copied = await planned(copy, NOTHING, { nowMs: nowMs - 2 * HOUR_MS, original: shown });
          const follows = await planned(copy, copied, { nowMs, original: after, renewed: { isNow: false } });
          const steps = delayOn(grid, delay);
          const first = segmentAt(grid, nowMs) + 1;
          const shifted = after.airings.map((airing) => delayedBy(airing, steps));
          expect(isContiguous(follows.airings)).toBe(true);
          expectSame(told(follows.airings, first), told(shifted, first));
        }
        coverage.add([
          ...([kind, ...kindsIn(library, shown.airings)] as const),
          ...(isNow ? ['applied now'] : []),
          ...(JSON.stringify(after.airings) === JSON.stringify(shown.airings) ? [] : ['changed']),
        ]);
      },
    ),
    CASES,
  );
  process.stdout.write(`${coverage.describe()}\n`);
  expect(coverage.rarerThan(0.05)).toEqual([]);
});

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let catalog: Catalog;
/** What is to be shown at the moment, in the place of what was read from the table of items. */
let library: ProgrammeLibrary;

beforeAll(async () => {
  folder = await temporaryFolder();
  const opened = await openCatalog(path.join(folder.path, 'sidecast.db'), { logger: silentLogger, now: () => 0 });
  catalog = { ...opened, programmeLibrary: async () => library };
  // All that a random library may hold: what is aired has to be there.
  const all = Array.from({ length: 12 }, (_, number) => number);
  const ids = [
    ...all.flatMap((number) => [`film ${number}`, `film ${number} part 2`, `film ${number} part 3`, `short ${number}`]),
    ...['Ab', 'Bc', 'Cd'].flatMap((show) =>
      [0, 1, 2].flatMap((season) => all.map((number) => `${show} ${season}x${number}`)),
    ),
  ];
  await sync(
    opened,
    sourceOf('folder:/films', () => ids.map((id) => film(id))),
  );
});
afterAll(async () => {
  await catalog.close();
  await folder[Symbol.asyncDispose]();
});

/** The only channels from now on, planned. */
async function begin(made: readonly Channel[], clock: WoundClock): Promise<Planner> {
  await catalog.channels.edit(() => ({ channels: [] }));
  const planner = new Planner({ catalog, withPlanning: planningHere(catalog), clock, timeZone: 'UTC', span: SPAN });
  await planner.edit(() => ({ channels: made }));
  return planner;
}

test('what is written down is planned likewise: after a gap', async () => {
  await fc.assert(
    fc.asyncProperty(channels, libraries, delays, pauses, async (given, items, delay, awakeAfterMs) => {
      library = items;
      const clock = new WoundClock(START_MS);
      const awake = madeOf('awake', 1, given);
      const later: Channel = { ...madeOf('later', 3, given), programming: { ...delay, channel_id: 'asleep' } };
      // What is not listed is not planned on.
      const asleep = [
        { ...madeOf('asleep', 2, given), listed: false },
        { ...later, listed: false },
      ];
      const planner = await begin([awake, ...asleep], clock);
      let kept = await planned(awake, NOTHING, { nowMs: START_MS, library });
      for (const pauseMs of awakeAfterMs) {
        clock.step(pauseMs);
        await planner.extend();
        kept = await planned(awake, kept, { nowMs: clock.now(), library });
      }
      await catalog.channels.edit((all) => ({ channels: all.map((each) => ({ ...each, listed: true })) }));
      await planner.extend();
      kept = await planned(awake, kept, { nowMs: clock.now(), library });
      expectKept(await catalog.airings.kept('awake'), kept);
      const slept = await catalog.airings.all('asleep');
      const from = Math.max(kept.airings[0]!.startSegment, slept[0]!.startSegment);
      expectAlike(told(slept, from), told(kept.airings, from));
      const steps = delayOn(gridOf(later), delay);
      const shifted = kept.airings.map((airing) => delayedBy(airing, steps));
      const copied = await catalog.airings.all('later');
      expect(isContiguous(copied)).toBe(true);
      expectAlike(told(copied, from + steps), told(shifted, from + steps));
    }),
    WRITTEN_CASES,
  );
});

test('what is written down is planned likewise: after an edit', async () => {
  await fc.assert(
    fc.asyncProperty(
      ...([channels, libraries, programmings, libraries, delays] as const),
      fc.integer({ min: 0, max: 2 * HOUR_MS }),
      fc.constantFrom('rules', 'content', 'to a delay', 'from a delay'),
      fc.boolean(),
      async (given, items, otherRules, otherItems, delay, pauseMs, kind, isNow) => {
        library = items;
        const clock = new WoundClock(START_MS);
        const original = madeOf('original', 1, given);
        const own = { ...original, ...{ id: 'own', number: '2', name: 'Own' }, programming: otherRules };
        const copy = { ...original, ...{ id: 'copy', number: '3', name: 'Copy' }, programming: delay };
        const planner = await begin([original, own, copy], clock);
        clock.step(pauseMs);
        await planner.extend();
        const [edited, programming] = {
          rules: [original, otherRules],
          content: [original, original.programming],
          'to a delay': [own, delay],
          'from a delay': [copy, otherRules],
        }[kind] as [Channel, Programming];
        const [was, source] = [await catalog.airings.kept(edited.id), await catalog.airings.kept('original')];
        const is = { ...edited, programming };
        if (kind === 'content') library = otherItems;
        const cut = { renewed: { isNow: isNow && kind !== 'content' } };
        const expected = await planned(is, was, { nowMs: clock.now(), library, original: source, ...cut });
        if (kind === 'content') await planner.renew([original]);
        else {
          const how = isNow ? { cutNow: edited.id } : {};
          await planner.edit((all) => ({ channels: withProgramming(all, edited.id, programming) }), how);
        }
        expectKept(await catalog.airings.kept(edited.id), expected);
        if (edited !== original) return;
        const [now, steps] = [segmentAt(gridOf(original), clock.now()), delayOn(gridOf(copy), delay)];
        const shifted = expected.airings.map((airing) => delayedBy(airing, steps));
        expectSame(told(await catalog.airings.all('copy'), now + 1), told(shifted, now + 1));
      },
    ),
    WRITTEN_CASES,
  );
});
