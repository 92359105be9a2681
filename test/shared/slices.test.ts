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

test('who waits for an answer goes first, for twenty milliseconds at most', async () => {
  let looks = 0;
  const slices = new Slices(() => ++looks < 3);
  await aSliceLater(slices);
  expect(looks).toBe(3);
  const crowded = new Slices(() => true);
  await aSliceLater(crowded);
});

async function aSliceLater(slices: Slices): Promise<void> {
  const endsAt = performance.now() + 5;
  while (performance.now() < endsAt);
  await slices.next();
}
