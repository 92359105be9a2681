import { expect, test } from '@jest/globals';
import { NamedViewers } from '../../src/stream/named-viewers.ts';

test('a viewer with a name comes once and goes once, however often it is in; others each time', () => {
  const viewers = new NamedViewers();
  expect([viewers.join('ann'), viewers.join('ann'), viewers.join('bob')]).toEqual([true, false, true]);
  expect([viewers.leave('ann'), viewers.has('ann')]).toEqual([false, true]);
  expect([viewers.leave('ann'), viewers.has('ann'), viewers.leave('ann')]).toEqual([true, false, false]);
  expect([viewers.join(undefined), viewers.join(undefined), viewers.leave(undefined)]).toEqual([true, true, true]);
});
