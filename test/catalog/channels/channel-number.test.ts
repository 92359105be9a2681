import { expect, it, test } from '@jest/globals';
import { CHANNEL_NUMBER, compareNumbers, freeNumber, majorOf } from '../../../src/catalog/channels/channel-number.ts';

test('numbers are in the order of their values', () => {
  const ordered = ['1', '2', '5', '5.1', '5.2', '5.10', '10', '10.1', '99999.999'];
  expect(ordered.toReversed().sort(compareNumbers)).toEqual(ordered);
  expect(compareNumbers('5.1', '5.1')).toBe(0);
});

it.each(['1', '5.1', '99999', '12.345'])('%s is a number', (number) => {
  expect(CHANNEL_NUMBER.test(number)).toBe(true);
});

it.each(['', '0', '05', '5.', '.5', '5.0', '5.01', '5.1.1', '100000', '-1', '1e3', ' 1', '1\n'])(
  '%j is none',
  (number) => {
    expect(CHANNEL_NUMBER.test(number)).toBe(false);
  },
);

test('the whole part is what ranges are about', () => {
  expect([majorOf('7'), majorOf('7.12')]).toEqual([7, 7]);
});

test('a free number is one that nobody has', () => {
  expect(freeNumber(new Set(['1', '2', '4', '3.1']), 1)).toBe(3);
  expect(freeNumber(new Set(['9']), 10)).toBe(10);
});
