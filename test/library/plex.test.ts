import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ArtworkStore } from '../../src/artwork/artwork-store.ts';
import { SmallFiles } from '../../src/library/disk/small-files.ts';
import { hostSource } from '../../src/library/host-library.ts';
import type { Collection, LibraryItem } from '../../src/library/library-item.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { build, temporaryFolder } from '../support/hosts.ts';
import {
  BARE,
  CUTS,
  fillPlex,
  FILM,
  LONG,
  MINUTE,
  NEW_PILOT,
  ODD,
  OLD_AGENT,
  OLD_PILOT,
  PILOT,
  PlexRows,
  SPECIAL,
  TWO,
} from '../support/plex-rows.ts';

const DATABASE =
  'Library/Application Support/Plex Media Server/Plug-in Support/Databases/com.plexapp.plugins.library.db';
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let items: Map<number, LibraryItem>;
let collections: readonly Collection[];
let found: { schema: string; skipped: object };

beforeAll(async () => {
  folder = await temporaryFolder();
  await build('plex-library', path.join(folder.path, DATABASE), fillPlex);
  await using library = await hostSource({
    host: 'plex',
    path: folder.path,
    pathRules: [
      { from: '/media', to: '/mnt/nas' },
      { from: 'd:\\films', to: '/mnt/films' },
    ],
    scratchDirectory: folder.path,
    logger: silentLogger,
  }).open();
  items = new Map();
  for await (const batch of library.items()) for (const item of batch) items.set(Number(item.hostId), item);
  collections = await library.collections();
  found = { schema: library.schema, skipped: library.skippedRows };
});
afterAll(async () => folder[Symbol.asyncDispose]());

describe('a database of Plex', () => {
  test('has what can be aired and nothing else', () => {
    expect(new Set(items.keys())).toEqual(
      new Set([FILM, LONG, CUTS, ODD, BARE, OLD_AGENT, PILOT, TWO, SPECIAL, OLD_PILOT, NEW_PILOT]),
    );
    expect(found).toEqual({ schema: 'Plex Media Server', skipped: { item: 1 } });
  });

  test('tells all of a film', () => {
    const bundle = path.join(folder.path, DATABASE, '../../../Metadata/Movies/a/bcdef.bundle');
    expect(items.get(FILM)).toMatchObject({
      ...{ kind: 'film', title: 'Heat', sortTitle: 'Heat 01', show: null, showHostId: null, season: null },
      ...{ overview: 'A film.', year: 1995, originalAirDate: '1995-12-15', certificate: 'R', stars: 9.4 },
      ...{ genres: ['Crime', 'Drama'], studios: ['Warner Bros.'], tags: ['heist'] },
      libraries: ['Films', "Children's"],
      people: [
        { name: 'Michael Mann', role: null, kind: 'director' },
        { name: 'Al Pacino', role: 'Vincent "V" Hanna', kind: 'actor' },
      ],
      ...{ path: '/mnt/nas/films/Heat.mkv', parts: [], versions: [], durationMs: 5_400_000 },
      chapters: [
        { startMs: 0, title: 'One' },
        { startMs: 600_000, title: null },
      ],
      markedSegments: [{ kind: 'outro', startMs: 5_100_000, endMs: 5_400_000 }],
      providerIds: { imdb: 'tt0113277', tmdb: '949' },
      addedMs: 1_577_934_245_000,
      artwork: {
        poster: {
          file: path.join(bundle, 'Contents/_combined/posters/tv.plex.agents.movie_1'),
          apiPath: '/library/metadata/1/thumb',
        },
        thumb: null,
        backdrop: { file: path.join(bundle, 'Uploads/art/2'), apiPath: '/library/metadata/1/art' },
      },
    });
  });

  test('tells of its streams, from today’s extra data and from former', () => {
    expect(items.get(FILM)?.streams).toEqual({
      video: {
        ...{ index: 0, codec: 'hevc', language: null, title: null, isDefault: true, profile: 'main 10' },
        ...{ width: 3840, height: 1600, framesPerSecond: 23.976, bitDepth: 10, isInterlaced: false },
        ...{ dynamicRange: 'hdr10', sampleAspect: null },
      },
      audio: [
        { index: 1, codec: 'truehd', language: 'eng', title: 'Atmos', isDefault: true, channels: 8 },
        { index: 2, codec: 'ac3', language: 'deu', title: null, isDefault: false, channels: 6 },
      ],
      subtitles: [
        {
          ...{ index: null, codec: 'srt', language: 'deu', title: null, isDefault: false, isForced: false },
          path: '/mnt/nas/films/Heat #1.srt',
        },
        { index: 3, codec: 'pgs', language: 'eng', title: null, isDefault: false, isForced: true, path: null },
      ],
    });
    expect(items.get(ODD)?.streams.video).toMatchObject({
      ...{
        framesPerSecond: 25,
        bitDepth: 8,
        isInterlaced: true,
        sampleAspect: { num: 64, den: 45 },
        dynamicRange: 'sdr',
      },
    });
    expect(items.get(OLD_AGENT)?.streams.video?.dynamicRange).toBe('dolby-vision');
  });

  test('tells parts in order, and takes the best version', () => {
    expect(items.get(LONG)).toMatchObject({
      ...{ path: '/mnt/nas/films/Long - pt1.mkv', durationMs: 3_000_000, versions: [] },
      parts: [{ path: '/mnt/nas/films/Long - pt2.mkv', durationMs: 2_400_000 }],
    });
    expect(items.get(CUTS)).toMatchObject({
      ...{ path: '/mnt/nas/films/Cuts - 1080p.mkv', parts: [] },
      versions: [{ path: '/mnt/nas/films/Cuts - 720p.mkv', durationMs: 5_460_000 }],
    });
  });

  test('keeps odd characters, finds Windows paths, and leaves out what is not known', () => {
    expect(items.get(ODD)).toMatchObject({
      ...{ title: `It's "odd" – 🎬 שלום مرحبا`, path: `/mnt/films/It's "odd" 100% #1? 🎬 שלום.mkv` },
      ...{ genres: ['Sci-Fi & Fantasy'], durationMs: 4_800_000 },
    });
    expect(items.get(BARE)).toMatchObject({
      ...{ overview: null, year: null, originalAirDate: null, certificate: null, stars: null, durationMs: null },
      ...{ genres: [], studios: [], tags: [], people: [], libraries: ['Films'], providerIds: {} },
      artwork: { poster: null, thumb: null, backdrop: null },
    });
    expect(items.get(OLD_AGENT)).toMatchObject({
      ...{ providerIds: { imdb: 'tt0000001' }, originalAirDate: '1999-03-31', addedMs: Date.UTC(2015, 0, 2, 3, 4, 5) },
    });
  });

  test('tells of episodes, with what their show has where they have none of their own', () => {
    const server = path.join(folder.path, 'Library/Application Support/Plex Media Server');
    const poster = path.join(server, 'Metadata/TV Shows/1/23456.bundle/Contents/_combined');
    expect(items.get(PILOT)).toMatchObject({
      ...{ kind: 'episode', show: 'The Show', showHostId: '20', season: 1, seasonTitle: 'Season 1', episode: 1 },
      ...{ episodeEnd: null, certificate: 'TV-14', stars: 9, genres: ['Pilot genre'], studios: ['Channel/9'] },
      libraries: ['Shows'],
      markedSegments: [{ kind: 'intro', startMs: 5000, endMs: 35_000 }],
      artwork: {
        poster: { file: path.join(poster, 'posters/p'), apiPath: '/library/metadata/20/thumb' },
        thumb: {
          file: path.join(server, 'Media/localhost/a/bc.bundle/Contents/Thumbnails/thumb1.jpg'),
          apiPath: '/library/metadata/23/thumb',
        },
        backdrop: { file: path.join(poster, 'art/a'), apiPath: '/library/metadata/20/art' },
      },
    });
    expect(items.get(SPECIAL)).toMatchObject({
      ...{ season: 0, seasonTitle: 'Specials', certificate: 'TV-PG', stars: 8.3, genres: ['Comedy'] },
    });
  });

  test('takes a file of two episodes for one', () => {
    expect(items.get(TWO)).toMatchObject({
      ...{ title: 'Two / Three', overview: 'Half. / Other half.', episode: 2, episodeEnd: 3 },
    });
  });

  test('names shows apart that have the same name', () => {
    expect(items.get(OLD_PILOT)).toMatchObject({ show: 'Twice Told (1978)', year: null, showYear: 1978 });
    expect(items.get(NEW_PILOT)).toMatchObject({ show: 'Twice Told (2003)', year: null, showYear: 2003 });
  });

  test('has collections and playlists in order, shows and seasons as their episodes', () => {
    const ids = new Map([...items.values()].map((item) => [item.id, Number(item.hostId)]));
    const told = collections.map(({ hostId, kind, name, itemIds }) => [
      ...[hostId, kind, name],
      itemIds.map((one) => ids.get(one)).filter((one) => one !== undefined),
    ]);
    expect(told).toEqual([
      ['98', 'collection', 'Mixed', [PILOT, TWO, SPECIAL]],
      ['96', 'collection', 'Mixed', [LONG, FILM]],
      ['97', 'playlist', 'Again', [FILM, PILOT, FILM, SPECIAL]],
    ]);
  });
});

test('pictures are read from where Plex keeps them, and what lies elsewhere is asked of it', async () => {
  const server = path.join(folder.path, 'Library/Application Support/Plex Media Server');
  using files = new SmallFiles();
  const store = new ArtworkStore({
    ...{ directory: path.join(folder.path, 'kept'), budgetBytes: 1e6, servers: {}, files, now: () => 0 },
    resize: async () => Promise.reject(new Error('as they are')),
    onNothing: () => {},
  });
  const seen = async (item: number, kind: 'poster' | 'thumb' | 'backdrop') => {
    const artwork = items.get(item)?.artwork[kind];
    const { bytes } = await store.picture('plex:/config', artwork!);
    return bytes.toString('latin1', 5);
  };
  const PLACES = [
    ['Metadata/Movies/a/bcdef.bundle/Contents/_combined/posters/tv.plex.agents.movie_1', FILM, 'poster'],
    ['Metadata/Movies/a/bcdef.bundle/Uploads/art/2', FILM, 'backdrop'],
    ['Metadata/TV Shows/1/23456.bundle/Contents/_combined/posters/p', PILOT, 'poster'],
    ['Media/localhost/a/bc.bundle/Contents/Thumbnails/thumb1.jpg', PILOT, 'thumb'],
  ] as const;
  for (const [index, [place]] of PLACES.entries()) {
    await mkdir(path.dirname(path.join(server, place)), { recursive: true });
    await writeFile(path.join(server, place), Buffer.from(`\xff\xd8\xff\xda ${index}`, 'latin1'));
  }
  for (const [index, [, item, kind]] of PLACES.entries()) expect(await seen(item, kind)).toBe(String(index));
});

test('a database without the columns of later versions is read all the same', async () => {
  await using own = await temporaryFolder();
  const file = await build('plex-library', path.join(own.path, 'plex.db'), async (knex) => {
    for (const column of ['color_trc', 'proxy_type', 'sample_aspect_ratio', 'interlaced']) {
      await knex.raw(`alter table media_items drop column ${column}`);
    }
    for (const column of ['audience_rating', 'user_art_url', 'hash']) {
      await knex.raw(`alter table metadata_items drop column ${column}`);
    }
    const rows = new PlexRows(knex);
    await knex('library_sections').insert({ id: 1, name: 'Films', section_type: 1 });
    await rows.item(1, 1, 'Heat', { rating: 8.3, user_thumb_url: 'metadata://posters/p' });
    await rows.medium(1, [['/media/Heat.mkv', MINUTE]]);
  });
  await using library = await hostSource({
    ...{ host: 'plex', path: file, pathRules: [], scratchDirectory: own.path, logger: silentLogger },
  }).open();
  const batches: (readonly LibraryItem[])[] = [];
  for await (const batch of library.items()) batches.push(batch);
  expect(batches).toMatchObject([
    [{ title: 'Heat', stars: 8.3, artwork: { poster: { file: null, apiPath: '/library/metadata/1/thumb' } } }],
  ]);
  expect(await library.collections()).toEqual([]);
});
