import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import { type Channel, gridOf } from '../../../src/catalog/channels/channel.ts';
import { UNDESCRIBED } from '../../../src/library/library-item.ts';
import type { VideoStream } from '../../../src/library/streams.ts';
import type { Airing } from '../../../src/schedule/airing.ts';
import { segmentStartMs } from '../../../src/schedule/grid.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { addAirings, channel, facts, film, sourceOf, sync, temporaryFolder } from '../samples.ts';

const SOURCE = 'folder:/films';
const VIDEO: VideoStream = {
  ...{ index: 0, codec: 'h264', language: null, title: null, isDefault: true, profile: null, width: 720, height: 576 },
  ...{ framesPerSecond: 25, bitDepth: 8, isInterlaced: false, dynamicRange: 'sdr', sampleAspect: { num: 16, den: 15 } },
};
const DESCRIBED = film('described', {
  episodeEnd: 4,
  overview: 'A film.',
  year: 1999,
  originalAirDate: '1999-03-31',
  certificate: 'R',
  stars: 8.7,
  genres: ['Drama'],
  tags: ['dream'],
  people: [{ name: 'Ann', role: 'Boss', kind: 'actor' }],
  artwork: { poster: { file: '/p.jpg', apiPath: null }, thumb: null, backdrop: { file: null, apiPath: '/b' } },
  durationMs: 60_000,
  parts: [{ path: '/films/2.mkv', durationMs: 30_000 }],
  streams: { video: VIDEO, audio: [], subtitles: [] },
  providerIds: { imdb: 'tt0133093' },
});

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let catalog: Catalog;
let made: Channel;

beforeEach(async () => {
  folder = await temporaryFolder();
  catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), { logger: silentLogger, now: () => 0 });
  await take([DESCRIBED, film('plain')]);
  made = await catalog.channels.addFound(channel('a', 1));
});
afterEach(async () => {
  await catalog.close();
  await folder[Symbol.asyncDispose]();
});

async function take(items: readonly (typeof DESCRIBED)[]): Promise<void> {
  await sync(
    catalog,
    sourceOf(SOURCE, () => items),
  );
}

describe('items', () => {
  test('are told of with all that the library has', async () => {
    const { id, kind, title, show, season, episode, episodeEnd, overview, year, originalAirDate } = DESCRIBED;
    const { certificate, stars, genres, tags, people, providerIds } = DESCRIBED;
    expect([...(await catalog.guide.items(['described', 'forgotten'])).values()]).toEqual([
      {
        ...{ id, kind, title, show, season, episode, episodeEnd, overview, year, originalAirDate, certificate },
        ...{ stars, genres, tags, people, providerIds },
        pictures: ['poster', 'backdrop'],
        durationMs: 90_000,
        picture: { height: 576, aspect: 4 / 3 },
      },
    ]);
  });

  test('of which only the file is known, with what was found in it', async () => {
    const plain = async () => (await catalog.guide.items(['plain'])).get('plain');
    expect(await plain()).toMatchObject({ pictures: [], durationMs: null, picture: null, people: [] });
    const item = film('plain');
    await catalog.items.setFacts(
      item,
      item,
      facts({ durationMs: 7000, height: 360, displayAspect: { num: 2, den: 1 } }),
    );
    expect(await plain()).toMatchObject({ durationMs: 7000, picture: { height: 360, aspect: 2 } });
  });
});

describe('programmes', () => {
  const span = { channelId: 'a', reelStart: 0 };
  const programme = (startSegment: number, stopSegment: number, block = startSegment, itemId = 'plain'): Airing => ({
    ...{ ...span, kind: 'programme', itemId, strand: '', startSegment, stopSegment, block },
  });
  const filler = (startSegment: number, stopSegment: number, block: number): Airing => ({
    ...{ ...span, kind: 'filler', itemId: 'plain', startSegment, stopSegment, block },
  });
  const segments = async (from: number, to: number) => {
    const at = (segment: number) => segmentStartMs(gridOf(made), segment);
    const told = await catalog.guide.programmes(made, at(from), at(to) - 1);
    return told.map(({ startMs, endMs, stopMs }) => [startMs, endMs, stopMs].map((ms) => ms / 2000));
  };

  beforeEach(() =>
    addAirings(catalog, [
      ...[programme(10, 20), filler(20, 25, 10), programme(25, 30, 10, 'described'), filler(30, 35, 10)],
      { ...span, kind: 'card', startSegment: 35, stopSegment: 40, block: 35 },
      programme(40, 50),
      { ...span, kind: 'off-air', startSegment: 50, stopSegment: 90, block: 50 },
      ...[programme(90, 100), filler(100, 110, 90)],
    ]),
  );

  test('with breaks, or of several parts, are one; they last up to the next', async () => {
    expect(await segments(0, 200)).toEqual([
      [10, 30, 40],
      [40, 50, 50],
      [90, 100, 110],
    ]);
  });

  test.each([
    ['in its first part', 12, 13, [[10, 30, 40]]],
    ['in a break', 22, 23, [[10, 30, 40]]],
    ['in a further part', 27, 28, [[10, 30, 40]]],
    ['in what fills up', 37, 38, [[10, 30, 40]]],
    ['off air', 60, 61, []],
    ['in the last one that is planned', 95, 300, [[90, 100, 110]]],
    ['before and after', 0, 9, []],
  ])('are the same for who looks %s', async (_where, from, to, expected) => {
    expect(await segments(from, to)).toEqual(expected);
  });
});

test('the revision is another one whenever the guide may be', async () => {
  const changes: [boolean, () => Promise<unknown>][] = [
    [false, () => catalog.settings.set('any', 'thing')],
    [
      true,
      () =>
        addAirings(catalog, [
          { channelId: 'a', kind: 'off-air', startSegment: 1, stopSegment: 2, reelStart: 0, block: 1 },
        ]),
    ],
    [false, () => take([DESCRIBED, film('plain')])],
    [true, () => take([{ ...DESCRIBED, overview: 'Another.' }, film('plain')])],
    [true, () => take([{ ...DESCRIBED, ...UNDESCRIBED, stars: 1 }, film('plain')])],
    [true, () => catalog.items.setFacts(film('plain'), film('plain'), facts())],
    [true, () => catalog.airings.replaceFrom('a', { fromSegment: 0, airings: [] })],
  ];
  for (const [isChange, change] of changes) {
    const before = await catalog.guide.revision();
    expect(await catalog.guide.revision()).toBe(before);
    await change();
    expect((await catalog.guide.revision()) !== before).toBe(isChange);
  }
});
