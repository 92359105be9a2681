import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Airing } from '../../../src/schedule/airing.ts';
import { createGrid, segmentAt } from '../../../src/schedule/grid.ts';
import { askedFields } from '../../../src/schedule/programming/asked-fields.ts';
import { Ledger } from '../../../src/schedule/programming/ledger.ts';
import type { ProgrammeItem, ProgrammeLibrary } from '../../../src/schedule/programming/library.ts';
import { planBlocks } from '../../../src/schedule/programming/plan.ts';
import type { Scheduled } from '../../../src/schedule/programming/programming.ts';
import { libraries, programmings, START_MS } from './arbitrary.ts';
import { BLANK, scheduled } from './samples.ts';

const CASES = 500;
const GRID = createGrid({ num: 25, den: 1 }, 2);
const HOURS = 6;

function planned(programming: Scheduled, library: ProgrammeLibrary): Airing[] {
  const [from, until] = [segmentAt(GRID, START_MS), segmentAt(GRID, START_MS + HOURS * 3_600_000)];
  const place = { channelId: 'c', grid: GRID, timeZone: 'Europe/Berlin', programming, library, ledger: new Ledger() };
  const airings: Airing[] = [];
  for (const block of planBlocks(place, from)) {
    airings.push(...block);
    if ((block.at(-1)?.stopSegment ?? 0) >= until) return airings;
  }
  return airings;
}

/** As it is read where only that is asked for. */
function readFor(programming: Scheduled, { items, collections }: ProgrammeLibrary): ProgrammeLibrary {
  const asked = askedFields([programming]);
  const blanked = (item: ProgrammeItem): ProgrammeItem => {
    const { id, source, kind, show, durationMs, parts, leavesMs } = item;
    const read = Object.fromEntries(asked.map((field) => [field, item[field]]));
    return { ...BLANK, id, source, kind, show, durationMs, parts, leavesMs, ...read };
  };
  return { items: items.map(blanked), collections };
}

test('what programming does not ask for changes nothing of its plan', () => {
  fc.assert(
    fc.property(libraries, programmings, (library, programming) => {
      const plan = planned(programming, library);
      const read = planned(programming, readFor(programming, library));
      if (JSON.stringify(read) !== JSON.stringify(plan)) expect(read).toEqual(plan);
    }),
    { numRuns: CASES, seed: 20261127, endOnFailure: true },
  );
});

test('little is asked for by what most channels show', () => {
  const content = [{ kind: 'show', show: 'A' }, { kind: 'films' }, { kind: 'query', where: { kind: 'film' } }];
  expect(askedFields([scheduled({ default: { content, order: { kind: 'shuffle' } } })])).toEqual([]);
});
