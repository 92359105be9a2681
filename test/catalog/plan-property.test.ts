import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Catalog, openCatalog } from '../../src/catalog/catalog.ts';
import { type Channel, gridOf } from '../../src/catalog/channel.ts';
import { withProgramming } from '../../src/catalog/channel-changes.ts';
import { SETTLED_MS } from '../../src/catalog/channel-plan.ts';
import { Planner } from '../../src/catalog/planner.ts';
import type { Airing } from '../../src/schedule/airing.ts';
import { segmentAt } from '../../src/schedule/grid.ts';
import type { ProgrammeLibrary } from '../../src/schedule/programming/library.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { libraries, programmings, START_MS } from '../schedule/programming/arbitrary.ts';
import { WoundClock } from '../support/wound-clock.ts';
import { channel, film, sourceOf, sync, temporaryFolder } from './samples.ts';

const CASES = { numRuns: 40, seed: 20260602, endOnFailure: true };
const HOUR_MS = 3_600_000;
const SPAN = { horizonMs: 12 * HOUR_MS, leastMs: 6 * HOUR_MS, keepMs: 6 * HOUR_MS };

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
const pauses = (maxHours: number) =>
  fc.array(fc.integer({ min: 1, max: maxHours * HOUR_MS }), { minLength: 1, maxLength: 4 });

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
    ...all.flatMap((number) => [`film ${number}`, `short ${number}`]),
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
  const planner = new Planner({ catalog, clock, timeZone: 'UTC', span: SPAN });
  await planner.edit(() => ({ channels: made }));
  return planner;
}

function madeOf(id: string, number: number, { programming, timeZone, clock }: Given): Channel {
  return channel(id, number, { programming, timeZone, ...clock, origin: { kind: 'made' } });
}

/** Text, since structural comparison takes longer than planning. */
function told(airings: readonly Airing[], fromSegment: number): string[] {
  return airings
    .filter(({ block }) => block >= fromSegment)
    .map((airing) => JSON.stringify({ ...airing, channelId: '' }));
}

function expectContiguous(airings: readonly Airing[]): void {
  for (const [index, { startSegment }] of airings.slice(1).entries()) {
    expect(startSegment).toBe(airings[index]!.stopSegment);
  }
}

test('whatever the rules, a machine that slept has planned the same as one that was awake', async () => {
  await fc.assert(
    fc.asyncProperty(channels, libraries, pauses(30), async (given, items, awakeAfterMs) => {
      library = items;
      const clock = new WoundClock(START_MS);
      // What is not listed is not planned on.
      const asleep = { ...madeOf('asleep', 2, given), listed: false };
      const planner = await begin([madeOf('awake', 1, given), asleep], clock);
      for (const pauseMs of awakeAfterMs) {
        clock.step(pauseMs);
        await planner.extend();
      }
      await catalog.channels.edit((all) => ({ channels: all.map((each) => ({ ...each, listed: true })) }));
      await planner.extend();
      const [awake, slept] = [await catalog.airings.all('awake'), await catalog.airings.all('asleep')];
      expectContiguous(slept);
      const from = Math.max(awake[0]!.startSegment, slept[0]!.startSegment);
      const now = segmentAt(gridOf(asleep), clock.now());
      expect(from).toBeLessThanOrEqual(now);
      expect(told(slept, from).length).toBeGreaterThan(0);
      expect(told(slept, from)).toEqual(told(awake, from));
    }),
    CASES,
  );
});

test('whatever the rules, an edit or new content changes nothing before the next airing after what is settled', async () => {
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(
      ...([channels, libraries, programmings, libraries] as const),
      fc.integer({ min: 0, max: 5 * HOUR_MS }),
      fc.boolean(),
      async (given, items, otherRules, otherItems, pauseMs, isEdit) => {
        library = items;
        const clock = new WoundClock(START_MS);
        const made = madeOf('edited', 1, given);
        const planner = await begin([made], clock);
        const before = await catalog.airings.all(made.id);
        clock.step(pauseMs);
        if (isEdit) await planner.edit((all) => ({ channels: withProgramming(all, made.id, otherRules) }));
        else {
          library = otherItems;
          await planner.renew([made]);
        }
        const settled = segmentAt(gridOf(made), clock.now() + SETTLED_MS);
        const kept = before.filter(({ block }) => block <= settled);
        const after = await catalog.airings.all(made.id);
        expectContiguous(after);
        expect(told(after.slice(0, kept.length), 0)).toEqual(told(kept, 0));
        const [first] = after.slice(kept.length);
        expect(first?.startSegment).toBe(first?.block);
        expect(after.at(-1)!.stopSegment).toBeGreaterThan(segmentAt(gridOf(made), clock.now() + SPAN.horizonMs));
        if (JSON.stringify(after.slice(0, before.length)) !== JSON.stringify(before)) changed++;
      },
    ),
    CASES,
  );
  expect(changed).toBeGreaterThan(CASES.numRuns / 2);
});
