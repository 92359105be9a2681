import { expect, test } from '@jest/globals';
import { Pump } from '../../../src/stream/playout/pump.ts';

/** A pump whose pieces of work end when the test says so. */
function pumpOf() {
  const log: string[] = [];
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const begin = (name: string) => (): Promise<void> => {
    log.push(name);
    return new Promise((resolve, reject) => ends.push({ resolve, reject }));
  };
  const pump = new Pump({
    work: begin('work'),
    onDone: () => log.push('done'),
    onFailure: (error) => log.push(String(error)),
  });
  const settle = async (end: 'resolve' | 'reject' = 'resolve'): Promise<void> => {
    ends.shift()?.[end](new Error('no'));
    await new Promise(setImmediate);
  };
  return { pump, log, begin, settle };
}

test('work that is asked for while it is done is done once more, however often it was asked for', async () => {
  const { pump, log, settle } = pumpOf();
  pump.pump();
  pump.pump();
  pump.pump();
  expect(log).toEqual(['work']);
  await settle();
  expect(log).toEqual(['work', 'done', 'work']);
  await settle();
  expect(log).toEqual(['work', 'done', 'work', 'done']);
});

test('after a failure nothing is done until it is asked for again', async () => {
  const { pump, log, settle } = pumpOf();
  pump.pump();
  pump.pump();
  await settle('reject');
  expect(log).toEqual(['work', 'Error: no']);
  pump.pump();
  expect(log).toEqual(['work', 'Error: no', 'work']);
});

test('another piece of work waits for its turn, and is followed by the usual one', async () => {
  const { pump, log, begin, settle } = pumpOf();
  pump.pump();
  const other = pump.doFirst(begin('other'));
  await settle();
  expect(log).toEqual(['work', 'done', 'other']);
  await settle();
  await other;
  expect(log).toEqual(['work', 'done', 'other', 'done', 'work']);
});

test('closing waits for what is being done, and nothing follows', async () => {
  const { pump, log, begin, settle } = pumpOf();
  pump.pump();
  pump.pump();
  const other = pump.doFirst(begin('other'));
  let isClosed = false;
  const closing = pump.close().then(() => (isClosed = true));
  pump.pump();
  await new Promise(setImmediate);
  expect(isClosed).toBe(false);
  await settle();
  await Promise.all([closing, other]);
  expect(log).toEqual(['work', 'done']);
});
