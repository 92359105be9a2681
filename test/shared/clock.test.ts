import { getEventListeners } from 'node:events';
import { expect, it, test } from '@jest/globals';
import { pause, systemClock } from '../../src/shared/clock.ts';
import { WoundClock } from '../support/wound-clock.ts';

const START_MS = Date.UTC(2026, 5, 1, 20);
const MINUTE_MS = 60_000;

/** A machine of which the test says what its two clocks show. */
function machine() {
  let wallMs = START_MS;
  let monotonicMs = 5;
  const clock = systemClock(
    () => wallMs,
    () => monotonicMs,
  );
  const steps: number[] = [];
  clock.onStep((byMs) => steps.push(byMs));
  const pass = (ms: number) => {
    wallMs += ms;
    monotonicMs += ms;
    return clock.now();
  };
  return { clock, steps, pass, setBy: (ms: number) => (wallMs += ms), wall: () => wallMs };
}

/** How much the clock goes on in each of these seconds. */
function pace(pass: (ms: number) => number, now: number, seconds: number): number[] {
  let last = now;
  return Array.from({ length: seconds }, () => {
    const next = pass(1000);
    const went = Math.round(next - last);
    last = next;
    return went;
  });
}

it.each([
  ['300 ms on', 300, 1050, 6],
  ['300 ms back', -300, 950, 6],
  ['10 s on', 10_000, 1050, 200],
  ['10 s back', -10_000, 950, 200],
  ['half a minute back', -30_000, 950, 600],
])('set %s, it comes to wall time gently and never goes back', async (_, byMs, slewed, seconds) => {
  const { clock, steps, pass, setBy, wall } = machine();
  const before = clock.now();
  setBy(byMs);
  expect(clock.now()).toBe(before);
  expect(new Set(pace(pass, before, seconds - 1))).toEqual(new Set([slewed]));
  pass(1000);
  expect(pass(1000)).toBe(wall());
  await Promise.resolve();
  expect(steps).toEqual([]);
});

it.each([
  ['a minute on', MINUTE_MS],
  ['hours on', 600 * MINUTE_MS],
  ['a minute back', -MINUTE_MS],
  ['hours back', -600 * MINUTE_MS],
])('set %s, it takes that over at once and says so', async (_, byMs) => {
  const { clock, steps, pass, setBy, wall } = machine();
  const elapsed = clock.elapsed();
  pass(1000);
  setBy(byMs);
  expect(clock.now()).toBe(wall());
  expect(clock.now()).toBe(wall());
  // Not in the midst of what asked for the time.
  expect(steps).toEqual([]);
  await Promise.resolve();
  expect(steps).toEqual([byMs]);
  expect(clock.elapsed() - elapsed).toBe(1000);
});

test('a machine that was suspended wakes up at the time that it is', async () => {
  const { clock, steps, setBy, wall } = machine();
  // While it sleeps its monotonic clock stands still.
  setBy(480 * MINUTE_MS);
  expect(clock.now()).toBe(wall());
  await Promise.resolve();
  expect(steps).toEqual([480 * MINUTE_MS]);
});

test('who no longer listens hears of no step', async () => {
  const { clock, setBy } = machine();
  const heard: number[] = [];
  const end = clock.onStep((byMs) => heard.push(byMs));
  end();
  setBy(MINUTE_MS);
  clock.now();
  await Promise.resolve();
  expect(heard).toEqual([]);
});

test('a pause ends in time or when it is called off, and leaves nothing behind', async () => {
  const clock = new WoundClock(START_MS);
  const caller = new AbortController();
  const listeners = () => getEventListeners(caller.signal, 'abort').length;
  const ended: string[] = [];
  void pause(clock, 1000, caller.signal).then(() => ended.push('in time'));
  void pause(clock, 9000, caller.signal).then(() => ended.push('called off'));
  await clock.wind(999);
  expect([ended, listeners()]).toEqual([[], 2]);
  await clock.wind(1);
  expect([ended, listeners()]).toEqual([['in time'], 1]);
  caller.abort();
  await pause(clock, 1000, caller.signal);
  expect([ended, listeners()]).toEqual([['in time', 'called off'], 0]);
});

test('a timer that is due in years does not fire now', async () => {
  const clock = systemClock();
  let hasFired = false;
  const timer = clock.after(2 ** 40, () => (hasFired = true));
  await new Promise<void>((resolve) => clock.after(5, resolve));
  timer.cancel();
  expect(hasFired).toBe(false);
});
