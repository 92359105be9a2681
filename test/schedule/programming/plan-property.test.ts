import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Airing } from '../../../src/schedule/airing.ts';
import { createGrid, segmentAt } from '../../../src/schedule/grid.ts';
import { Ledger, storedLedger } from '../../../src/schedule/programming/ledger.ts';
import { planBlocks } from '../../../src/schedule/programming/plan.ts';
import { libraries, programmings, START_MS } from './arbitrary.ts';
import { checkPlan, type Case, KINDS } from './check-plan.ts';
import { Coverage } from './coverage.ts';

const CASES = 2000;
/** Of a Monday, by whose night and day every kind of daypart has begun. */
const DAYS = 0.8;

const cases: fc.Arbitrary<Case> = fc.record({
  library: libraries,
  programming: programmings,
  grid: fc.constantFrom(
    createGrid({ num: 25, den: 1 }, 2),
    createGrid({ num: 24000, den: 1001 }, 6),
    createGrid({ num: 30000, den: 1001 }, 4),
  ),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata'),
});

/** Airings until a segment is covered, and the ledger then. */
function planUntil(given: Case, from: number, until: number, ledger: Ledger): Airing[] {
  const airings: Airing[] = [];
  if (from >= until) return airings;
  for (const block of planBlocks({ ...given, channelId: 'c', ledger }, from)) {
    airings.push(...block);
    if ((block.at(-1)?.stopSegment ?? 0) >= until) break;
  }
  return airings;
}

test('thousands of plans keep what programming promises, whichever way they are made', () => {
  const coverage = new Coverage(KINDS);
  fc.assert(
    fc.property(cases, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }), (given, cuts) => {
      const start = segmentAt(given.grid, START_MS);
      const until = segmentAt(given.grid, START_MS + DAYS * 86_400_000);
      const planned = planUntil(given, start, until, new Ledger());
      checkPlan(given, planned, coverage);

      // In slices: what was there before is read from the airings, or from a ledger that was stored.
      const sliced: Airing[] = [];
      let stored = JSON.stringify(new Ledger());
      let storedUpTo = 0;
      for (const cut of [...cuts.toSorted((a, b) => a - b), 1]) {
        const ledger = new Ledger(storedLedger.parse(JSON.parse(stored)));
        for (const airing of sliced.slice(storedUpTo)) ledger.enter(airing);
        const from = sliced.at(-1)?.stopSegment ?? start;
        sliced.push(...planUntil(given, from, start + Math.round((until - start) * cut), ledger));
        if (cut > 0.5) [stored, storedUpTo] = [JSON.stringify(ledger), sliced.length];
      }
      // Compared as text: structural comparison takes longer than planning.
      if (JSON.stringify(sliced) !== JSON.stringify(planned)) expect(sliced).toEqual(planned);
    }),
    { numRuns: CASES, seed: 20260601, endOnFailure: true },
  );
  process.stdout.write(`${coverage.describe()}\n`);
  expect(coverage.rarerThan(0.05)).toEqual([]);
});
