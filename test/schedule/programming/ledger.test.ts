import { expect, test } from '@jest/globals';
import type { Airing } from '../../../src/schedule/airing.ts';
import { createGrid } from '../../../src/schedule/grid.ts';
import { Ledger, storedLedger } from '../../../src/schedule/programming/ledger.ts';
import { planBlocks } from '../../../src/schedule/programming/plan.ts';
import { episode, item, libraryOf, scheduled } from './samples.ts';

const grid = createGrid({ num: 25, den: 1 }, 2);
/** A Monday, midnight. */
const START = Date.UTC(2026, 5, 1) / 2000;
const HOUR = 1800;

const library = libraryOf(
  item('clip', { durationMs: 180_000 }),
  ...[1, 2, 3, 4, 5, 6].map((number) => episode('S', 1, number)),
);
const programming = scheduled({
  default: { content: [{ kind: 'films' }] },
  dayparts: [
    { name: 'S', times: [{ from: '12:00', to: '24:00' }], programmes: 2, content: [{ kind: 'show', show: 'S' }] },
  ],
});

/** Two days that are planned so many hours at a time; the ledger is stored and read again between. */
function plan(hours: number): Airing[] {
  const airings: Airing[] = [];
  const endOf = () => airings.at(-1)?.stopSegment ?? START;
  for (let stored = JSON.stringify(new Ledger()), until = START; until < START + 48 * HOUR;) {
    until += hours * HOUR;
    const ledger = new Ledger(storedLedger.parse(JSON.parse(stored)));
    const blocks = planBlocks({ channelId: 'c', grid, timeZone: 'UTC', programming, library, ledger }, endOf());
    while (endOf() < until) airings.push(...blocks.next().value);
    stored = JSON.stringify(ledger);
  }
  return airings;
}

test('a daypart has shown its programmes, however many others came since', () => {
  const airings = plan(48);
  const shown = airings.flatMap((airing) =>
    airing.kind === 'programme' && airing.strand === 'S' ? airing.itemId : [],
  );
  expect(shown).toEqual(['S 1x1', 'S 1x2', 'S 1x3', 'S 1x4']);
  expect(plan(1)).toEqual(airings);
});

test('a ledger is read that was stored when the starts of all strands were one list', () => {
  const clips = Array.from({ length: 198 }, (_, index): [string, number] => ['', index * 90]);
  const stored = storedLedger.parse({
    ...{ strands: [], fillers: { shown: [], count: 0, turnStart: 0 }, programmes: 300 },
    starts: [['S', -1500], ...clips, ['S', 198 * 90]],
  });
  const ledger = new Ledger(stored);
  expect([ledger.programmesSince('S', -1500), ledger.programmesSince('S', 0)]).toEqual([2, 1]);
  expect(ledger.programmesSince('', 190 * 90)).toBe(8);
  expect(new Ledger(storedLedger.parse(JSON.parse(JSON.stringify(ledger)))).toJSON()).toEqual(ledger.toJSON());
});
