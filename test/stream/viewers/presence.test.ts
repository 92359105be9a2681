import { setImmediate } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import type { Quality } from '../../../src/ffmpeg/quality.ts';
import { type Asking, Presence } from '../../../src/stream/viewers/presence.ts';
import { WoundClock } from '../../support/wound-clock.ts';

const LEASE_MS = 6000;

function ann(quality: Quality = '720p', viewer = 'ann'): Asking {
  return { viewer, channelId: 'one', quality };
}

/** Presence over streams that keep a list of who came and went; `endStream` ends the one that is on. */
function watchedStreams() {
  const clock = new WoundClock(Date.UTC(2026, 0, 1));
  const events: string[] = [];
  let stream = 1;
  let waitingFor: Promise<void> = Promise.resolve();
  const presence = new Presence(clock, async ({ channelId, quality }) => {
    await waitingFor;
    const mine = stream;
    events.push(`in ${channelId} ${quality} ${mine}`);
    return {
      isOver: () => stream !== mine,
      leave: async () => void events.push(`out ${channelId} ${quality} ${mine}`),
    };
  });
  return {
    clock,
    events,
    presence,
    endStream: () => (stream += 1),
    holdBack: (promise: Promise<void>) => void (waitingFor = promise),
    touch: (viewer = 'ann', quality: '720p' | '480p' = '720p') => presence.touch(ann(quality, viewer), LEASE_MS),
  };
}

test('a viewer is present while it keeps asking, and leaves once when it stops', async () => {
  const { clock, events, touch, presence } = watchedStreams();
  await touch();
  await clock.wind(5000);
  await touch();
  await clock.wind(5000);
  expect(events).toEqual(['in one 720p 1']);
  await clock.wind(5000);
  expect(events).toEqual(['in one 720p 1', 'out one 720p 1']);
  expect(presence.size).toBe(0);
});

test('a viewer who changes the quality is in both until it has not asked for the old one for a while', async () => {
  const { clock, events, touch } = watchedStreams();
  await touch();
  await touch('ann', '480p');
  await clock.wind(5000);
  await touch('ann', '480p');
  expect(events).toEqual(['in one 720p 1', 'in one 480p 1']);
  await clock.wind(5000);
  expect(events).toEqual(['in one 720p 1', 'in one 480p 1', 'out one 720p 1']);
});

test('a player that reads two qualities by turns tunes in to each once', async () => {
  const { clock, events, touch } = watchedStreams();
  for (let turn = 0; turn < 6; turn++) {
    await touch('ann', turn % 2 === 0 ? '720p' : '480p');
    await clock.wind(2000);
  }
  expect(events).toEqual(['in one 720p 1', 'in one 480p 1']);
});

test('only a lease that is held can be renewed', async () => {
  const { presence, touch } = watchedStreams();
  await touch();
  expect(presence.renew(ann(), LEASE_MS)).toBe(true);
  expect(presence.renew(ann('480p'), LEASE_MS)).toBe(false);
  expect(presence.renew(ann('720p', 'bob'), LEASE_MS)).toBe(false);
});

test('requests that come together tune in once', async () => {
  const { events, touch } = watchedStreams();
  await Promise.all([touch(), touch(), touch()]);
  expect(events).toEqual(['in one 720p 1']);
});

test('a viewer of a stream that has ended is counted in to the next one', async () => {
  const { events, touch, endStream } = watchedStreams();
  await touch();
  endStream();
  await touch();
  expect(events.filter((event) => event.startsWith('in'))).toEqual(['in one 720p 1', 'in one 720p 2']);
});

test('those who come together to a stream that has ended tune in to the next one once', async () => {
  const { events, touch, endStream } = watchedStreams();
  await touch();
  endStream();
  await Promise.all([touch(), touch(), touch()]);
  expect(events).toEqual(['in one 720p 1', 'in one 720p 2']);
});

test('a viewer whose lease ends during the admission leaves when it is over', async () => {
  const { clock, events, touch, holdBack } = watchedStreams();
  const { promise, resolve } = gate();
  holdBack(promise);
  const touched = touch();
  await clock.wind(LEASE_MS + 1);
  expect(events).toEqual([]);
  resolve();
  await touched;
  await setImmediate();
  expect(events).toEqual(['in one 720p 1', 'out one 720p 1']);
});

test('a tune-in that fails leaves nothing behind', async () => {
  const { clock, events, touch, holdBack, presence } = watchedStreams();
  holdBack(Promise.reject(new Error('full')));
  await expect(touch()).rejects.toThrow('full');
  expect(presence.size).toBe(0);
  await clock.wind(LEASE_MS * 2);
  expect(events).toEqual([]);
});

test('who was shown a later segment is sent away, and may come again', async () => {
  const { events, presence, touch } = watchedStreams();
  await touch();
  expect([presence.show(ann(), 7), presence.show(ann(), 7), presence.show(ann(), 8)]).toEqual([true, true, true]);
  expect(presence.show(ann(), 3)).toBe(false);
  expect(presence.size).toBe(0);
  await setImmediate();
  await touch();
  expect(presence.show(ann(), 3)).toBe(true);
  expect(events).toEqual(['in one 720p 1', 'out one 720p 1', 'in one 720p 1']);
});

test('a lease can become shorter: that of one who waited for the first segment', async () => {
  const { clock, events, presence, touch } = watchedStreams();
  await presence.touch(ann(), 60_000);
  await touch();
  await clock.wind(LEASE_MS + 1);
  expect(events).toContain('out one 720p 1');
});

function gate() {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}
