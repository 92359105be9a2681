import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { HlsPlayer } from '../support/hls-player.ts';
import { startInProcess } from '../support/in-process.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { expectOnSchedule } from '../support/on-schedule.ts';
import { segmentsPerReel } from '../support/reels-on-disk.ts';
import { type Announced, playOn } from '../support/step.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real but the machine's clock: on a busy machine it takes its time.
jest.setTimeout(180_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');
/** Beyond what players know of, and what is developed meanwhile: a segment is a second. */
const MOST_AHEAD_MS = 14_000;

/** Whole ones, of each film. */
const FILM_SECONDS = 8;

let folder: string;
let library: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'apply-now-'));
  library = await makeLibrary(folder, ['mp4At24', 'mkvAt25']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('programming that is applied now cuts what is on air, and who watches sees it to the frame', async () => {
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder, library, clock });
  const channel = await sidecar.channel();
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
  const announced: Announced = new Map();
  await playOn(player, 4, { sidecar, channel, clock, announced });

  // A clock that is wound runs ahead of what is still encoded.
  await until('both films are developed, and ffmpeg has ended', async () => {
    const [stream] = await sidecar.streams();
    return stream?.ffmpeg_pid === 0 && (await wholeReels()) === 2;
  });

  const { items } = await sidecar.json<{ items: { id: string; title: string }[] }>('/api/library/items');
  const { next } = await sidecar.now(channel.id);
  const wanted = items.find(({ title }) => title === next?.title);
  const response = await fetch(`${sidecar.url}/api/channels/${channel.id}/programming?apply_now=true`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', 'if-match': '*' },
    body: JSON.stringify({ kind: 'scheduled', default: { content: [{ kind: 'items', ids: [wanted?.id] }] } }),
  });
  expect(response.status).toBe(200);
  const appliedMs = clock.now();
  // What follows may have been announced otherwise before.
  for (const [start] of announced) if (Date.parse(start) > appliedMs) announced.delete(start);
  await playOn(player, 22, { sidecar, channel, clock, announced });

  const programmes = [...announced.values()];
  await expectOnSchedule(channel, player.played, programmes);
  await faultless(await player.save(path.join(folder, 'played')));
  const later = programmes.filter(({ start }) => Date.parse(start) > appliedMs + MOST_AHEAD_MS);
  expect(later.length).toBeGreaterThan(0);
  expect(new Set(later.map(({ title }) => title))).toEqual(new Set([wanted?.title]));
  const lengths = programmes.map(({ start, stop }) => Date.parse(stop) - Date.parse(start));
  // One of them is cut; films last longer.
  expect(Math.min(...lengths)).toBeLessThan(8000);
  expect(await sidecar.json('/api/health')).toMatchObject({ status: 'ok' });
});

/** Reels of as many segments as the films have seconds: a card has one. */
async function wholeReels(): Promise<number> {
  const lengths = await segmentsPerReel(path.join(folder, 'data/reels'));
  return lengths.filter((length) => length >= FILM_SECONDS).length;
}
