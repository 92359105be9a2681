import { expect, test } from '@jest/globals';
import { parseRational, reduced } from '../../src/shared/rational.ts';

test.each([
  ['24000/1001', { num: 24000, den: 1001 }],
  ['50/2', { num: 25, den: 1 }],
  ['64:45', { num: 64, den: 45 }],
  ...['0/0', '0:1', '25/0', 'N/A', '-1/2', '1.5/2', '', undefined].map((text) => [text, undefined] as const),
])('%s is read as %j', (text, expected) => {
  expect(parseRational(text)).toEqual(expected);
});

test('fractions are in lowest terms', () => {
  expect(reduced(720 * 64, 576 * 45)).toEqual({ num: 16, den: 9 });
});
