import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { HostChanges } from '../../../src/catalog/library/host-changes.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { WoundClock } from '../../support/wound-clock.ts';
import { sourceOf } from '../samples.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

let clock: WoundClock;
let mark: string | null | Error;
let looks: number;
let syncs: number;
let known: string | null;
let changes: HostChanges;
beforeEach(() => {
  clock = new WoundClock(0);
  [mark, known, looks, syncs] = ['10 items', '10 items', 0, 0];
  const plain = sourceOf('jellyfin:/config', () => []);
  const source = {
    id: plain.id,
    async open() {
      looks++;
      if (mark instanceof Error) throw mark;
      const now = mark;
      return { ...(await plain.open()), changeMark: async () => now, [Symbol.asyncDispose]: async () => {} };
    },
  };
  changes = new HostChanges({
    source,
    lastMark: async () => known,
    sync: async () => {
      syncs++;
      known = typeof mark === 'string' ? mark : null;
    },
    clock,
    logger: silentLogger,
  });
});
afterEach(() => changes.close());

test('a server that writes but changes nothing in its library is looked at, and not read', async () => {
  changes.written();
  await clock.wind(9 * SECOND_MS);
  expect(looks).toBe(0);
  await clock.wind(2 * SECOND_MS);
  expect([looks, syncs]).toEqual([1, 0]);
});

test('a library that has changed is read soon, what belongs together at once', async () => {
  mark = '11 items';
  for (let time = 0; time < 5; time++) {
    changes.written();
    await clock.wind(SECOND_MS);
  }
  await clock.wind(6 * SECOND_MS);
  expect([looks, syncs]).toEqual([1, 1]);
});

test('a server that writes all the time is looked at every five minutes at most', async () => {
  for (let second = 0; second < 16 * 60; second++) {
    changes.written();
    await clock.wind(SECOND_MS);
  }
  // At 10 s, 5:10, 10:10 and 15:10.
  expect(looks).toBe(4);
});

test('what was written while it was left alone is not forgotten', async () => {
  changes.written();
  await clock.wind(MINUTE_MS);
  expect([looks, syncs]).toEqual([1, 0]);
  mark = '12 items';
  changes.written();
  await clock.wind(4 * MINUTE_MS);
  expect(syncs).toBe(0);
  await clock.wind(MINUTE_MS);
  expect([looks, syncs]).toEqual([2, 1]);
});

test('a library without a mark is read each time, one that cannot be opened at the next change', async () => {
  mark = null;
  changes.written();
  await clock.wind(MINUTE_MS);
  expect(syncs).toBe(1);
  mark = new Error('it is starting');
  changes.written();
  await clock.wind(6 * MINUTE_MS);
  expect([looks, syncs]).toEqual([2, 1]);
  mark = '12 items';
  changes.written();
  await clock.wind(6 * MINUTE_MS);
  expect([looks, syncs]).toEqual([3, 2]);
});

test('nothing is looked at any more once it is closed', async () => {
  changes.written();
  changes.close();
  await clock.wind(MINUTE_MS);
  expect(looks).toBe(0);
});
