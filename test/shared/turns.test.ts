import { expect, test } from '@jest/globals';
import { Turns } from '../../src/shared/turns.ts';
import { deferred } from '../support/deferred.ts';

test('work begins when the work before it is done, also where that has failed', async () => {
  const turns = new Turns();
  const gate = deferred();
  const begun: string[] = [];
  const failing = turns.take(async () => {
    begun.push('first');
    await gate.promise;
    throw new Error('no');
  });
  const second = turns.take(async () => begun.push('second'));
  // As long as another one's turn takes.
  await new Turns().take(async () => undefined);
  expect(begun).toEqual(['first']);
  gate.resolve();
  await expect(failing).rejects.toThrow('no');
  expect(await second).toBe(2);
  expect(begun).toEqual(['first', 'second']);
});

test('all is over when the last work is done', async () => {
  const turns = new Turns();
  let isDone = false;
  void turns.take(async () => {
    await new Promise(setImmediate);
    isDone = true;
  });
  await turns.over();
  expect(isDone).toBe(true);
});
