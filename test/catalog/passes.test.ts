import { expect, test } from '@jest/globals';
import { Passes } from '../../src/catalog/passes.ts';
import { WoundClock } from '../support/wound-clock.ts';

/** Passes of three steps each, of which each fails that `failing` has words for. */
function passesOf(failing: readonly (string | undefined)[] = []) {
  const clock = new WoundClock(0);
  const log: string[] = [];
  const failures: string[] = [];
  let begun = 0;
  const passes = new Passes({
    ...{ clock, laterMs: 60_000 },
    pass: async (isOver) => {
      const name = ++begun;
      const problem = failing[name - 1];
      if (problem !== undefined) throw new Error(problem);
      for (let step = 1; step <= 3 && !isOver(); step++) {
        log.push(`${name}.${step}`);
        await new Promise(setImmediate);
      }
    },
    onFailure: (message) => failures.push(message),
  });
  return { passes, clock, log, failures, begun: () => begun };
}

test('a pass that begins ends the one before early, and those between are left out', async () => {
  const { passes, log } = passesOf();
  passes.wake();
  await new Promise(setImmediate);
  passes.wake();
  passes.wake();
  await passes.idle();
  expect(log.slice(-3)).toEqual(['2.1', '2.2', '2.3']);
  expect(log).not.toContain('1.3');
});

test('one that fails is tried again a minute later, and said once until one has gone well', async () => {
  const { passes, clock, failures, begun } = passesOf(['locked', 'locked', 'gone', undefined, 'locked']);
  passes.wake();
  await passes.idle();
  for (let later = 2; later <= 4; later++) {
    await clock.wind(60_000);
    await passes.idle();
    expect(begun()).toBe(later);
  }
  expect(failures).toEqual(['locked', 'gone']);
  await clock.wind(120_000);
  expect(begun()).toBe(4);
  passes.wake();
  await passes.idle();
  expect(failures).toEqual(['locked', 'gone', 'locked']);
  await passes.close();
});

test('closing ends the pass of now, and no other begins', async () => {
  const { passes, clock, log, begun } = passesOf();
  passes.wake();
  await new Promise(setImmediate);
  passes.wakeLater();
  await passes.close();
  expect(log).not.toContain('1.3');
  await clock.wind(60_000);
  passes.wake();
  await passes.idle();
  expect(begun()).toBe(1);
});
