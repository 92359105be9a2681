import { expect, test } from '@jest/globals';
import { Audience } from '../../src/stream/audience.ts';

test('a quality is abandoned once nobody has watched it for longer than the grace period', () => {
  let now = 0;
  const audience = new Audience(() => now);
  audience.join('720p');
  audience.join('720p');
  now = 50_000;
  expect([audience.count('720p'), audience.isAbandoned('720p', 30_000)]).toEqual([2, false]);
  expect([audience.leave('720p'), audience.leave('720p'), audience.leave('720p')]).toEqual([true, true, false]);
  now = 80_000;
  expect(audience.isAbandoned('720p', 30_000)).toBe(false);
  now = 80_001;
  expect(audience.isAbandoned('720p', 30_000)).toBe(true);
  expect(audience.isAbandoned('480p', 30_000)).toBe(false);
});

test('a quality that was started for nobody is abandoned after the same time', () => {
  let now = 0;
  const audience = new Audience(() => now);
  audience.expect('480p');
  expect(audience.qualities()).toEqual(['480p']);
  now = 30_001;
  expect(audience.isAbandoned('480p', 30_000)).toBe(true);
  audience.forget('480p');
  expect(audience.qualities()).toEqual([]);
});
