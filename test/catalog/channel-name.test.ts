import { expect, it } from '@jest/globals';
import { nameKey, uniqueName } from '../../src/catalog/channel-name.ts';

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
