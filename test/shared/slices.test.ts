import { expect, test } from '@jest/globals';
import { Slices } from '../../src/shared/slices.ts';

/** Longer than some slices. */
const WORK_MS = 40;

test('others have their turn again and again while something takes long', async () => {
  let turns = 0;
  let isOver = false;
  const other = (): void => {
    turns++;
    if (!isOver) setImmediate(other);
  };
  setImmediate(other);
  const slices = new Slices();
  const endsAt = performance.now() + WORK_MS;
  while (performance.now() < endsAt) await slices.next();
  isOver = true;
  expect(turns).toBeGreaterThan(1);
});

test('what is done soon does not wait', async () => {
  let isTurnOver = false;
  setImmediate(() => (isTurnOver = true));
  await new Slices().next();
  expect(isTurnOver).toBe(false);
});

test('who waits for an answer goes first, for forty milliseconds at most', async () => {
  let looks = 0;
  const slices = new Slices({ isAnswering: () => ++looks < 3 });
  await aSliceLater(slices);
  expect(looks).toBe(3);
  const crowded = new Slices({ isAnswering: () => true });
  await aSliceLater(crowded);
  await crowded.giveWay();
});

test('work in steps is done to its end, and others have their turn between', async () => {
  let turns = 0;
  const other = (): void => void turns++;
  function* steps(): Generator<undefined, string> {
    for (let step = 0; step < 3; step++) {
      setImmediate(other);
      const endsAt = performance.now() + 5;
      while (performance.now() < endsAt);
      yield;
    }
    return 'done';
  }
  expect(await new Slices().through(steps())).toBe('done');
  expect(turns).toBe(3);
});

async function aSliceLater(slices: Slices): Promise<void> {
  const endsAt = performance.now() + 5;
  while (performance.now() < endsAt);
  await slices.next();
}
