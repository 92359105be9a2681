import { expect, test } from '@jest/globals';
import { TunerSlots } from '../../../src/tuner/hdhomerun/tuner-slots.ts';

test('there are as many tuners as the device says, each for one viewer', () => {
  const slots = new TunerSlots(2);
  const first = slots.take('1')!;
  expect(slots.take('2')).toBeDefined();
  expect(slots.take('3')).toBeUndefined();
  first();
  first();
  expect(slots.showing).toEqual([undefined, '2']);
  expect(slots.take('3')).toBeDefined();
  // Freed once: whoever holds it now keeps it.
  first();
  expect(slots.showing).toEqual(['3', '2']);
});
