import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { systemClock } from '../../src/shared/clock.ts';
import { startInProcess } from '../support/in-process.ts';
import { readPlaylist } from '../support/jellyfin/playlist.ts';
import { GENERATIONS, StandInJellyfin } from '../support/jellyfin/stand-in.ts';
import { faultless } from '../support/judge.ts';
import { addFilm } from '../support/library.ts';
import { wholeSegments } from '../support/transport.ts';
import { until } from '../support/until.ts';

// Everything here is real, the time too: a tuner is watched over three programmes.
jest.setTimeout(180_000);

const SHOWS = ['24 Hour Comedy', 'Alpha'];
const EPISODE_SECONDS = 3;

let folder: string;
let library: string;
let ports: readonly number[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'jellyfin-'));
  library = path.join(folder, 'library');
  for (const show of SHOWS) {
    await mkdir(path.join(library, show), { recursive: true });
    for (const episode of [1, 2]) {
      const as = `${show} S01E0${episode}.mkv`;
      await addFilm(path.join(library, show), 'mkvAt25', { seconds: EPISODE_SECONDS, as });
    }
  }
  ports = await freePorts(GENERATIONS.length);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = (own: string, env: Readonly<Record<string, string>> = {}) =>
  startInProcess({
    ...{ folder: own, library, clock: systemClock() },
    env: {
      ...{ SIDECAST_PORT: String(ports[0]), SIDECAST_HDHOMERUN_TUNERS: '1' },
      SIDECAST_HDHOMERUN_DEVICES: ports
        .slice(1)
        .map((port) => `${port}=For ${port}:1-9`)
        .join(','),
      ...env,
    },
  });

test('every generation finds the channels and guides, shares one request over joins, and comes back after a restart', async () => {
  const own = path.join(folder, 'open');
  const servers = GENERATIONS.map((generation) => ({
    generation,
    jellyfin: new StandInJellyfin(generation, folder),
  }));
  try {
    const [url = '', ...others] = ports.map((port) => `http://127.0.0.1:${port}`);
    {
      await using sidecar = await start(own);
      await until('all channels are there', async () => (await sidecar.channels()).length === SHOWS.length);
      await Promise.all(
        servers.map(async ({ generation, jellyfin }) => {
          await findsEverything(jellyfin, url, generation.fetchesIconsAtRefresh, generation.rereadsGuide);
          await recordsAcrossBoundaries(3, jellyfin, path.join(folder, `recording-${generation.version}.ts`));
        }),
      );
      const [session] = await sidecar.streams();
      expect(session).toMatchObject({ client_count: servers.length, slate_count: 0 });
      // Leaving the block stops the sidecar under those who watch.
    }
    await until('the tuner’s answers have ended', () => servers.every(({ jellyfin }) => watched(jellyfin)?.hasEnded));

    await using sidecar = await start(own);
    await Promise.all(servers.map(({ jellyfin }) => comesBack(jellyfin, folder)));
    expect((await sidecar.streams())[0]).toMatchObject({ client_count: servers.length });
    // Each has a device of its own: they have one tuner each.
    await Promise.all(servers.map(({ jellyfin }, index) => usesTheDevice(jellyfin, [url, ...others][index] ?? '')));
    await readsHls(`${url}/channels.m3u?format=hls`);
  } finally {
    for (const { jellyfin } of servers) jellyfin.close();
  }
});

test('signed addresses serve a server just as well, before and after a restart', async () => {
  const own = path.join(folder, 'signed');
  const env = { SIDECAST_SIGNED_URLS: 'on', SIDECAST_API_KEY: 'correct-horse-battery' };
  const [generation] = GENERATIONS.slice(-1);
  const jellyfin = new StandInJellyfin(generation!, folder);
  try {
    {
      await using sidecar = await start(own, env);
      await until('all channels are there', async () => (await sidecar.channels()).length === SHOWS.length);
      const { m3u_url } = await sidecar.json<{ m3u_url: string }>('/api/addresses');
      const signed = m3u_url.replace('/channels.m3u', '');
      expect(new URL(signed).pathname).toMatch(/^\/~/);
      await findsEverything(jellyfin, signed, generation!.fetchesIconsAtRefresh, generation!.rereadsGuide);
      await recordsAcrossBoundaries(1, jellyfin, path.join(folder, 'recording-signed.ts'));
    }
    await until('the tuner’s answer has ended', () => watched(jellyfin)?.hasEnded);
    await using sidecar = await start(own, env);
    await comesBack(jellyfin, folder);
    expect((await sidecar.streams())[0]).toMatchObject({ client_count: 1, slate_count: 0 });
    const { m3u_url } = await sidecar.json<{ m3u_url: string }>('/api/addresses');
    await readsHls(`${m3u_url}?format=hls`);
  } finally {
    jellyfin.close();
  }
});

/** Playlist, guide, pictures and matching. */
async function findsEverything(
  jellyfin: StandInJellyfin,
  url: string,
  fetchesIcons: boolean,
  rereadsGuide: boolean,
): Promise<void> {
  const { client } = jellyfin;
  await jellyfin.addPlaylist(`${url}/channels.m3u`);
  const guide = jellyfin.saveGuide(`${url}/guide.xml`);
  await jellyfin.refresh();
  // A no-break space ties the number to the name, since a first word that is a number would go.
  expect(jellyfin.channels.map(({ number, name }) => `${number} ${name.replace('\u00a0', ' ')}`)).toEqual([
    '1 24 Hour Comedy',
    '2 Alpha',
  ]);
  for (const channel of jellyfin.channels) {
    const now = Date.now();
    expect(channel.programmes.filter(({ startMs, stopMs }) => startMs <= now && now < stopMs)).toHaveLength(1);
    // What a tuner of another kind tells less of is matched all the same.
    const { number, name } = channel;
    expect(jellyfin.programmesFor({ guideId: undefined, number, name: '' })).toEqual(channel.programmes);
    expect(jellyfin.programmesFor({ guideId: undefined, number: '', name: name.replace('\u00a0', ' ') })).toEqual(
      channel.programmes,
    );
  }
  const ids = jellyfin.channels.map(({ id }) => id);
  jellyfin.saveGuide(`${url}/guide.xml`, guide);
  await jellyfin.refresh();
  expect(jellyfin.channels.map(({ id }) => id)).toEqual(ids);
  const readings = ['channels.m3u', 'guide.xml'].map((list) => client.count('GET', new URL(`${url}/${list}`).pathname));
  expect(readings).toEqual([3, rereadsGuide ? 2 : 1]);
  const icons = client.calls.filter(({ path: asked }) => /logo/.test(asked));
  expect(icons).toHaveLength(fetchesIcons ? 2 * jellyfin.channels.length : 0);
}

/** A recording and a viewer share one request, which goes on as programmes begin. */
async function recordsAcrossBoundaries(programmes: number, jellyfin: StandInJellyfin, file: string): Promise<void> {
  const channel = jellyfin.channels[1]!;
  const recording = await jellyfin.open(channel);
  expect(recording.probed).toEqual({ codecs: ['aac', 'h264'], size: '854x480', rate: '25/1' });
  const viewer = await jellyfin.open(channel);
  expect(viewer.stream).toBe(recording.stream);
  const from = Date.now();
  const boundaries = channel.programmes.map(({ startMs }) => startMs).filter((startMs) => startMs > from);
  const end = boundaries[programmes - 1]! + 1000;
  await until('so many programmes have begun', () => Date.now() >= end);
  await writeFile(file, wholeSegments(recording.bytes()));
  recording.close();
  expect(jellyfin.client.count('GET', new URL(channel.url).pathname)).toBe(1);
  expect(recording.stream.hasEnded).toBe(false);
  const { seconds } = await faultless(file);
  expect(seconds).toBeGreaterThan((programmes - 1) * EPISODE_SECONDS);
}

/** What the viewer still watches. */
function watched(jellyfin: StandInJellyfin) {
  return jellyfin.streamOf(jellyfin.channels[1]!);
}

/** Nothing is asked until somebody opens the channel again; then it is one request, without a look at what it is. */
async function comesBack(jellyfin: StandInJellyfin, directory: string): Promise<void> {
  const channel = jellyfin.channels[1]!;
  const { pathname } = new URL(channel.url);
  expect(jellyfin.client.count('GET', pathname)).toBe(1);
  const again = await jellyfin.open(channel);
  const received = await until('it plays', () => {
    const whole = wholeSegments(again.bytes());
    return whole.length > 100_000 && whole;
  });
  expect(jellyfin.client.count('GET', pathname)).toBe(2);
  const file = path.join(directory, `again-${Math.random()}.ts`);
  await writeFile(file, received);
  await faultless(file);
  // It is still what the server has remembered, and will for weeks.
  expect(await again.stream.probe(file)).toEqual(again.probed);
}

/** The flow of an HDHomeRun: its line-up, its guide by number, its tuners. */
async function usesTheDevice(jellyfin: StandInJellyfin, url: string): Promise<void> {
  const { client } = jellyfin;
  await jellyfin.addDevice(url);
  await jellyfin.refresh();
  const [first, second] = jellyfin.channels.filter(({ id }) => id.startsWith('hdhr_'));
  expect([first?.id, second?.id]).toEqual(['hdhr_1', 'hdhr_2']);
  expect(first!.programmes.length).toBeGreaterThan(0);
  const opened = await jellyfin.open(first!);
  await expect(jellyfin.open(second!)).rejects.toThrow('500');
  expect(client.calls.filter(({ path: asked }) => asked.startsWith('/auto/'))).toEqual([
    { method: 'GET', path: '/auto/v1' },
  ]);
  opened.close();
  // The same address in a playlist has no extension: it is asked what it is, then opened once.
  const inPlaylist = await jellyfin.open({ id: 'm3u_auto', url: `${url}/auto/v2` });
  expect(client.calls.slice(-2)).toEqual([
    { method: 'HEAD', path: '/auto/v2' },
    { method: 'GET', path: '/auto/v2' },
  ]);
  inPlaylist.close();
}

/** Tuners of HLS are opened by its ffmpeg itself, under a browser's name; it takes no address of another extension. */
async function readsHls(list: string): Promise<void> {
  const [entry] = readPlaylist(await (await fetch(list)).text(), list);
  const browser = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/122.0.0.0 Safari/537.36';
  const { stdout, stderr } = await execa('ffprobe', [
    ...['-v', 'error', '-user_agent', browser, '-analyzeduration', '3000000'],
    ...['-of', 'csv=p=0', '-show_entries', 'stream=codec_name', entry?.url ?? ''],
  ]);
  expect([new Set(stdout.match(/\w+/g)), stderr]).toEqual([new Set(['h264', 'aac']), '']);
  const [variant = ''] = await addressesIn(entry?.url ?? '');
  const listed = [variant, ...(await addressesIn(variant))].map((address) => path.extname(new URL(address).pathname));
  expect(new Set(listed)).toEqual(new Set(['.m3u8', '.ts']));
}

async function addressesIn(playlist: string): Promise<string[]> {
  const answer = await fetch(playlist);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => new URL(line, answer.url).href);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const free = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => (server.close(), once(server, 'close'))));
  return free;
}
