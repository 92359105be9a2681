import { expect, test } from '@jest/globals';
import { FailedKeys } from '../../src/access/failed-keys.ts';

const MINUTE = 60_000;

test('after ten wrong keys no further one is looked at until their quarter of an hour is over', () => {
  let now = 1_000_000;
  const failed = new FailedKeys(() => now);
  const answers = Array.from({ length: 10 }, () => {
    const waited = failed.waitMs('192.168.1.9');
    return [waited, failed.count('192.168.1.9')];
  });
  expect(answers).toEqual([...Array.from({ length: 9 }, () => [0, false]), [0, true]]);
  expect(failed.waitMs('192.168.1.9')).toBe(15 * MINUTE);
  expect(failed.waitMs('192.168.1.10')).toBe(0);
  now += 14 * MINUTE;
  expect(failed.waitMs('::ffff:192.168.1.9')).toBe(MINUTE);
  now += MINUTE;
  expect([failed.waitMs('192.168.1.9'), failed.count('192.168.1.9')]).toEqual([0, false]);
});

test('a client with many addresses of IPv6 is one', () => {
  const failed = new FailedKeys(() => 0);
  for (let index = 0; index < 10; index++) failed.count(`2001:db8:1:2::${index}`);
  expect(failed.waitMs('2001:db8:1:2:ffff::1')).toBeGreaterThan(0);
  expect(failed.waitMs('2001:db8:1:3::1')).toBe(0);
});

test('a clock that is set back lets nobody wait for it', () => {
  let now = 10 * 86_400_000;
  const failed = new FailedKeys(() => now);
  for (let index = 0; index < 10; index++) failed.count('192.168.1.9');
  now = 0;
  expect(failed.waitMs('192.168.1.9')).toBe(0);
});

test('however many clients there are, only so many are remembered', () => {
  const failed = new FailedKeys(() => 0);
  for (let index = 0; index < 30_000; index++) failed.count(`10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`);
  expect(failed.size).toBe(10_000);
});
