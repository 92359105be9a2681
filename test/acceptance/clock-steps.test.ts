import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { HlsPlayer } from '../support/hls-player.ts';
import type { ChannelJson } from '../support/http-client.ts';
import { startInProcess } from '../support/in-process.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { clockOf, segmentNumber } from '../support/on-schedule.ts';
import { playOn } from '../support/step.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real but the machine's clock: on a busy machine it takes its time.
jest.setTimeout(180_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');
const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

let folder: string;
let library: string;
let clock: WoundClock;
let sidecar: Awaited<ReturnType<typeof startInProcess>>;
let channel: ChannelJson;
let address: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'clock-steps-'));
  library = await makeLibrary(folder, ['mp4At24', 'mkvAt25'], { seconds: 2.9 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => {
  clock = new WoundClock(START_MS);
  sidecar = await startInProcess({ folder: path.join(folder, String(++count)), library, clock });
  channel = await sidecar.channel();
  address = `${sidecar.url}/stream/${channel.id}/480p.m3u8`;
});
afterEach(async () => sidecar[Symbol.asyncDispose]());

/** Expects of all that a player was shown that it is on the clock, without a hole, and never goes back. */
function expectInOrder({ playlists, played }: HlsPlayer): void {
  const grid = clockOf(channel);
  for (const { segments } of playlists) {
    expect(segments.map(({ dateMs }) => segmentNumber(grid, dateMs))).toEqual(segments.map(({ sequence }) => sequence));
  }
  for (const numbers of [playlists.map(({ mediaSequence }) => mediaSequence), played.map(({ sequence }) => sequence)]) {
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  }
  expect(new Set(played.map(({ sequence }) => sequence)).size).toBe(played.length);
}

function discontinuities(text: string | undefined): { listed: number; before: string | undefined } {
  return {
    listed: text?.match(/^#EXT-X-DISCONTINUITY$/gm)?.length ?? 0,
    before: /^#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)$/m.exec(text ?? '')?.[1],
  };
}

test('set on or back by 300 ms or 10 s, the clock is followed without a seam', async () => {
  const player = new HlsPlayer().tuneTo(address);
  for (const byMs of [300, -300, 10_000, -20_000]) {
    await playOn(player, 3, { sidecar, channel, clock });
    clock.step(byMs);
  }
  await playOn(player, 3, { sidecar, channel, clock });
  expectInOrder(player);
  expect(discontinuities(player.playlists.at(-1)?.text)).toEqual({ listed: 0, before: undefined });
  const facts = await faultless(await player.save(path.join(folder, 'played')));
  expect(facts.segments).toBe(player.played.length);
  expect(await sidecar.json('/api/health')).toMatchObject({ status: 'ok' });
});

test('set on by minutes, then hours, players go on as if they had been away, and by days after one discontinuity', async () => {
  using tuner = new TsViewer(`${sidecar.url}/stream/${channel.id}.ts`);
  const player = new HlsPlayer().tuneTo(address);
  await playOn(player, 3, { sidecar, channel, clock });
  for (const byMs of [3 * MINUTE_MS, 180 * MINUTE_MS, 3 * DAY_MS]) {
    const { size } = tuner;
    // In the middle of a segment's publishing.
    await clock.wind(1000);
    clock.step(byMs);
    await playOn(player, 3, { sidecar, channel, clock });
    const listed = byMs < DAY_MS ? 0 : 1;
    expect(discontinuities(player.playlists.at(-1)?.text)).toEqual({ listed, before: undefined });
    await until('the continuous stream goes on', () => tuner.size > size);
  }
  expectInOrder(player);
  // The last of them leaves the list, and is counted.
  await playOn(player, 16, { sidecar, channel, clock });
  expect(discontinuities(player.playlists.at(-1)?.text)).toEqual({ listed: 0, before: '1' });
  expect(tuner.hasEnded).toBe(false);
  expect(await sidecar.json('/api/health')).toMatchObject({
    status: 'degraded',
    causes: [{ code: 'clock_stepped', message: expect.stringMatching(/forward by 72 h/) }],
  });
  // Three days of films of three seconds take a while.
  await until('the new time is planned', async () => (await sidecar.now(channel.id)).now !== null);
});

test('set back by minutes, then days, nobody is shown numbers that go back, and all can tune in again', async () => {
  using tuner = new TsViewer(`${sidecar.url}/stream/${channel.id}.ts`);
  for (const byMs of [-3 * MINUTE_MS, -3 * DAY_MS]) {
    const player = new HlsPlayer().tuneTo(address);
    await playOn(player, 3, { sidecar, channel, clock });
    const { size } = tuner;
    clock.step(byMs);
    await until('the player is sent away', async () => {
      await clock.wind(100);
      return player.load().then(
        () => false,
        (error: Error) => /404.*set back/.test(error.message),
      );
    });
    expectInOrder(player);
    const anew = new HlsPlayer().tuneTo(address);
    await playOn(anew, 3, { sidecar, channel, clock });
    expectInOrder(anew);
    expect(anew.played[0]?.dateMs).toBeLessThan(player.played[0]?.dateMs ?? 0);
    await until('the continuous stream goes on', () => tuner.size > size);
  }
  expect(tuner.hasEnded).toBe(false);
  expect((await sidecar.streams()).map(({ state }) => state)).toEqual(['active']);
});
