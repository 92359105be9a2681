import { afterAll, afterEach, beforeAll, expect, it, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FaultCode } from '../../src/verify/faults.ts';
import type { Report } from '../../src/verify/verify.ts';
import { verify } from '../../src/verify/verify.ts';
import { makeHls, makeStream } from './seed.ts';

const SEGMENTS = 8;
const EPOCH_MS = Date.parse('2030-01-01T00:00:00Z');

let folder: string;
let good: Buffer;
let server: Server | undefined;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'verify-live-test-'));
  makeStream(path.join(folder, 'good.ts'), SEGMENTS);
  good = await readFile(path.join(folder, 'good.ts'));
  makeHls(path.join(folder, 'good.ts'), folder, 'live');
});

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

test('a live playlist is polled where it was redirected to, until enough was seen', async () => {
  const asked: string[] = [];
  let loads = 0;
  const address = await serve((request, response) => {
    const { url = '' } = request;
    asked.push(url);
    if (url === '/live.m3u8') response.writeHead(302, { location: '/viewer-1/live.m3u8' }).end();
    else if (url.endsWith('.m3u8')) response.end(playlistFrom(loads++));
    else void sendSegment(url, response);
  });
  const waits: number[] = [];
  const report = await judge(`${address}/live.m3u8`, 5, async (delayMs) => void waits.push(delayMs));
  expect(report.faults).toEqual([]);
  // Three target durations from the end of the first list, then one more at each load.
  expect(report.facts).toMatchObject({ segments: 5, playlistLoads: 3, pictures: 125, discontinuities: 0 });
  expect(asked.filter((url) => url === '/live.m3u8')).toHaveLength(1);
  expect(asked.filter((url) => url === '/viewer-1/live.m3u8')).toHaveLength(3);
  expect(waits).toHaveLength(2);
  expect(Math.max(...waits)).toBeLessThanOrEqual(1000);
});

test('a playlist may be empty at first, and count the discontinuities that leave it', async () => {
  const address = await serveLive((load) => {
    if (load === 0) return '#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n';
    const left = load > 4 ? '#EXT-X-DISCONTINUITY-SEQUENCE:1\n#EXT-X-PROGRAM' : '#EXT-X-PROGRAM';
    return playlistFrom(load - 1)
      .replace(/#EXT-X-PROGRAM/, left)
      .replace('live3.ts', 'live3.ts\n#EXT-X-DISCONTINUITY');
  });
  const report = await judge(`${address}/live.m3u8`, 6);
  expect(report.faults).toEqual([]);
  expect(report.facts).toMatchObject({ segments: 6, discontinuities: 1 });
});

test('a playlist that ends is read to its end, however little was asked for', async () => {
  const address = await serveLive((load) => `${playlistFrom(load)}#EXT-X-ENDLIST\n`);
  const report = await judge(`${address}/live.m3u8`, 1);
  expect(report.faults).toEqual([]);
  expect(report.facts).toMatchObject({ segments: 4, playlistLoads: 1 });
});

it.each<[string, FaultCode[], (load: number) => string]>([
  ['a media sequence that goes back', ['media_sequence_back'], (load) => playlistFrom(load === 1 ? 0 : load + 1)],
  ['a segment that changes its name', ['segment_renamed'], (load) => edited(load, 'live3.ts', 'live3.ts?again')],
  ['a segment whose date moves', ['date_changed'], (load) => edited(load, '00:00:03.000Z', '00:00:03.040Z')],
  [
    'a segment whose EXTINF changes',
    ['extinf_changed'],
    (load) => edited(load, '1.000,\nlive3.ts', '1.010,\nlive3.ts'),
  ],
  ['a target duration that changes', ['target_duration_changed'], (load) => edited(load, 'DURATION:1', 'DURATION:2')],
  [
    'discontinuities that are not counted',
    ['discontinuity_sequence'],
    (load) => edited(load, '#EXTINF', '#EXT-X-DISCONTINUITY\n#EXTINF'),
  ],
  ['segments that are gone too early', ['segment_skipped'], (load) => playlistFrom(load === 0 ? 0 : 5)],
  [
    'an EVENT playlist that forgets',
    ['event_shrunk'],
    (load) => playlistFrom(load).replace('#EXTINF', '#EXT-X-PLAYLIST-TYPE:EVENT\n#EXTINF'),
  ],
  ['a playlist that stands still', ['playlist_stalled'], () => playlistFrom(0)],
  ['a playlist that is gone for a moment', ['playlist_missing'], (load) => (load === 1 ? '' : playlistFrom(load))],
])('%s is found', async (_, codes, playlistAt) => {
  const address = await serveLive(playlistAt);
  const { faults } = await judge(`${address}/live.m3u8`, 5);
  expect(faults.map(({ code }) => code)).toEqual(codes);
});

test('a continuous stream is cut where neither picture nor sound is torn', async () => {
  const address = await serve((_, response) => response.write(good));
  const report = await judge(`${address}/channel.ts`, 4);
  expect(report.faults).toEqual([]);
  expect(report.facts.seconds).toBeGreaterThanOrEqual(4);
  expect(report.facts.seconds).toBeLessThan(5);
});

test('a continuous stream may be joined anywhere', async () => {
  const address = await serve((_, response) => response.end(good.subarray(188 * 431 + 77)));
  const { faults, facts } = await judge(`${address}/channel.ts`, 30);
  expect(faults.map(({ code }) => code)).toEqual(['sync_lost']);
  expect(facts.keyPictures).toBeGreaterThan(2);
});

test('a stream that breaks off is judged as far as it came', async () => {
  const address = await serve((_, response) => {
    response.writeHead(200, { 'content-length': good.length });
    response.write(good.subarray(0, good.length / 2), () => response.destroy());
  });
  const { faults, facts } = await judge(`${address}/channel.ts`, 30);
  expect(faults.map(({ code }) => code)).toContain('source_broken');
  expect(facts.pictures).toBeGreaterThan(50);
});

test('what a server refuses is unreadable, and so is a server that is not there', async () => {
  const address = await serve((_, response) => response.writeHead(503).end());
  await expect(judge(`${address}/channel.ts`, 1)).rejects.toMatchObject({ code: 'source_unreadable', message: /503/ });
  server?.close();
  await expect(judge(`${address}/channel.ts`, 1)).rejects.toMatchObject({ code: 'source_unreadable' });
});

test('the judge can be called off', async () => {
  const address = await serveLive(() => playlistFrom(0));
  const controller = new AbortController();
  const wait = async () => controller.abort(new Error('called off'));
  const options = { seconds: 30, ffmpegPath: 'ffmpeg', signal: controller.signal, wait };
  await expect(verify(`${address}/live.m3u8`, options)).rejects.toThrow('called off');
});

async function judge(url: string, seconds: number, wait = async (_delayMs: number) => {}): Promise<Report> {
  return verify(url, { seconds, ffmpegPath: 'ffmpeg', wait });
}

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Serves a playlist that may differ at each load; an empty one is a 404. */
async function serveLive(playlistAt: (load: number) => string): Promise<string> {
  let load = 0;
  return serve((request, response) => {
    const { url = '' } = request;
    if (!url.endsWith('.m3u8')) return void sendSegment(url, response);
    const text = playlistAt(load++);
    response.writeHead(text === '' ? 404 : 200).end(text);
  });
}

async function sendSegment(url: string, response: Parameters<RequestListener>[1]): Promise<void> {
  const { pathname } = new URL(url, 'http://localhost');
  response.end(await readFile(path.join(folder, path.basename(pathname))));
}

/** Four segments of a second from `first` on. */
function playlistFrom(first: number): string {
  const segments = [0, 1, 2, 3].map((i) => first + i).filter((sequence) => sequence < SEGMENTS);
  const lines = segments.flatMap((sequence) => [
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(EPOCH_MS + sequence * 1000).toISOString()}`,
    '#EXTINF:1.000,',
    `live${sequence}.ts`,
  ]);
  return ['#EXTM3U', '#EXT-X-TARGETDURATION:1', `#EXT-X-MEDIA-SEQUENCE:${first}`, ...lines, ''].join('\n');
}

/** The playlist as it grows, changed from its second load on. */
function edited(load: number, from: string, to: string): string {
  return load === 0 ? playlistFrom(0) : playlistFrom(load).replace(from, to);
}
