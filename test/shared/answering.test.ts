import { expect, test } from '@jest/globals';
import { Answering } from '../../src/shared/answering.ts';
import { until } from '../support/until.ts';

test('somebody waits until all answers are over, however they end', async () => {
  const answering = new Answering();
  let end = (): void => {};
  let fail = (_reason: Error): void => {};
  const first = answering.during(() => new Promise<void>((resolve) => (end = resolve)));
  const second = answering.during(() => new Promise<void>((_, reject) => (fail = reject)));
  expect(answering.isAnybody).toBe(true);
  end();
  await first;
  expect(answering.isAnybody).toBe(true);
  fail(new Error('gone'));
  await expect(second).rejects.toThrow('gone');
  expect(answering.isAnybody).toBe(false);
});

test('a stream that is being sent keeps nobody waiting', async () => {
  const answering = new Answering();
  let end = (): void => {};
  const stream = answering.during(() => new Promise<void>((resolve) => (end = resolve)));
  await until('nobody waits', () => !answering.isAnybody);
  end();
  await stream;
  expect(answering.isAnybody).toBe(false);
});
