import { expect, it } from '@jest/globals';
import { isTimeZone } from '../../src/shared/time-zone.ts';

it.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['Europe/Atlantis', false],
  ['+01:00', false],
  ['', false],
])('"%s" names a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});
