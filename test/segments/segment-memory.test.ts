import { expect, test } from '@jest/globals';
import { SegmentMemory } from '../../src/segments/segment-memory.ts';

const segment = (letter: string, length = 10) => Buffer.alloc(length, letter);

/** A memory of 30 bytes, and what was loaded. */
function opened() {
  const memory = new SegmentMemory({ limitBytes: 30 });
  const loaded: string[] = [];
  const read = (file: string) =>
    memory.read(file, async () => {
      loaded.push(file);
      return file === 'none' ? undefined : segment(file);
    });
  return { memory, loaded, read };
}

test('all who ask at the same time and after are given the same bytes, loaded once', async () => {
  const { memory, loaded, read } = opened();
  const [first, ...others] = await Promise.all([read('a'), read('a'), read('a')]);
  others.push(await read('a'));
  expect(first).toEqual(segment('a'));
  expect(others.every((bytes) => bytes === first)).toBe(true);
  expect([loaded, memory.bytes]).toEqual([['a'], 10]);
});

test('there is never more than it may hold, and what was asked for least of late goes first', async () => {
  const { memory, loaded, read } = opened();
  for (const file of ['a', 'b', 'c']) await read(file);
  await read('a');
  memory.put('d', segment('d'));
  expect(memory.bytes).toBe(30);
  await read('a');
  expect(loaded).toEqual(['a', 'b', 'c']);
  await read('b');
  expect(loaded).toEqual(['a', 'b', 'c', 'b']);
  memory.put('e', segment('e', 31));
  expect(memory.bytes).toBe(0);
});

test('the same segment twice counts once', () => {
  const { memory } = opened();
  memory.put('a', segment('a'));
  memory.put('a', segment('a', 12));
  expect(memory.bytes).toBe(12);
});

test('what nobody asks for cools down and is forgotten; what somebody asks for stays', async () => {
  const { memory, read } = opened();
  memory.put('a', segment('a'));
  expect(memory.cool('a')).toBe(true);
  await read('a');
  expect(memory.cool('a')).toBe(true);
  expect([memory.cool('a'), memory.bytes]).toEqual([false, 0]);
});

test('what is not there is asked for anew each time, as is what could not be read', async () => {
  const { memory, loaded, read } = opened();
  expect([await read('none'), await read('none')]).toEqual([undefined, undefined]);
  expect(loaded).toEqual(['none', 'none']);
  const failing = () => memory.read('bad', () => Promise.reject(new Error('cannot be read')));
  await expect(Promise.all([failing(), failing()])).rejects.toThrow('cannot be read');
  expect(await memory.read('bad', async () => segment('b'))).toEqual(segment('b'));
});

test('what is removed while it is being loaded goes to those who asked, and is not kept', async () => {
  const { memory } = opened();
  let finish = (): void => {};
  const loading = new Promise<void>((resolve) => (finish = resolve));
  const reading = memory.read('a', async () => {
    await loading;
    return segment('a');
  });
  memory.forget('a');
  finish();
  expect(await reading).toEqual(segment('a'));
  expect(memory.bytes).toBe(0);
});

test('what is shared among those who ask at the same time is not kept', async () => {
  const { memory } = opened();
  let times = 0;
  const share = () => memory.share('a', async () => segment(String(++times)));
  const [first, second] = await Promise.all([share(), share()]);
  expect(second).toBe(first);
  expect([memory.bytes, await share()]).toEqual([0, segment('2')]);
});
