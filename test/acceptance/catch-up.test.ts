import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { createGrid } from '../../src/schedule/grid.ts';
import { readBarCodes } from '../support/barcode.ts';
import { FILMS } from '../support/films.ts';
import type { ApiClient, ProgrammeJson } from '../support/http-client.ts';
import { startInProcess } from '../support/in-process.ts';
import { faultless } from '../support/judge.ts';
import { makeLibrary } from '../support/library.ts';
import { sourcePictures } from '../support/source.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');

let folder: string;
let library: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'catch-up-'));
  library = await makeLibrary(folder, ['mkvAt25']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a programme of the past is played from the schedule, the same by HLS and by MPEG-TS', async () => {
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder, library, clock, env: { SIDECAST_CATCH_UP_DAYS: '1' } });
  const { id } = await sidecar.channel();
  const programme = await onAir(sidecar, id);
  await clock.wind(3_600_000);
  const start = startOf(programme);
  const listed = await listing(`${sidecar.url}/stream/${id}/480p.m3u8?start=${start}`);
  expect(listed.text).toContain('#EXT-X-PLAYLIST-TYPE:VOD\n');
  expect(listed.text).toMatch(/#EXT-X-ENDLIST\n$/);
  expect(listed.segments).toHaveLength(segmentsOf(programme));
  const parts: Buffer[] = [];
  for (const segment of listed.segments) parts.push(await bytesOf(segment));
  const played = Buffer.concat(parts);
  const pictures = await readBarCodes(played);
  expect(pictures).toEqual(await sourcePictures('mkvAt25', createGrid({ num: 25, den: 1 }, 1), pictures.length));

  const whole = await bytesOf(`${sidecar.url}/stream/${id}.ts?start=${start}`);
  expect(whole.equals(played)).toBe(true);
  const file = path.join(folder, 'past.ts');
  await writeFile(file, whole);
  await faultless(file);
  // From its middle on, as a host does that winds.
  expect((await bytesOf(`${sidecar.url}/stream/${id}.ts?start=${start + 3}`)).length).toBeLessThan(whole.length);
  // Nobody was on air for it.
  expect(await sidecar.streams()).toEqual([]);
  const m3u = await sidecar.text('/channels.m3u');
  expect(m3u).toContain(
    `catchup="default" catchup-source="${sidecar.url}/stream/${id}.ts?start={utc}" catchup-days="1"`,
  );
});

test('the programme on air is started over, and its playlist grows until its end', async () => {
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder, library, clock });
  const { id } = await sidecar.channel();
  const programme = await beginning(sidecar, id, clock);
  await clock.wind(2_000);
  const master = await listing(`${sidecar.url}/stream/${id}/now.m3u8?from=start`);
  expect(master.segments).toEqual([`${sidecar.url}/stream/${id}/480p.m3u8?start=${startOf(programme)}`]);
  const [address = ''] = master.segments;
  const growing = await listing(address);
  expect(growing.text).toContain('#EXT-X-PLAYLIST-TYPE:EVENT\n#EXT-X-START:TIME-OFFSET=0\n');
  expect(growing.text).not.toContain('#EXT-X-ENDLIST');
  expect(growing.segments.length).toBeLessThan(6);
  const [first] = await readBarCodes(await bytesOf(growing.segments[0]!));
  expect(first).toEqual({ film: FILMS.mkvAt25.number, picture: 0 });
  await clock.wind(10_000);
  const ended = await listing(address);
  expect(ended.text).toMatch(/#EXT-X-PLAYLIST-TYPE:EVENT\n[^]*#EXT-X-ENDLIST\n$/);
  expect(ended.segments.slice(0, growing.segments.length)).toEqual(growing.segments);
  expect(ended.segments).toHaveLength(segmentsOf(programme));
  // Later, with no days offered, it is over for good.
  await clock.wind(60_000);
  expect(await refusal(address)).toEqual([404, 'not_aired']);
});

test('what was not on air, or too long ago, is refused in words, and without any at addresses of streams', async () => {
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder, library, clock, env: { SIDECAST_CATCH_UP_DAYS: '1' } });
  const { id } = await sidecar.channel();
  const now = Math.floor(clock.now() / 1000);
  const base = `${sidecar.url}/stream/${id}`;
  for (const start of [now + 60, now - 3 * 86_400, 0]) {
    expect(await refusal(`${base}/480p.m3u8?start=${start}`)).toEqual([404, 'not_aired']);
    expect([start, ...(await bodyless(`${base}.ts?start=${start}`))]).toEqual([start, 404, '']);
  }
  for (const start of ['', 'now', '-1', '1e3', '123456789012'])
    expect(await refusal(`${base}/master.m3u8?start=${start}`)).toEqual([400, 'invalid_query']);
  expect(await refusal(`${base}/now.m3u8?from=end`)).toEqual([400, 'invalid_query']);
  expect(await bodyless(`${base}/past/480p/99999999999.ts`)).toEqual([404, '']);
  expect(await bodyless(`${base}/past/480p/01.ts`)).toEqual([400, '']);
});

test('whoever watches the past takes a place, and one more is refused in words, there and on air', async () => {
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder, library, clock, env: { SIDECAST_MAX_VIEWERS: '1' } });
  const { id } = await sidecar.channel();
  const start = startOf(await beginning(sidecar, id, clock));
  const past = `${sidecar.url}/stream/${id}/480p.m3u8?start=${start}`;
  const as = (player: string) => ({ headers: { 'user-agent': player } });
  expect(await sidecar.status(`/stream/${id}/480p.m3u8?start=${start}`, as('one'))).toBe(200);
  expect(await sidecar.status(`/stream/${id}/past/480p/${await firstNumber(past, as('one'))}.ts`, as('one'))).toBe(200);
  expect(await sidecar.text('/metrics')).toContain('sidecast_viewers{kind="catch_up"} 1');
  const refused = await fetch(past, as('two'));
  expect([refused.status, await refused.json()]).toEqual([
    503,
    { error: 'too_many_viewers', message: expect.stringContaining('all 1 places are taken') },
  ]);
  expect(await bodyless(`${sidecar.url}/stream/${id}.ts?start=${start}`)).toEqual([503, '']);
  expect(await bodyless(`${sidecar.url}/stream/${id}.ts`)).toEqual([503, '']);
  // Whoever has gone has left the place to others.
  await clock.wind(30_000);
  {
    using viewer = new TsViewer(`${sidecar.url}/stream/${id}.ts`);
    await viewer.watches();
    expect(await sidecar.status(`/stream/${id}/now.m3u8?from=start`, as('two'))).toBe(200);
    const now = startOf(await onAir(sidecar, id));
    expect(await refusal(`${sidecar.url}/stream/${id}/480p.m3u8?start=${now}`)).toEqual([503, 'too_many_viewers']);
  }
});

test('whoever watches the past in a quality that is taken away watches on, and nobody else may afterwards', async () => {
  const own = path.join(folder, 'taken');
  const films = await makeLibrary(own, ['mkvAt25']);
  const clock = new WoundClock(START_MS);
  const env = { SIDECAST_QUALITIES: '720p,480p' };
  await using sidecar = await startInProcess({ folder: own, library: films, clock, env });
  const { id } = await sidecar.channel();
  const start = startOf(await beginning(sidecar, id, clock));
  await clock.wind(4_000);
  const past = `${sidecar.url}/stream/${id}/720p.m3u8?start=${start}`;
  const { segments } = await listing(past);
  const [first = '', second = ''] = segments;
  await bytesOf(first);

  const headers = { 'content-type': 'application/json', 'if-match': '*' };
  const change = { method: 'PATCH', headers, body: JSON.stringify({ qualities: ['480p'] }) };
  expect(await sidecar.status(`/api/channels/${id}`, change)).toBe(200);
  expect((await listing(past)).segments).toEqual(segments);
  await bytesOf(second);
  // On air it is not to be had any more.
  expect(await refusal(`${sidecar.url}/stream/${id}/720p.m3u8`)).toEqual([400, 'invalid_quality']);
  await clock.wind(30_000);
  expect(await refusal(past)).toEqual([400, 'invalid_quality']);
  expect(await bodyless(second)).toEqual([400, '']);
});

test('a programme whose file has gone is its card', async () => {
  const own = path.join(folder, 'gone');
  const films = await makeLibrary(own, ['mkvAt25'], { seconds: 3 });
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder: own, library: films, clock });
  const { id } = await sidecar.channel();
  const programme = await beginning(sidecar, id, clock);
  await rm(films, { recursive: true });
  const { segments } = await listing(`${sidecar.url}/stream/${id}/480p.m3u8?start=${startOf(programme)}`);
  let card: Buffer | undefined;
  const asked = bytesOf(segments[0]!).then((bytes) => (card = bytes));
  await until('the item was waited for, and the card was made', async () => {
    await clock.wind(200);
    return card !== undefined;
  });
  const file = path.join(own, 'card.ts');
  await writeFile(file, await asked);
  await faultless(file);
});

async function onAir(sidecar: ApiClient, channelId: string): Promise<ProgrammeJson> {
  return until('something is on air', async () => (await sidecar.now(channelId)).now);
}

/** Winds to the first second of a programme. */
async function beginning(sidecar: ApiClient, channelId: string, clock: WoundClock): Promise<ProgrammeJson> {
  const before = await onAir(sidecar, channelId);
  await clock.wind(Date.parse(before.stop) - clock.now() + 500);
  return onAir(sidecar, channelId);
}

/** Segments of these channels last a second. */
const segmentsOf = ({ start, stop }: ProgrammeJson) => Math.round((Date.parse(stop) - Date.parse(start)) / 1000);
const startOf = ({ start }: ProgrammeJson) => Math.round(Date.parse(start) / 1000);

/** The number of the first segment that a playlist lists. */
async function firstNumber(url: string, init: RequestInit): Promise<string> {
  return /^#EXT-X-MEDIA-SEQUENCE:(\d+)$/m.exec(await (await fetch(url, init)).text())?.[1] ?? '';
}

/** A playlist, and the addresses that it lists. */
async function listing(url: string): Promise<{ text: string; segments: string[] }> {
  const response = await fetch(url);
  const text = await response.text();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/vnd.apple.mpegurl']);
  const segments = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return { text, segments: segments.map((address) => new URL(address, url).href) };
}

async function bytesOf(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'video/MP2T']);
  return Buffer.from(await response.arrayBuffer());
}

async function refusal(url: string): Promise<[number, string]> {
  const response = await fetch(url);
  return [response.status, ((await response.json()) as { error: string }).error];
}

async function bodyless(url: string): Promise<[number, string]> {
  const response = await fetch(url);
  return [response.status, await response.text()];
}
