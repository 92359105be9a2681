import { expect, test } from '@jest/globals';
import { readAhead } from '../../src/library/read-ahead.ts';

/** Three pages, and what was read of them so far; `failing` cannot be read. */
function pagesOf({ failing }: { failing?: string } = {}) {
  const read: string[] = [];
  const pages: Record<string, { text: string; next: string | undefined }> = {
    first: { text: 'a', next: 'second' },
    second: { text: 'b', next: 'third' },
    third: { text: 'c', next: undefined },
  };
  const page = async (after = 'first') => {
    read.push(after);
    await new Promise(setImmediate);
    if (after === failing) throw new Error(`no ${after}`);
    return pages[after]!;
  };
  return { read, page };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
}

test('all pages come in order, each read once', async () => {
  const { read, page } = pagesOf();
  const texts: string[] = [];
  for await (const { text } of readAhead(page, 2)) texts.push(text);
  expect(texts).toEqual(['a', 'b', 'c']);
  expect(read).toEqual(['first', 'second', 'third']);
});

test.each([
  [0, ['first']],
  [1, ['first', 'second']],
  [2, ['first', 'second', 'third']],
])('while somebody works on a page, %i more are read', async (pagesAhead, expected) => {
  const { read, page } = pagesOf();
  const pages = readAhead(page, pagesAhead);
  await pages.next();
  await settled();
  expect(read).toEqual(expected);
  await pages.return(undefined);
});

test('whoever stops early has nothing more read', async () => {
  const { read, page } = pagesOf();
  for await (const { text } of readAhead(page, 1)) if (text === 'a') break;
  await settled();
  expect(read).toEqual(['first', 'second']);
});

test('a page that cannot be read fails when its turn has come', async () => {
  const { page } = pagesOf({ failing: 'second' });
  const pages = readAhead(page, 2);
  expect((await pages.next()).value?.text).toBe('a');
  await settled();
  await expect(pages.next()).rejects.toThrow('no second');
});
