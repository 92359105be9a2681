import { expect, test } from '@jest/globals';
import { parseQuality } from '../../../src/ffmpeg/quality.ts';
import { AppError } from '../../../src/shared/errors.ts';
import { CatchUpAudience } from '../../../src/stream/catch-up/catch-up-audience.ts';
import { WoundClock } from '../../support/wound-clock.ts';

/** An audience of a channel that has so many places. */
function audienceOf(places: number) {
  const clock = new WoundClock(0);
  const refuseWhenFull = (channelId: string): void => {
    if (audience.count(channelId) >= places) throw new AppError('too_many_viewers', 'full');
  };
  const audience = new CatchUpAudience({ elapsed: () => clock.elapsed(), refuseWhenFull });
  return { clock, audience };
}

test('a viewer of HLS is one, however often it asks, and until it has asked for nothing for 30 seconds', async () => {
  const { clock, audience } = audienceOf(1);
  audience.hear('a', '480p', 'ann');
  await clock.wind(29_000);
  audience.hear('a', '480p', 'ann');
  expect([audience.count('a'), audience.count('b'), audience.count()]).toEqual([1, 0, 1]);
  expect(() => audience.hear('a', '480p', 'bob')).toThrow('full');
  audience.hear('b', '480p', 'ann');
  expect(audience.count()).toBe(2);
  await clock.wind(29_999);
  expect(() => audience.hear('a', '480p', 'bob')).toThrow('full');
  await clock.wind(1);
  audience.hear('a', '480p', 'bob');
  expect(() => audience.hear('a', '480p', 'ann')).toThrow('full');
});

test('a viewer of a continuous stream is there until it leaves', async () => {
  const { clock, audience } = audienceOf(1);
  const leave = audience.enter('a');
  await clock.wind(3_600_000);
  expect(() => audience.enter('a')).toThrow('full');
  expect(() => audience.hear('a', '480p', 'ann')).toThrow('full');
  expect(audience.count()).toBe(1);
  leave();
  audience.hear('a', '480p', 'ann');
  expect(audience.count()).toBe(1);
});

test('a quality is watched until its last viewer has asked for nothing for 30 seconds', async () => {
  const { clock, audience } = audienceOf(2);
  audience.hear('a', '480p', 'ann');
  await clock.wind(20_000);
  audience.hear('a', '720p', 'ann');
  const watched = () => ['480p', '720p', '1080p'].filter((quality) => audience.isWatching('a', parseQuality(quality)));
  expect(watched()).toEqual(['480p', '720p']);
  expect(audience.isWatching('b', '480p')).toBe(false);
  await clock.wind(10_000);
  expect(watched()).toEqual(['720p']);
  await clock.wind(20_000);
  expect(watched()).toEqual([]);
});
