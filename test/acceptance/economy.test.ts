import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { HlsPlayer } from '../support/hls-player.ts';
import type { ApiClient } from '../support/http-client.ts';
import { startInProcess } from '../support/in-process.ts';
import { makeLibrary } from '../support/library.ts';
import { developedTwice, processesIn, ScriptedFFmpeg } from '../support/scripted-ffmpeg.ts';
import { playOn } from '../support/step.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');
const GRACE_MS = 30_000;
const SWEEP_MS = 60_000;

let folder: string;
let library: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'economy-'));
  library = await makeLibrary(folder, ['mp4At24', 'mkvAt25', 'silentAt50'], { seconds: 2.9 });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A sidecar of the test's own, with its clock and its list of ffmpegs. */
async function onAir() {
  const own = path.join(folder, String(++count));
  const clock = new WoundClock(START_MS);
  const ffmpeg = await ScriptedFFmpeg.make(own);
  const begin = async () => {
    const sidecar = await startInProcess({ folder: own, library, clock, env: ffmpeg.env });
    const channel = await sidecar.channel();
    const playlist = `${sidecar.url}/stream/${channel.id}/480p.m3u8`;
    const continuous = `${sidecar.url}/stream/${channel.id}.ts`;
    return { sidecar, channel, playlist, continuous, [Symbol.asyncDispose]: () => sidecar[Symbol.asyncDispose]() };
  };
  return { own, clock, ffmpeg, begin };
}

/** Everything that is needed soon has been developed. */
async function atRest(sidecar: ApiClient): Promise<void> {
  await until('no run is in progress', async () =>
    (await sidecar.streams()).every(({ ffmpeg_pid }) => ffmpeg_pid === 0),
  );
}

test('a second showing starts no ffmpeg, nor does one after a restart develop anything', async () => {
  const { clock, ffmpeg, begin } = await onAir();
  {
    await using first = await begin();
    const player = new HlsPlayer().tuneTo(first.playlist);
    await playOn(player, 10, { ...first, clock });
    await atRest(first.sidecar);
    const calls = await ffmpeg.calls();
    expect(calls.length).toBeGreaterThan(3);
    await playOn(player, 18, { ...first, clock });
    expect(await ffmpeg.calls()).toEqual(calls);
  }
  const runs = await ffmpeg.runs();
  await using second = await begin();
  await playOn(new HlsPlayer().tuneTo(second.playlist), 9, { ...second, clock });
  expect(await ffmpeg.runs()).toEqual(runs);
});

test('viewers who arrive at once, later, and by other means share every run', async () => {
  const { clock, ffmpeg, begin } = await onAir();
  await using all = await begin();
  const { sidecar, channel, playlist, continuous } = all;
  using tuner = new TsViewer(continuous);
  const [one, two] = [new HlsPlayer('one').tuneTo(playlist), new HlsPlayer('two').tuneTo(playlist)];
  await Promise.all([one.load(), two.load(), tuner.watches()]);
  expect(await sidecar.streams()).toMatchObject([{ channel_id: channel.id, client_count: 3, state: 'active' }]);
  await playOn(one, 4, { ...all, clock });
  const later = new HlsPlayer('later').tuneTo(playlist);
  await playOn(later, 8, { ...all, clock });
  const runs = await ffmpeg.runs();
  expect(runs.length).toBeGreaterThan(2);
  expect(developedTwice(runs)).toEqual([]);
});

test('when nobody watches any more, no ffmpeg and no segment is left after grace period and sweep', async () => {
  const { own, clock, begin } = await onAir();
  await using watched = await begin();
  const { sidecar, playlist, continuous } = watched;
  {
    using tuner = new TsViewer(continuous);
    await tuner.watches();
    await playOn(new HlsPlayer().tuneTo(playlist), 4, { ...watched, clock });
    expect(await readdir(path.join(own, 'streams'))).toContain(watched.channel.id);
  }
  await until('the tuner has gone', async () => (await sidecar.streams())[0]?.client_count === 1);
  await clock.wind(GRACE_MS / 2);
  expect(await sidecar.streams()).toMatchObject([{ client_count: 0, state: 'active' }]);
  await clock.wind(GRACE_MS + SWEEP_MS);
  await until('the stream has ended', async () => (await sidecar.streams()).length === 0);
  expect((await readdir(path.join(own, 'streams'))).filter((name) => !name.startsWith('.'))).toEqual([]);
  expect(await processesIn(own)).toEqual([]);
});

test('a stream that is stopped ends its continuous viewers, and one who tunes in meanwhile is served anew', async () => {
  const { clock, begin } = await onAir();
  await using stopped = await begin();
  const { sidecar, channel, playlist, continuous } = stopped;
  using tuner = await new TsViewer(continuous).watches();
  const [before] = await sidecar.json<{ id: string }[]>('/api/streams');
  const stopping = sidecar.status(`/api/streams/${channel.id}`, { method: 'DELETE' });
  const player = new HlsPlayer().tuneTo(playlist);
  const [status] = await Promise.all([stopping, player.load()]);
  expect(status).toBe(204);
  await tuner.end();
  expect(player.played.length).toBeGreaterThan(0);
  const [after] = await sidecar.json<{ id: string; client_count: number }[]>('/api/streams');
  expect(after?.id).not.toBe(before?.id);
  expect(after?.client_count).toBe(1);
  await clock.wind(4_000);
  await until('the one viewer has gone', async () => (await sidecar.streams())[0]?.client_count === 0);
});
