import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { UNLIKE_FILMS } from '../support/films.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import type { ApiClient, ChannelJson, ProgrammeJson } from '../support/http-client.ts';
import { startInProcess } from '../support/in-process.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { expectOnSchedule } from '../support/on-schedule.ts';
import { type Announced, playOn } from '../support/step.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');
const DAY_MS = 86_400_000;

let folder: string;
let library: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'to-the-frame-'));
  library = await makeLibrary(folder, UNLIKE_FILMS);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('every picture is the one that the schedule names, after tuning in mid-film, a restart and 24 hours', async () => {
  const clock = new WoundClock(START_MS);
  let seen: Watched;
  {
    await using sidecar = await startInProcess({ folder, library, clock });
    await sidecar.channel();
    await clock.wind(5_400);
    seen = await watch(sidecar, clock, 30);
  }
  await expectOnSchedule(seen.channel, seen.player.played, seen.programmes);
  expect(seen.programmes.length).toBeGreaterThanOrEqual(3);
  await faultless(await seen.player.save(path.join(folder, 'first')));

  await clock.wind(7_700);
  await using sidecar = await startInProcess({ folder, library, clock });
  const restarted = await watch(sidecar, clock, 5);
  expect(restarted.channel.id).toBe(seen.channel.id);
  await expectOnSchedule(restarted.channel, restarted.player.played, restarted.programmes);

  await clock.wind(DAY_MS + 1_234);
  await until('yesterday’s stream is gone', async () => (await sidecar.streams()).length === 0);
  const later = await watch(sidecar, clock, 16);
  await expectOnSchedule(later.channel, later.player.played, later.programmes);
});

interface Watched {
  readonly channel: ChannelJson;
  readonly player: HlsPlayer;
  readonly programmes: readonly ProgrammeJson[];
}

/** Watches so many segments of the first channel. */
async function watch(sidecar: ApiClient, clock: WoundClock, segments: number): Promise<Watched> {
  const channel = await sidecar.channel();
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
  const announced: Announced = new Map();
  await playOn(player, segments, { sidecar, channel, clock, announced, inStep: true });
  return { channel, player, programmes: [...announced.values()] };
}
