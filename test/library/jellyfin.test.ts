import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import createKnex from 'knex';
import { hostSource } from '../../src/library/host-library.ts';
import type { Collection, LibraryItem } from '../../src/library/library-item.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { temporaryFolder } from '../support/hosts.ts';
import { JellyfinRows, type JellyfinVersion } from '../support/jellyfin-rows.ts';

const id = (number: number): string => number.toString(16).padStart(32, 'a1b2c3d4e5f60718293a4b5c6d7e8f90');
const MINUTE = 600_000_000;
const SECOND = 10_000_000;

const MOVIES = id(1);
const KIDS = id(2);
const RECORDED = id(3);
const SHOW = id(10);
const [SEASON_1, SPECIALS] = [id(11), id(12)];
const [OLD_SHOW, NEW_SHOW] = [id(13), id(14)];
const FILM = id(20);
const LONG = id(21);
const CUTS = id(22);
const ODD = id(23);
const BARE = id(24);
const BROKEN_DETAILS = id(25);
const [HLG, VISION] = [id(26), id(27)];
const [PILOT, DOUBLE, SPECIAL, STRAY, OLD_PILOT, NEW_PILOT] = [id(40), id(41), id(42), id(43), id(44), id(45)];
const WRONG = [id(90), id(91), id(92)];

async function fill(rows: JellyfinRows): Promise<void> {
  await rows.item('library', MOVIES, { Name: 'Films', Path: '/config/root/default/Films' });
  await rows.item('library', KIDS, { Name: "Children's", Path: "/config/root/default/Children's" });
  await rows.item('library', RECORDED, { Name: 'Recordings', Path: '/config/root/default/Recordings' });
  await rows.item('series', SHOW, {
    ...{ Name: 'The Show', Path: '/media/shows/The Show', ProductionYear: 2010, OfficialRating: 'TV-PG' },
    ...{ Genres: 'Comedy|Drama', Studios: 'Channel/9|', Tags: 'sitcom', CommunityRating: 8.300000190734863 },
  });
  await rows.item('season', SEASON_1, { Name: 'Season 1', SeriesId: SHOW, IndexNumber: 1 });
  await rows.item('season', SPECIALS, { Name: 'Specials', SeriesId: SHOW, IndexNumber: 0 });
  await rows.item('series', OLD_SHOW, { Name: 'Twice Told', Path: '/media/shows/Twice Told', ProductionYear: 1978 });
  await rows.item('series', NEW_SHOW, { Name: 'Twice Told', Path: '/media/shows/Twice Told 2', ProductionYear: 2003 });

  const film = (Name: string, more: object = {}) => ({
    ...{ Name, SortName: Name.toLowerCase(), Path: `/media/films/${Name}.mkv`, RunTimeTicks: 90 * MINUTE },
    ...more,
  });
  await rows.item('film', FILM, {
    ...film('Heat', {
      Overview: 'A film.',
      ProductionYear: 1995,
      OfficialRating: 'R',
      CommunityRating: 7.900000095367432,
    }),
    // Midnight in Berlin.
    ...{ PremiereDate: '1995-12-14 23:00:00', DateCreated: '2020-01-02 03:04:05.1234567' },
    ...{ Genres: 'Crime|Drama', Studios: 'Warner Bros.|Regency|', Tags: 'heist' },
  });
  await rows.stream(FILM, 'Subtitle', 0, {
    Codec: 'subrip',
    Language: 'ger',
    IsExternal: 1,
    Path: '/media/films/Heat.srt',
  });
  await rows.stream(FILM, 'Video', 1, {
    ...{ Codec: 'hevc', Profile: 'Main 10', Width: 3840, Height: 1600, AspectRatio: '2.40:1', BitDepth: 10 },
    ...{ AverageFrameRate: 23.976, RealFrameRate: 24, ColorTransfer: 'smpte2084', IsDefault: 1 },
  });
  await rows.stream(FILM, 'EmbeddedImage', 2, { Codec: 'mjpeg', Width: 600, Height: 900 });
  await rows.stream(FILM, 'Audio', 3, { Codec: 'truehd', Language: 'eng', Channels: 8, Title: 'Atmos', IsDefault: 1 });
  await rows.stream(FILM, 'Audio', 4, { Codec: 'ac3', Language: 'ger', Channels: 6 });
  await rows.stream(FILM, 'Subtitle', 5, { Codec: 'PGSSUB', Language: 'eng', IsForced: 1 });
  await rows.chapter(FILM, 0, 0, 'One');
  await rows.chapter(FILM, 1, 10 * MINUTE, null);
  await rows.person(FILM, 'Michael Mann', 'Director', '', 1);
  await rows.person(FILM, 'Al Pacino', 'Actor', 'Vincent "V" Hanna', 0);
  await rows.image(FILM, 'Primary', '%MetadataPath%/library/a1/poster.jpg');
  await rows.image(FILM, 'Backdrop', '/media/films/Heat*.jpg');
  await rows.image(FILM, 'Thumb', 'https://example.org/thumb.jpg');
  await rows.provider(FILM, 'Imdb', 'tt0113277');
  await rows.provider(FILM, 'TmdbCollection', 'a=b');
  await rows.inLibrary(FILM, MOVIES);
  await rows.inLibrary(FILM, KIDS);

  await rows.item('film', LONG, {
    ...film('Long'),
    Data: JSON.stringify({ AdditionalParts: ['/media/films/Long - part2.mkv', '/media/films/Long - part3.mkv'] }),
  });
  await rows.item('video', id(50), film('Long - part2', { OwnerId: LONG, RunTimeTicks: 40 * MINUTE }));
  await rows.item('video', id(51), film('Long - part3', { OwnerId: LONG, RunTimeTicks: null }));
  await rows.item('film', CUTS, {
    ...film('Cuts'),
    Data: JSON.stringify({
      LocalAlternateVersions: ['/media/films/Cuts - 720p.mkv'],
      LinkedAlternateVersions: [{ Path: '/media/films/Cuts - Director.mkv', Type: 'LinkedAlternateVersion' }],
    }),
  });
  await rows.item('video', id(52), film('Cuts - 720p', { OwnerId: CUTS, RunTimeTicks: 91 * MINUTE }));
  await rows.item('film', id(53), film('Cuts - Director', { PrimaryVersionId: CUTS, RunTimeTicks: 120 * MINUTE }));
  await rows.item('film', ODD, {
    ...film(`It's "odd" – 🎬 שלום مرحبا`, {
      Path: `/media/films/It's "odd" 100% #1? 🎬 שלום.mkv`,
      Genres: 'Sci-Fi & Fantasy',
    }),
  });
  await rows.stream(ODD, 'Video', 0, {
    ...{ Codec: 'mpeg2video', Profile: 'Main', Width: 720, Height: 576, AspectRatio: '16:9', BitDepth: 8 },
    ...{ AverageFrameRate: null, RealFrameRate: 25, IsInterlaced: 1 },
  });
  await rows.item('film', BARE, film('Bare'));
  await rows.item('film', BROKEN_DETAILS, film('Broken Details', { Data: '{"AdditionalParts": [' }));
  await rows.item('film', HLG, film('Hlg'));
  await rows.stream(HLG, 'Video', 0, { Codec: 'hevc', ColorTransfer: 'arib-std-b67' });
  await rows.item('film', VISION, film('Vision'));
  await rows.stream(VISION, 'Video', 0, { Codec: 'hevc', ColorTransfer: 'smpte2084', DvProfile: 8 });

  const episode = (Name: string, season: number | null, number: number | null, more: object = {}) => ({
    ...{ Name, SortName: Name, Path: `/media/shows/The Show/Season ${season}/${Name}.mkv`, RunTimeTicks: 20 * MINUTE },
    ...{
      SeriesId: SHOW,
      SeriesName: 'The Show',
      SeasonName: 'Season 1',
      ParentIndexNumber: season,
      IndexNumber: number,
    },
    ...{ SeasonId: season === 1 ? SEASON_1 : SPECIALS, ...more },
  });
  await rows.item('episode', PILOT, {
    ...episode('Pilot', 1, 1, { OfficialRating: 'TV-14', Genres: 'Pilot genre', CommunityRating: 9 }),
  });
  await rows.item('episode', DOUBLE, episode('Two / Three', 1, 2, { Data: JSON.stringify({ IndexNumberEnd: 3 }) }));
  await rows.item('episode', SPECIAL, episode('Christmas', 0, 1, { SeasonName: 'Specials' }));
  await rows.item('episode', STRAY, {
    ...episode('Stray', 4, 7, { SeriesId: null, SeriesName: '', SeasonId: null, SeasonName: null }),
    Path: 'D:\\Shows\\Stray.Dogs\\Season 4\\07.mkv',
  });
  await rows.item(
    'episode',
    OLD_PILOT,
    episode('Old Pilot', 1, 1, { SeriesId: OLD_SHOW, SeriesName: 'Twice Told', SeasonId: null }),
  );
  await rows.item(
    'episode',
    NEW_PILOT,
    episode('New Pilot', 1, 1, { SeriesId: NEW_SHOW, SeriesName: 'Twice Told', SeasonId: null }),
  );

  // What must not come.
  await rows.item('episode', id(60), episode('Not There', 1, 9, { IsVirtualItem: 1 }));
  await rows.item('trailer', id(61), film('Heat-trailer', { OwnerId: FILM }));
  await rows.item('film', id(62), film('Making of', { OwnerId: FILM, ExtraType: 3 }));
  await rows.item('film', id(63), film('Not Probed Yet', { RunTimeTicks: null }));
  await rows.item('film', id(64), film('Recorded', { Path: '%AppDataPath%/livetv/recordings/Recorded.ts' }));
  await rows.item(
    'film',
    id(65),
    film('Recorded on Windows', { Path: '%AppDataPath%\\livetv\\recordings\\Recorded.ts' }),
  );
  await rows.item('film', id(66), film('Recorded Elsewhere', { Path: '/recordings/Recorded.ts' }));
  await rows.inLibrary(id(66), RECORDED);
  await rows.item('channel', id(67), { Name: 'Channel One', RunTimeTicks: null });
  // What makes no sense.
  await rows.item('film', WRONG[0] ?? '', film('No Length', { RunTimeTicks: 'long' }));
  await rows.item('film', WRONG[1] ?? '', film('No Date', { DateCreated: 'yesterday' }));
  await rows.item('film', WRONG[2] ?? '', film('No Name', { Name: null }));

  const one = (ItemId: string, Path: string) => ({ ItemId, Path });
  await rows.collection('collection', id(70), 'Mixed', [
    one(SHOW, '/media/shows/The Show'),
    one(FILM, '/media/films/Heat.mkv'),
    one(id(99), '/media/films/Gone.mkv'),
  ]);
  await rows.collection('playlist', id(71), 'Again', [
    one(PILOT, ''),
    one(FILM, ''),
    one(PILOT, ''),
    one(SPECIALS, '/media/shows/The Show/Specials'),
  ]);
}

describe.each<JellyfinVersion>(['10.8', '10.10', '10.11', '12.0'])('a database of Jellyfin %s', (version) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let items: Map<string | null, LibraryItem>;
  let collections: readonly Collection[];
  let skipped: object;
  const warnings: string[] = [];

  beforeAll(async () => {
    folder = await temporaryFolder();
    const data = path.join(folder.path, 'config/data');
    const isOld = version === '10.8' || version === '10.10';
    await JellyfinRows.build(path.join(data, isOld ? 'library.db' : 'jellyfin.db'), version, async (rows) => {
      await fill(rows);
      if (!isOld) await mark(rows);
    });
    if (version === '10.10') await buildMarks(path.join(data, 'jellyfin.db'));
    const films = path.join(folder.path, 'nas/films');
    await mkdir(films, { recursive: true });
    await writeFile(path.join(films, 'Heat.mkv'), 'twelve bytes');
    await using library = await hostSource({
      host: 'jellyfin',
      path: folder.path,
      pathRules: [{ from: '/media', to: path.join(folder.path, 'nas') }],
      scratchDirectory: folder.path,
      logger: { ...silentLogger, warn: (_, sentence) => void warnings.push(sentence) },
    }).open();
    items = new Map();
    for await (const batch of library.items()) for (const item of batch) items.set(item.hostId, item);
    collections = await library.collections();
    skipped = library.skippedRows;
  });
  afterAll(async () => folder[Symbol.asyncDispose]());

  const here = (file: string) => path.join(folder.path, 'nas', file);

  test('has what can be aired and nothing else', () => {
    const films = [FILM, LONG, CUTS, ODD, BARE, BROKEN_DETAILS, HLG, VISION];
    expect(new Set(items.keys())).toEqual(new Set([...films, PILOT, DOUBLE, SPECIAL, STRAY, OLD_PILOT, NEW_PILOT]));
  });

  test('tells all of a film', () => {
    expect(items.get(FILM)).toMatchObject({
      kind: 'film',
      title: 'Heat',
      sortTitle: 'heat',
      ...{ show: null, showHostId: null, season: null, seasonTitle: null, episode: null, episodeEnd: null },
      ...{ overview: 'A film.', year: 1995, originalAirDate: '1995-12-15', certificate: 'R', stars: 7.9 },
      ...{ genres: ['Crime', 'Drama'], studios: ['Warner Bros.', 'Regency'], tags: ['heist'] },
      libraries: ["Children's", 'Films'],
      people: [
        { name: 'Al Pacino', role: 'Vincent "V" Hanna', kind: 'actor' },
        { name: 'Michael Mann', role: null, kind: 'director' },
      ],
      ...{ path: here('films/Heat.mkv'), sizeBytes: 12, parts: [], versions: [], durationMs: 5_400_000 },
      chapters: [
        { startMs: 0, title: 'One' },
        { startMs: 600_000, title: null },
      ],
      providerIds: { imdb: 'tt0113277', tmdbcollection: 'a=b' },
      addedMs: Date.UTC(2020, 0, 2, 3, 4, 5, 123),
      artwork: {
        poster: {
          file: path.join(folder.path, 'config/metadata/library/a1/poster.jpg'),
          apiPath: `/Items/${FILM}/Images/Primary`,
        },
        backdrop: { file: here('films/Heat*.jpg'), apiPath: `/Items/${FILM}/Images/Backdrop` },
        thumb: { file: null, apiPath: `/Items/${FILM}/Images/Thumb` },
      },
    });
  });

  test('counts streams as the file does, and knows ten bits, HDR and eight channels', () => {
    const { streams } = items.get(FILM) ?? {};
    expect(streams).toEqual({
      video: {
        ...{ index: 0, codec: 'hevc', language: null, title: null, isDefault: true, profile: 'Main 10' },
        ...{ width: 3840, height: 1600, framesPerSecond: 23.976, bitDepth: 10, isInterlaced: false },
        ...{ dynamicRange: 'hdr10', sampleAspect: { num: 1, den: 1 } },
      },
      audio: [
        { index: 2, codec: 'truehd', language: 'eng', title: 'Atmos', isDefault: true, channels: 8 },
        { index: 3, codec: 'ac3', language: 'ger', title: null, isDefault: false, channels: 6 },
      ],
      subtitles: [
        {
          ...{ index: null, codec: 'subrip', language: 'ger', title: null, isDefault: false, isForced: false },
          path: here('films/Heat.srt'),
        },
        { index: 4, codec: 'PGSSUB', language: 'eng', title: null, isDefault: false, isForced: true, path: null },
      ],
    });
    expect(items.get(HLG)?.streams.video?.dynamicRange).toBe('hlg');
    expect(items.get(VISION)?.streams.video?.dynamicRange).toBe('dolby-vision');
    expect(items.get(ODD)?.streams.video).toMatchObject({
      ...{
        bitDepth: 8,
        isInterlaced: true,
        framesPerSecond: 25,
        sampleAspect: { num: 64, den: 45 },
        dynamicRange: 'sdr',
      },
    });
  });

  test('tells further parts in order, and other versions', () => {
    expect(items.get(LONG)?.parts).toEqual([
      { path: here('films/Long - part2.mkv'), durationMs: 2_400_000 },
      { path: here('films/Long - part3.mkv'), durationMs: null },
    ]);
    expect(items.get(CUTS)).toMatchObject({
      parts: [],
      versions: [
        { path: here('films/Cuts - 720p.mkv'), durationMs: 5_460_000 },
        { path: here('films/Cuts - Director.mkv'), durationMs: 7_200_000 },
      ],
    });
    expect(items.get(BROKEN_DETAILS)).toMatchObject({ title: 'Broken Details', parts: [], versions: [] });
  });

  test('keeps odd characters and leaves out what is not known', () => {
    expect(items.get(ODD)).toMatchObject({
      title: `It's "odd" – 🎬 שלום مرحبا`,
      ...{ path: here(`films/It's "odd" 100% #1? 🎬 שלום.mkv`), sizeBytes: null, modifiedMs: null },
      genres: ['Sci-Fi & Fantasy'],
    });
    expect(items.get(BARE)).toMatchObject({
      ...{ overview: null, year: null, originalAirDate: null, certificate: null, stars: null, addedMs: null },
      ...{ genres: [], studios: [], tags: [], people: [], libraries: [], chapters: [], providerIds: {} },
      streams: { video: null, audio: [], subtitles: [] },
    });
  });

  test('gives episodes what their show has where they have none of their own', () => {
    expect(items.get(PILOT)).toMatchObject({
      ...{ kind: 'episode', show: 'The Show', showHostId: SHOW, season: 1, seasonTitle: 'Season 1', episode: 1 },
      ...{ certificate: 'TV-14', stars: 9, genres: ['Pilot genre'], studios: ['Channel/9'], tags: ['sitcom'] },
    });
    expect(items.get(DOUBLE)).toMatchObject({
      ...{ episode: 2, episodeEnd: 3, certificate: 'TV-PG', stars: 8.3, genres: ['Comedy', 'Drama'] },
    });
    expect(items.get(SPECIAL)).toMatchObject({ season: 0, seasonTitle: 'Specials', episode: 1, episodeEnd: null });
  });

  test('names shows apart that have the same name, and shows that have none', () => {
    expect(items.get(OLD_PILOT)?.show).toBe('Twice Told (1978)');
    expect(items.get(NEW_PILOT)?.show).toBe('Twice Told (2003)');
    expect(items.get(STRAY)).toMatchObject({ show: 'Stray Dogs', showHostId: null, season: 4, episode: 7 });
  });

  test('counts the rows that make no sense and tells of them once', () => {
    expect(skipped).toEqual({ item: 3 });
    expect(warnings).toEqual([expect.stringContaining('a row of the kind item is left out')]);
  });

  test('has collections and playlists in order, shows and seasons as their episodes', () => {
    const ids = new Map([...items.values()].map((item) => [item.id, item.hostId]));
    const told = collections.map(({ kind, name, itemIds }) => [kind, name, itemIds.map((one) => ids.get(one))]);
    expect(told).toEqual([
      ['playlist', 'Again', [PILOT, FILM, PILOT, SPECIAL]],
      ['collection', 'Mixed', [PILOT, DOUBLE, SPECIAL, FILM]],
    ]);
  });

  (version === '10.8' ? test.skip : test)('knows what was marked as intro, outro and break', () => {
    expect(items.get(PILOT)?.markedSegments).toEqual([
      { kind: 'intro', startMs: 5000, endMs: 35_000 },
      { kind: 'commercial', startMs: 600_000, endMs: 660_000 },
      { kind: 'outro', startMs: 1_170_000, endMs: 1_200_000 },
    ]);
    expect(items.get(FILM)?.markedSegments).toEqual([]);
  });
});

const MARKS: [type: number, start: number, end: number][] = [
  [4, 1170 * SECOND, 1200 * SECOND],
  [5, 5 * SECOND, 35 * SECOND],
  [1, 10 * MINUTE, 11 * MINUTE],
];

async function mark(rows: JellyfinRows): Promise<void> {
  for (const [type, start, end] of MARKS) await rows.segment(PILOT, type, start, end);
}

/** The database beside the library in which Jellyfin 10.10 has users and marked segments. */
async function buildMarks(file: string): Promise<void> {
  const knex = createKnex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
  await knex.raw('create table Users (Id text primary key)');
  await knex.raw(
    'create table MediaSegments (Id text, ItemId text, Type int, StartTicks int, EndTicks int, SegmentProviderId text)',
  );
  await mark(new JellyfinRows(knex, '10.10'));
  await knex.destroy();
}
