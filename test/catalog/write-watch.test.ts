import { expect, it, test } from '@jest/globals';
import { WriteWatch } from '../../src/catalog/write-watch.ts';
import { WoundClock } from '../support/wound-clock.ts';

const FULL = Object.assign(new Error('insert into `items` – a long one - SQLITE_FULL: database or disk is full'), {
  code: 'SQLITE_FULL',
});

function watched() {
  const clock = new WoundClock(0);
  const events: string[] = [];
  let isFull = true;
  const watch = new WriteWatch({
    clock,
    tell: (problem) => events.push(problem ?? 'well again'),
    async tryWrite() {
      events.push('tried');
      if (isFull) throw FULL;
    },
    onRecovered: () => events.push('done anew'),
  });
  return { clock, events, watch, makeRoom: () => void (isFull = false) };
}

const TOLD = 'the database cannot be written (SQLITE_FULL: database or disk is full)';

test('what could not be written is told, tried, and done anew when there is room', async () => {
  const { clock, events, watch, makeRoom } = watched();
  watch.failed(FULL);
  expect(events).toEqual([TOLD]);
  await clock.wind(25_000);
  expect(events.slice(1)).toEqual(['tried', 'tried']);
  makeRoom();
  await clock.wind(100_000);
  expect(events.slice(3)).toEqual(['tried', 'well again', 'done anew']);
  watch.failed(FULL);
  expect(events.at(-1)).toBe(TOLD);
});

it.each([
  ['a query that breaks a rule', Object.assign(new Error('no'), { code: 'SQLITE_CONSTRAINT' })],
  ['anything else', new Error('no')],
])('%s is no trouble of the database', async (_, error) => {
  const { clock, events, watch } = watched();
  watch.failed(error);
  await clock.wind(60_000);
  expect(events).toEqual([]);
});

test('after the end nothing is tried any more', async () => {
  const { clock, events, watch } = watched();
  watch.failed(FULL);
  watch.close();
  watch.failed(FULL);
  await clock.wind(60_000);
  expect(events).toEqual([TOLD]);
});
