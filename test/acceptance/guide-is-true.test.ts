import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseXmltv } from '@iptv/xmltv';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { type BarCode, readBarCodes } from '../support/barcode.ts';
import { FILMS, type FilmName } from '../support/films.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import type { ApiClient, ChannelJson, NowJson } from '../support/http-client.ts';
import { startInProcess } from '../support/in-process.ts';
import { JellyfinRows } from '../support/jellyfin-rows.ts';
import { addFilm } from '../support/library.ts';
import { timesOf } from '../support/on-schedule.ts';
import { segmentsPerReel } from '../support/reels-on-disk.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

/** All channels begin at a quarter to eight and a minute, and what begins on time does so at eight. */
const START_MS = Date.parse('2031-05-06T07:59:40Z');
const BEGIN = '2031-05-06T07:59:45Z';
const SEGMENTS = 34;
const PICTURES = 25;
const DELAY_MINUTES = 15;

/** What is in the library: the films that an item is made of, and what the server has marked, in seconds. */
interface Item {
  readonly files: readonly FilmName[];
  readonly episode?: number;
  readonly chapters?: readonly number[];
  readonly commercial?: number;
  /** Its intro lasts so many seconds. */
  readonly intro?: number;
  readonly isShort?: boolean;
}
const ITEMS: Readonly<Record<string, Item>> = {
  Heat: { files: ['mkvAt25'], chapters: [0, 3, 6], commercial: 4 },
  Parts: { files: ['rotated', 'centreOnly'] },
  Pause: { files: ['holeInSound'], chapters: [0, 5], commercial: 7 },
  Pilot: { files: ['anamorphic'], episode: 1, intro: 2 },
  Second: { files: ['eightChannels'], episode: 2 },
  Spot: { files: ['tagged601'], isShort: true },
  Trailer: { files: ['tagged709'], isShort: true },
};
const id = (number: number) => number.toString(16).padStart(32, '0');
const idOf = (title: string) => id(16 + Object.keys(ITEMS).indexOf(title));

const films = { kind: 'query', where: { kind: 'film', not: { tag: ['short'] } } };
const items = { kind: 'query', where: { any: ['Heat', 'Pause'].map((title) => ({ title })) } };
const filler = [{ content: [{ kind: 'query', where: { tag: ['short'] } }] }];
const ends = { loop: false };
const eight = (more: object) => ({
  ...{ name: 'Eight', times: [{ from: '08:00', to: '09:00' }], ...ends, ...more },
  content: [{ kind: 'season', show: 'Alpha', season: 1 }],
});
const midRoll = (at: string) => ({ at, count: 1, min_minutes: 0.03 });

/** Each kind of programming. */
const CHANNELS: Readonly<Record<string, object>> = {
  'Breaks at chapters': { default: { content: [items], ...ends, mid_roll: midRoll('chapters') } },
  'Breaks at commercials': {
    default: {
      ...{ content: [{ kind: 'collection', name: 'Best' }], order: { kind: 'air_date' }, ...ends },
      mid_roll: midRoll('commercials'),
    },
  },
  'Shows in turn without intros': {
    default: {
      ...{
        content: [
          { kind: 'show', show: 'Alpha' },
          { ...films, weight: 2 },
        ],
        order: { kind: 'rotate' },
        ...ends,
      },
      ...{ skip: ['intro'], between: { every: 1, count: 1 } },
    },
  },
  'Up to the quarter': { default: { content: [films], order: { kind: 'shuffle' }, ...ends, pad_minutes: 15 } },
  'Filled before eight': {
    default: { content: [films], order: { kind: 'random' }, ...ends },
    dayparts: [eight({ order: { kind: 'season_episode' } })],
  },
  'Cut at eight': { default: { content: [items], ...ends }, dayparts: [eight({ run_over: 'cut' })] },
  'Late after eight': { default: { content: [items], ...ends }, dayparts: [eight({ late_minutes: 0.5 })] },
};
/** Where a programme is cut. */
const CUT = 'Cut at eight';

let folder: string;
/** What a film shows on the channels' clock from its beginning on: the numbers of its pictures. */
const shown = new Map<FilmName, readonly number[]>();
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'guide-is-true-'));
  for (const [title, { files }] of Object.entries(ITEMS)) {
    for (const [index, name] of files.entries()) {
      await mkdir(path.dirname(fileOf(title, index)), { recursive: true });
      await addFilm(path.dirname(fileOf(title, index)), name, { as: path.basename(fileOf(title, index)) });
      shown.set(name, await picturesOf(name));
    }
  }
  await JellyfinRows.build(path.join(folder, 'config/data/jellyfin.db'), '10.11', fill);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('what the guide says is what the stream shows, to the frame, whatever fills a channel', async () => {
  const clock = new WoundClock(START_MS - 120_000);
  await using sidecar = await startInProcess({
    ...{ folder, library: '', clock },
    env: { SIDECAST_LIBRARY: `jellyfin:${path.join(folder, 'config')}`, SIDECAST_TIME_ZONE: 'UTC' },
  });
  await developAll(sidecar, clock);
  await clock.wind(START_MS - clock.now());
  const made = new Map<string, ChannelJson>();
  for (const [name, rules] of Object.entries(CHANNELS)) {
    made.set(name, await add(sidecar, name, { kind: 'scheduled', start_at: BEGIN, filler, ...rules }));
  }
  const watched = await Promise.all([...made].map(([name, channel]) => tuneIn(sidecar, name, channel)));
  await watch(watched, sidecar, clock);
  for (const each of watched) expectTrue(each, await guideOf(sidecar, each.channel, each.name));
  const broken = watched.filter(({ name }) => name.startsWith('Breaks'));
  expect(broken.map(({ breaks }) => breaks)).toEqual([3, 2]);

  // A delay shows the same airings: everything is in reels already.
  const [first] = watched;
  const delay = { kind: 'delay', channel_id: first!.channel.id, minutes: DELAY_MINUTES };
  const later = await add(sidecar, 'Later', delay);
  await clock.wind((DELAY_MINUTES * 60 - SEGMENTS) * 1000);
  const developed = await developedSegments();
  const again = await tuneIn(sidecar, 'Later', later);
  await watch([again], sidecar, clock);
  expectTrue(again, await guideOf(sidecar, later, 'Later'));
  expect(again.codes.slice(3 * PICTURES)).toEqual(first!.codes.slice(3 * PICTURES, again.codes.length));
  expect(await developedSegments()).toBe(developed);
});

interface Watched {
  readonly name: string;
  readonly channel: ChannelJson;
  readonly player: HlsPlayer;
  readonly told: NowJson[];
  /** The bar codes of all pictures. */
  codes: readonly BarCode[];
  /** How often a programme was interrupted. */
  breaks: number;
}

/** Watches everything until it is in reels: seven channels at once are too much for a small machine. */
async function developAll(sidecar: ApiClient, clock: WoundClock): Promise<void> {
  const all = { content: [{ kind: 'query', where: {} }], loop: false };
  const channel = await add(sidecar, 'Everything', { kind: 'scheduled', default: all });
  const watched = [await tuneIn(sidecar, 'Everything', channel)];
  while ((await sidecar.now(channel.id)).now !== null) await playOn(watched, sidecar, clock, 1);
}

async function add(sidecar: ApiClient, name: string, programming: object): Promise<ChannelJson> {
  const answer = await fetch(`${sidecar.url}/api/channels`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, programming, frame_rate: '25', segment_seconds: 1 }),
  });
  expect([name, answer.status, answer.ok ? '' : await answer.clone().text()]).toEqual([name, 201, '']);
  return (await answer.json()) as ChannelJson;
}

async function tuneIn({ url }: ApiClient, name: string, channel: ChannelJson): Promise<Watched> {
  const player = new HlsPlayer(name).tuneTo(`${url}/stream/${channel.id}/480p.m3u8`);
  return { name, channel, player, told: [], codes: [], breaks: 0 };
}

/** Watches all channels side by side, and reads their pictures. */
async function watch(watched: readonly Watched[], sidecar: ApiClient, clock: WoundClock): Promise<void> {
  await playOn(watched, sidecar, clock, SEGMENTS);
  for (const each of watched) {
    each.codes = await readBarCodes(Buffer.concat(each.player.played.map(({ bytes }) => bytes)));
  }
}

async function playOn(watched: readonly Watched[], sidecar: ApiClient, clock: WoundClock, segments: number) {
  for (let count = 0; count < segments; count++) {
    await Promise.all(
      watched.map(async ({ player, channel, told }) => {
        told.push(await sidecar.now(channel.id));
        const isThere = () => (player.played.at(-1)?.dateMs ?? 0) > clock.now() - 1000;
        await player.playUntil('what is on air is listed', isThere);
      }),
    );
    await clock.wind(1000);
  }
}

interface Entry {
  readonly title: string;
  readonly startMs: number;
  readonly stopMs: number;
}

async function guideOf(sidecar: ApiClient, { id: channelId }: ChannelJson, name: string): Promise<Entry[]> {
  const { channels = [], programmes = [] } = parseXmltv(await sidecar.text('/guide.xml'));
  const channel = channels.find(({ displayName }) => textOf(displayName) === name);
  expect(channel?.id).toContain(channelId);
  return programmes
    .filter((programme) => programme.channel === channel?.id)
    .map(({ title, subTitle, start, stop }) => ({
      title: textOf(subTitle) ?? textOf(title) ?? '',
      ...{ startMs: start.getTime(), stopMs: stop!.getTime() },
    }));
}

/** Holds the pictures against the guide: no more is known here of what was planned. */
function expectTrue(watched: Watched, guide: readonly Entry[]): void {
  const { name, player, codes, told } = watched;
  const [firstMs, endMs] = [player.played[0]!.dateMs, player.played.at(-1)!.dateMs + 1000];
  expect([name, codes.length]).toEqual([name, ((endMs - firstMs) / 1000) * PICTURES]);
  const codesOf = (startMs: number, stopMs: number) =>
    codes.slice(((startMs - firstMs) / 1000) * PICTURES, ((stopMs - firstMs) / 1000) * PICTURES);
  const seen = guide.filter(({ startMs, stopMs }) => startMs < endMs && stopMs > firstMs);
  expect(seen.length).toBeGreaterThan(1);
  for (const { time, now } of told) {
    const atMs = Date.parse(time);
    const entry = seen.find(({ startMs, stopMs }) => startMs <= atMs && atMs < stopMs);
    expect([name, time, now?.title, now?.start]).toEqual([
      ...[name, time, entry?.title, entry && new Date(entry.startMs).toISOString()],
    ]);
  }
  let untilMs = firstMs;
  for (const { title, startMs, stopMs } of seen) {
    expect(filling(codesOf(untilMs, startMs))).toEqual([]);
    untilMs = stopMs;
    const seenNow = codesOf(startMs, Math.min(stopMs, endMs));
    const own = expected(title, name);
    const numbers = new Set(own.map(({ film }) => film));
    const isOwn = ({ film }: BarCode) => numbers.has(film);
    const found = seenNow.filter(isOwn);
    expect([name, title, inWords(seenNow[0])]).toEqual([name, title, inWords(own[0])]);
    const isWhole = stopMs <= endMs && !(name === CUT && stopMs === Date.parse('2031-05-06T08:00:00Z'));
    expect([name, title, ...found.map(inWords)]).toEqual([
      ...[name, title],
      ...own.slice(0, isWhole ? own.length : found.length).map(inWords),
    ]);
    expect([
      name,
      title,
      ...filling(
        seenNow.filter((code) => !isOwn(code)),
        stopMs > endMs,
      ),
    ]).not.toContain('broken');
    watched.breaks += seenNow.filter(
      (code, index) => !isOwn(code) && isOwn(seenNow[index - 1]!) && seenNow.slice(index).some(isOwn),
    ).length;
  }
}

function inWords(code: BarCode | undefined): string {
  return `film ${code?.film} picture ${code?.picture}`;
}

/** Fillers are whole and one after the other, but for one during which watching ended; cards have no bar code. */
function filling(codes: readonly BarCode[], isLeft = false): string[] {
  const shorts = new Map(
    Object.values(ITEMS).flatMap(({ files, isShort }) =>
      isShort ? files.map((file) => [FILMS[file].number, shown.get(file)!] as const) : [],
    ),
  );
  const found: string[] = [];
  for (let at = 0; at < codes.length;) {
    const { film } = codes[at]!;
    const all = shorts.get(film) ?? [];
    const whole = isLeft ? all.slice(0, codes.length - at) : all;
    if (film === 0) at++;
    else {
      const isWhole =
        whole.length > 0 && whole.every((picture, index) => isDeepStrictEqual(codes[at + index], { film, picture }));
      found.push(isWhole ? `film ${film}` : 'broken');
      at += isWhole ? whole.length : codes.length;
    }
  }
  return found;
}

/** Every picture of an item, in order. */
function expected(title: string, channel: string): BarCode[] {
  const { files, intro = 0 } = ITEMS[title]!;
  const skipped = channel.includes('without intros') ? intro * PICTURES : 0;
  return files.flatMap((file) =>
    shown
      .get(file)!
      .slice(skipped)
      .map((picture) => ({ film: FILMS[file].number, picture })),
  );
}

/** Of items: a card, which has the channel's name, is a reel of one segment. */
async function developedSegments(): Promise<number> {
  const counts = await segmentsPerReel(path.join(folder, 'data/reels'));
  return counts.filter((count) => count > 1).reduce((sum, count) => sum + count, 0);
}

function fileOf(title: string, part: number): string {
  const { files } = ITEMS[title]!;
  const { ext } = path.parse(FILMS[files[part]!].fileName);
  return path.join(folder, 'media', `${title}${part === 0 ? '' : ` - part${part + 1}`}${ext}`);
}

/** The last picture is held up to the end of its segment. */
async function picturesOf(name: FilmName): Promise<number[]> {
  const times = await timesOf(name, { num: BigInt(PICTURES), den: 1n, pictures: BigInt(PICTURES) });
  const length = Math.ceil((times.at(-1)! + 1) / PICTURES) * PICTURES;
  return Array.from({ length }, (_, at) =>
    Math.max(
      0,
      times.findLastIndex((from) => from <= at),
    ),
  );
}

async function fill(rows: JellyfinRows): Promise<void> {
  const TICKS = 10_000_000;
  const [show, season] = [id(100), id(101)];
  await rows.item('series', show, { Name: 'Alpha', Path: path.join(folder, 'media/Alpha') });
  await rows.item('season', season, { Name: 'Season 1', SeriesId: show, IndexNumber: 1 });
  for (const [title, item] of Object.entries(ITEMS)) {
    const { files, episode, chapters = [], commercial, intro, isShort } = item;
    const about = (part: number) => ({
      ...{ Name: title, SortName: title, Path: fileOf(title, part) },
      RunTimeTicks: (shown.get(files[part]!)!.length * TICKS) / PICTURES,
    });
    const further = files.slice(1).map((_, index) => fileOf(title, index + 1));
    await rows.item(episode === undefined ? 'film' : 'episode', idOf(title), {
      ...about(0),
      Tags: isShort ? 'short' : null,
      Data: JSON.stringify({ AdditionalParts: further }),
      ...(episode === undefined
        ? {}
        : { SeriesId: show, SeriesName: 'Alpha', SeasonId: season, ParentIndexNumber: 1, IndexNumber: episode }),
    });
    for (const [index] of further.entries()) {
      await rows.item('video', id(200 + index), { ...about(index + 1), OwnerId: idOf(title) });
    }
    for (const [index, seconds] of chapters.entries()) {
      await rows.chapter(idOf(title), index, seconds * TICKS, null);
    }
    if (commercial !== undefined) await rows.segment(idOf(title), 1, commercial * TICKS, (commercial + 1) * TICKS);
    if (intro !== undefined) await rows.segment(idOf(title), 5, 0, intro * TICKS);
  }
  await rows.collection(
    'collection',
    id(300),
    'Best',
    ['Heat', 'Pause'].map((title) => ({ ItemId: idOf(title), Path: fileOf(title, 0) })),
  );
}

/** The parser's own name for the text of an element. */
function textOf(elements: readonly { readonly ['_value']: string }[] | undefined): string | undefined {
  return elements?.[0]?.['_value'];
}
