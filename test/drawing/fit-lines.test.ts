import { expect, it } from '@jest/globals';
import { fitLines, type Room } from '../../src/drawing/fit-lines.ts';
import type { Span } from '../../src/drawing/paragraph.ts';

const ROOM: Room = { width: 100, largest: 10, smallest: 5, lines: 2 };

/** Words of text in which every character, also a space, is one em wide. */
function wordsOf(text: string): Span[] {
  return [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => ({ from: index, to: index + word.length }));
}

it.each<[string, string, { size: number; lines: string[] } | undefined]>([
  ['short words stay as they are', 'one two', { size: 10, lines: ['one two'] }],
  ['a bit too much is made smaller', 'one two six', { size: 8.875, lines: ['one two six'] }],
  [
    'more is broken into lines of about the same length',
    'one two six ten',
    { size: 10, lines: ['one two', 'six ten'] },
  ],
  [
    'and made smaller then',
    'eleven letters andmore words',
    { size: 6.875, lines: ['eleven letters', 'andmore words'] },
  ],
  ['what is too much does not fit', 'every word of this is one that does not fit in here', undefined],
  ['nor does a word that is too long', 'abcdefghijklmnopqrstuvwxyz', undefined],
  ['nothing is no lines', '', { size: 10, lines: [] }],
])('%s', (_, text, expected) => {
  const fitted = fitLines(wordsOf(text), ({ from, to }) => to - from, ROOM);
  expect(fitted && { size: fitted.size, lines: fitted.lines.map(({ from, to }) => text.slice(from, to)) }).toEqual(
    expected,
  );
});
