import { expect, it } from '@jest/globals';
import { legalName, MOST_NAME, nameKey, uniqueName } from '../../../src/catalog/channels/channel-name.ts';

it.each([
  ['Films', 'FILMS'],
  ['été', 'ÉTÉ'],
  ['e\u0301te\u0301', 'ÉTÉ'],
  ['Straße', 'STRASSE'],
  ['ΟΔΟΣ', 'οδος'],
  ['Кино', 'КИНО'],
  ['ﬁlms', 'Films'],
  ['  Old   Films ', 'old films'],
])('%j and %j are the same name', (one, other) => {
  expect(nameKey(one)).toBe(nameKey(other));
});

it.each([
  ['Films', 'Film'],
  ['été', 'ete'],
  ['Film 1', 'Film1'],
])('%j and %j are two', (one, other) => {
  expect(nameKey(one)).not.toBe(nameKey(other));
});

it('a name that others have gets a number', () => {
  const taken = new Set(['FILMS', 'Films (2)'].map(nameKey));
  expect(uniqueName('films', taken)).toBe('films (3)');
  expect(uniqueName('Shows', taken)).toBe('Shows');
});

const FLAGS = '🏳️‍🌈';

it.each([
  ['  Films\u00a0 ', 'Films'],
  ['One\u0000\r\nTwo\u0085', 'One Two'],
  ['', 'Untitled'],
  ['\u0007 ', 'Untitled'],
  ['\ud83d', '\ufffd'],
  ['\u202eשלום', '\u202eשלום'],
  ['x'.repeat(101), 'x'.repeat(100)],
  [`${'x'.repeat(99)}🎬`, 'x'.repeat(99)],
  [`${'x'.repeat(97)}${FLAGS}`, 'x'.repeat(97)],
  [`${'x'.repeat(99)} y`, 'x'.repeat(99)],
  [`a${'\u0301'.repeat(300)}`, `a${'\u0301'.repeat(99)}`],
])('%j may be called %j', (called, name) => {
  expect(legalName(called)).toBe(name);
  expect(legalName(name)).toBe(name);
});

it('a long name is cut to make room for its number', () => {
  const long = 'x'.repeat(120);
  const taken = new Set<string>();
  for (let count = 0; count < 12; count++) taken.add(nameKey(uniqueName(long, taken)));
  expect(taken.size).toBe(12);
  expect(Math.max(...[...taken].map(({ length }) => length))).toBe(MOST_NAME);
  expect(uniqueName(long, taken)).toBe(`${'x'.repeat(95)} (13)`);
});
