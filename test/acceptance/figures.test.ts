import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { HlsPlayer } from '../support/hls-player.ts';
import type { ApiClient } from '../support/http-client.ts';
import { startInProcess } from '../support/in-process.ts';
import { makeLibrary } from '../support/library.ts';
import { playOn } from '../support/step.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real but the clock: on a busy machine it takes its time.
jest.setTimeout(180_000);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'figures-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A figure by its name and labels, 0 where there is none. */
async function figure(sidecar: ApiClient, name: string): Promise<number> {
  const line = (await sidecar.text('/metrics')).split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.split(' ')[1] ?? 0);
}

test('the figures of a sidecar are those of what was watched', async () => {
  const library = await makeLibrary(folder, ['mp4At24', 'mkvAt25'], { seconds: 2.9 });
  const clock = new WoundClock(Date.parse('2031-05-06T07:08:09.123Z'));
  await using sidecar = await startInProcess({ folder, library, clock });
  const channel = await sidecar.channel();
  expect(await figure(sidecar, 'sidecast_segments_published_total')).toBe(0);
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
  {
    using tuner = await new TsViewer(`${sidecar.url}/stream/${channel.id}.ts`).watches();
    await playOn(player, 8, { sidecar, channel, clock });
    expect(await figure(sidecar, 'sidecast_viewers{kind="ts"}')).toBe(1);
    expect(await figure(sidecar, 'sidecast_viewers{kind="hls"}')).toBe(1);
    expect(await figure(sidecar, 'sidecast_streams{state="active"}')).toBe(1);
    expect(await figure(sidecar, 'sidecast_sent_bytes_total{kind="continuous"}')).toBeGreaterThanOrEqual(tuner.size);
  }
  await until('the tuner has left', async () => (await figure(sidecar, 'sidecast_viewers{kind="ts"}')) === 0);
  const segmentBytes = player.played.reduce((sum, { bytes }) => sum + bytes.length, 0);
  expect(await figure(sidecar, 'sidecast_sent_bytes_total{kind="segment"}')).toBe(segmentBytes);
  expect(await figure(sidecar, 'sidecast_segments_published_total')).toBeGreaterThanOrEqual(player.played.length);
  expect(await figure(sidecar, 'sidecast_splice_seconds_count')).toBeGreaterThanOrEqual(player.played.length);
  // Two films of three segments each, over and over: developed once.
  expect(await figure(sidecar, 'sidecast_reel_reads_total{result="miss"}')).toBeLessThanOrEqual(7);
  expect(await figure(sidecar, 'sidecast_reel_reads_total{result="hit"}')).toBeGreaterThan(0);
  expect(await figure(sidecar, 'sidecast_runs_total{outcome="whole"}')).toBeGreaterThan(0);
  const [session] = await sidecar.streams();
  expect(session?.slate_count).toBe(0);
  expect(session?.join_count).toBeGreaterThanOrEqual(2);
});
