import { expect, it, test } from '@jest/globals';
import { Past } from '../../../src/stream/catch-up/past.ts';
import type { PlannedAiring } from '../../../src/stream/plan/programme-window.ts';
import { channel } from '../../catalog/samples.ts';

const DAY_MS = 86_400_000;
const CHANNEL = channel('films', 1, { frameRate: { num: 25, den: 1 }, segmentSeconds: 1 });

/** A past in which airings of so many seconds follow one another, one beginning at 0; nothing is planned from `until` on. */
function pastOf(nowMs: number, { seconds = 100, until = Infinity, catchUpDays = 1 } = {}) {
  const planOf = async (channelId: string, segment: number): Promise<PlannedAiring[]> => {
    const startSegment = segment - (segment % seconds);
    const airing: PlannedAiring['airing'] = {
      ...{ kind: 'programme', channelId, itemId: 'film', strand: '', block: startSegment, reelStart: 0 },
      ...{ startSegment, stopSegment: startSegment + seconds },
    };
    return segment < until ? [{ airing, item: undefined }] : [];
  };
  return new Past({ planOf, catchUpDays, now: () => nowMs });
}

test('the programme on air began when its airing did', async () => {
  expect(await pastOf(350_000).startOfNow(CHANNEL)).toBe(300_000);
});

it.each([
  ['its beginning', 200_000, 200],
  ['its beginning, rounded down to a second', 199_500, 200],
  ['the middle', 250_000, 250],
])('an airing is played from %s to its end', async (_from, startMs, from) => {
  expect(await pastOf(350_000).partFrom(CHANNEL, startMs)).toEqual({ from, until: 300 });
});

test('what is still to come is refused, and so is what nobody knows of', async () => {
  await expect(pastOf(350_000).partFrom(CHANNEL, 351_000)).rejects.toMatchObject({
    ...{ code: 'not_aired', message: expect.stringContaining('still to come') },
  });
  await expect(pastOf(350_000, { until: 300 }).startOfNow(CHANNEL)).rejects.toMatchObject({ code: 'not_aired' });
});

test('programmes are kept for as many days as are set', async () => {
  const past = pastOf(DAY_MS + 350_000);
  expect((await past.at(CHANNEL, 350)).airing.startSegment).toBe(300);
  await expect(past.at(CHANNEL, 349)).rejects.toMatchObject({
    message: expect.stringContaining('more than 1 days ago'),
  });
});

test('without any days, whoever began with the beginning while it was on air may see it to its end', async () => {
  const from = (nowMs: number) => pastOf(nowMs, { catchUpDays: 0 }).at(CHANNEL, 200);
  expect((await from(299_000)).airing.startSegment).toBe(200);
  expect((await from(400_000)).airing.startSegment).toBe(200);
  await expect(from(401_000)).rejects.toMatchObject({
    message: expect.stringContaining('SIDECAST_CATCH_UP_DAYS'),
  });
});
