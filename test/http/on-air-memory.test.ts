import { beforeEach, expect, test } from '@jest/globals';
import { OnAirMemory } from '../../src/http/on-air-memory.ts';
import type { ProgrammeView } from '../../src/http/services/guide.ts';

const HOUR_MS = 3_600_000;
const item = {} as ProgrammeView['item'];
/** Programmes of an hour each, one after another. */
const hourly = async (_: string, fromMs: number, toMs: number) => {
  const first = Math.floor(fromMs / HOUR_MS);
  const count = Math.ceil(toMs / HOUR_MS) + 1 - first;
  return Array.from({ length: count }, (_hour, index) => ({
    ...{ startMs: (first + index) * HOUR_MS, stopMs: (first + index + 1) * HOUR_MS, item },
  }));
};

const [ONE, TWO] = [{ id: 'one' }, { id: 'two' }];

let asked: string[];
let revision: string;
let memory: OnAirMemory;
beforeEach(() => {
  asked = [];
  revision = 'a';
  const airings = (channelId: string, fromMs: number, toMs: number) => {
    asked.push(channelId);
    return hourly(channelId, fromMs, toMs);
  };
  memory = new OnAirMemory({ airings }, { revision: async () => revision });
});

test('what is on is asked for once, until it is over', async () => {
  const [first] = await memory.of([ONE, TWO], 10);
  expect(first).toMatchObject({ now: { startMs: 0, stopMs: HOUR_MS }, next: { startMs: HOUR_MS } });
  expect((await memory.of([ONE, TWO], HOUR_MS - 1))[0]).toEqual(first);
  expect(asked.toSorted()).toEqual(['one', 'two']);
  expect(await memory.of([ONE], HOUR_MS)).toMatchObject([{ now: { startMs: HOUR_MS } }]);
  expect(asked).toHaveLength(3);
});

test('and anew when the clock was set back, or when anything that is told has changed', async () => {
  await memory.of([ONE], HOUR_MS);
  expect(await memory.of([ONE], HOUR_MS - 1)).toMatchObject([{ now: { startMs: 0 } }]);
  revision = 'b';
  await memory.of([ONE], HOUR_MS - 1);
  expect(asked).toHaveLength(3);
});
