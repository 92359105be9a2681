import { expect, test } from '@jest/globals';
import { Audience } from '../../../src/stream/viewers/audience.ts';

test('a quality is abandoned once nobody has watched it for longer than the grace period', () => {
  let now = 0;
  const audience = new Audience(() => now);
  audience.join('720p');
  audience.join('720p');
  now = 50_000;
  expect([audience.count('720p'), audience.isAbandoned('720p', 30_000)]).toEqual([2, false]);
  const left = [audience.leave('720p'), audience.leave('720p'), audience.leave('720p')];
  expect(left.map(({ wasThere }) => wasThere)).toEqual([true, true, false]);
  now = 80_000;
  expect(audience.isAbandoned('720p', 30_000)).toBe(false);
  now = 80_001;
  expect(audience.isAbandoned('720p', 30_000)).toBe(true);
  expect(audience.isAbandoned('480p', 30_000)).toBe(false);
});

test('a quality that was started for nobody is watched, and then abandoned, after the same time', () => {
  let now = 0;
  const audience = new Audience(() => now);
  audience.expect('480p', 30_000);
  expect(audience.qualities()).toEqual(['480p']);
  now = 29_999;
  expect([audience.count('480p'), audience.isWatched('480p')]).toEqual([0, true]);
  now = 30_001;
  expect(audience.isWatched('480p')).toBe(false);
  expect(audience.isAbandoned('480p', 30_000)).toBe(true);
  audience.forget('480p');
  expect(audience.qualities()).toEqual([]);
});

test('a viewer with a name comes once and goes once, in however many qualities it is; others each time', () => {
  const audience = new Audience(() => 0);
  expect([audience.join('720p', 'ann'), audience.join('480p', 'ann'), audience.join('480p', 'bob')]).toEqual([
    true,
    false,
    true,
  ]);
  expect([audience.leave('720p', 'ann').isGone, audience.has('ann')]).toEqual([false, true]);
  expect([audience.leave('480p', 'ann').isGone, audience.has('ann')]).toEqual([true, false]);
  expect([audience.join('480p'), audience.join('480p'), audience.leave('480p').isGone]).toEqual([true, true, true]);
});

test('a viewer that comes to a quality once more before it has left is still the only one there', () => {
  const audience = new Audience(() => 0);
  audience.join('480p', 'ann');
  audience.join('480p', 'ann');
  audience.leave('480p', 'ann');
  expect(audience.isOnly('480p', 'ann')).toBe(true);
  audience.join('480p');
  expect(audience.isOnly('480p', 'ann')).toBe(false);
});
