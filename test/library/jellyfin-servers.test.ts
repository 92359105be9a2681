import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostSource } from '../../src/library/host-library.ts';
import type { Collection, LibraryItem } from '../../src/library/library-item.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { expectedOf, temporaryFolder, unpack } from '../support/hosts.ts';

/** An item as the REST API of its server tells of it, as far as we look. */
interface ApiItem {
  id: string;
  type: 'Movie' | 'Episode' | 'Series' | 'Season';
  name: string;
  sortName: string;
  path: string;
  seriesId?: string;
  seriesName?: string;
  seasonName?: string;
  parentIndexNumber?: number;
  indexNumber?: number;
  indexNumberEnd?: number;
  overview?: string;
  productionYear?: number;
  premiereDate?: string;
  dateCreated: string;
  officialRating?: string;
  communityRating?: number;
  genres: string[];
  studios: string[];
  tags: string[];
  people: { name: string; type: string; role?: string }[];
  providerIds: Record<string, string>;
  images: string[];
  backdrops: number;
  chapters: { startTicks: number; name: string }[];
  additionalParts?: { path: string; runTimeTicks: number }[];
  runTimeTicks: number;
  mediaSources: { path: string; runTimeTicks: number; streams: ApiStream[] }[];
}

interface ApiStream {
  index: number;
  type: 'Video' | 'Audio' | 'Subtitle';
  codec: string;
  profile?: string;
  language?: string;
  title?: string;
  width?: number;
  height?: number;
  averageFrameRate?: number;
  bitDepth?: number;
  channels?: number;
  isInterlaced: boolean;
  isDefault: boolean;
  isForced: boolean;
  isExternal: boolean;
  videoRangeType: string;
  path?: string;
}

const SERVERS = {
  '10.10': { schema: 'Jellyfin 10.8–10.10', file: 'data/library.db' },
  '10.11': { schema: 'Jellyfin 10.11', file: 'data/jellyfin.db' },
  '12.0': { schema: 'Jellyfin 12.0', file: 'data/jellyfin.db' },
} as const;
const MS = 10_000;

describe.each(['10.10', '10.11', '12.0'] as const)('a library of Jellyfin %s', (version) => {
  describe.each([
    ['as it was', ''],
    ['with a tuner, a guide, recordings and collections', '-livetv'],
  ])('%s', (_, variant) => {
    const { schema, file } = SERVERS[version];
    const api = expectedOf(version) as { items: ApiItem[] };
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let items: LibraryItem[];
    let collections: readonly Collection[];
    let found: { schema: string; skipped: object };

    beforeAll(async () => {
      folder = await temporaryFolder();
      await unpack(`jellyfin-${version}${variant}`, path.join(folder.path, file));
      await using library = await hostSource({
        ...{ host: 'jellyfin', path: folder.path, pathRules: [], scratchDirectory: folder.path, logger: silentLogger },
      }).open();
      items = [];
      for await (const batch of library.items()) items.push(...batch);
      collections = await library.collections();
      found = { schema: library.schema, skipped: library.skippedRows };
    });
    afterAll(async () => folder[Symbol.asyncDispose]());

    const titled = (title: string) => items.find((item) => item.title === title);

    test('is told by its tables, and every row of it is understood', () => {
      expect(found).toEqual({ schema, skipped: {} });
    });

    test('has exactly the films and episodes that the server has', () => {
      const playable = api.items.filter(({ type }) => type === 'Movie' || type === 'Episode');
      expect(new Set(items.map(({ hostId }) => hostId))).toEqual(new Set(playable.map(({ id }) => id)));
      expect(items).toHaveLength(playable.length);
      expect(items.filter(({ kind }) => kind === 'film')).toHaveLength(7);
      const episodes = items.filter(({ kind }) => kind === 'episode');
      expect(episodes).toHaveLength(8);
      expect(new Set(episodes.map(({ showHostId }) => showHostId)).size).toBe(2);
      expect(new Set(episodes.map(({ showHostId, season }) => `${showHostId} ${season}`)).size).toBe(4);
    });

    test('is what the server says of it, field by field', () => {
      const shows = new Map(api.items.filter(({ type }) => type === 'Series').map((show) => [show.id, show]));
      const told = api.items
        .filter(({ type }) => type === 'Movie' || type === 'Episode')
        .map((item) => asWeTell(item, shows.get(item.seriesId ?? '')));
      expect(items.map(comparable).toSorted(byId)).toEqual(told.toSorted(byId));
    });

    test('keeps the times of films that the server cannot have told rightly', () => {
      expect(titled('Alpha Adventure')?.addedMs).toBe(Date.UTC(2020, 0, 2, 3, 4, 5));
      expect(titled('Silent Film')).toMatchObject({
        ...{ durationMs: 7000, certificate: null, stars: null, genres: [], people: [] },
        streams: { audio: [] },
      });
    });

    test('counts the streams as the file does, beside subtitles in files of their own', () => {
      const { streams } = titled('שלום 🎬 مرحبا') ?? {};
      expect(streams?.video?.index).toBe(0);
      expect(streams?.audio.map(({ index }) => index)).toEqual([1]);
      expect(streams?.subtitles.map(({ index, language, isForced }) => [index, language, isForced])).toEqual([
        [null, 'eng', false],
        [null, 'heb', true],
      ]);
    });

    test('tells of stretched samples and of HDR', () => {
      const aspects = new Map(items.map(({ title, streams }) => [title, streams.video?.sampleAspect]));
      expect(aspects.get('The Anamorphic Story')).toEqual({ num: 64, den: 45 });
      aspects.delete('The Anamorphic Story');
      expect(new Set([...aspects.values()].map((aspect) => `${aspect?.num}:${aspect?.den}`))).toEqual(new Set(['1:1']));
      const hdr = items.filter(({ streams }) => streams.video?.dynamicRange !== 'sdr').map(({ title }) => title);
      expect(hdr).toEqual(['Gamma Rays']);
    });

    test('has pictures of its own, and the show’s where an episode has none', () => {
      expect(titled('Alpha Adventure')?.artwork).toEqual({
        poster: picture(
          'a0b6a88af930c55c6b89298530bf3a4b',
          'Primary',
          '/media/movies/Alpha Adventure (2001)/poster.jpg',
        ),
        thumb: null,
        backdrop: picture(
          'a0b6a88af930c55c6b89298530bf3a4b',
          'Backdrop',
          '/media/movies/Alpha Adventure (2001)/fanart.jpg',
        ),
      });
      const show = 'adb1533fcddeed5ea37e093a5a58e389';
      expect(titled('Pilot')?.artwork).toEqual({
        poster: picture(show, 'Primary', '/media/shows/Show One (2010)/poster.jpg'),
        thumb: picture(
          '9c0cdcaa737a03c589ed5b876d03f550',
          'Primary',
          '/media/shows/Show One (2010)/Season 01/Show One - S01E01 - Pilot-thumb.jpg',
        ),
        backdrop: picture(show, 'Backdrop', '/media/shows/Show One (2010)/fanart.jpg'),
      });
    });

    test('has the collections and playlists that people made, in order', () => {
      const titles = new Map(items.map(({ id, title }) => [id, title]));
      const told = collections.map(({ kind, name, itemIds }) => [kind, name, itemIds.map((id) => titles.get(id))]);
      const made = [
        ['collection', 'Ray Collection', ['Gamma Rays', 'Alpha Adventure']],
        ['playlist', 'Evening List', ['Zulu Finale', 'Pilot', 'Silent Film']],
      ];
      expect(new Set(told)).toEqual(new Set(variant === '' ? [] : made));
    });
  });
});

function byId(a: { hostId: string | null }, b: { hostId: string | null }): number {
  return String(a.hostId) < String(b.hostId) ? -1 : 1;
}

/** Everything that the API tells, too. */
function comparable(item: LibraryItem) {
  const {
    id: _id,
    source: _source,
    sizeBytes: _size,
    modifiedMs: _modified,
    markedSegments: _segments,
    ...told
  } = item;
  const { video, audio, subtitles } = told.streams;
  const pictures = Object.fromEntries(Object.entries(told.artwork).map(([kind, artwork]) => [kind, artwork !== null]));
  return {
    ...told,
    people: people(told.people),
    artwork: pictures,
    streams: {
      video: video && { ...video, framesPerSecond: Number(video.framesPerSecond?.toFixed(3)), sampleAspect: null },
      audio,
      subtitles,
    },
  };
}

function people(list: readonly { name: string; kind: string; role: string | null }[]): string[] {
  return list.map(({ name, kind, role }) => `${kind} ${name}: ${role}`).toSorted();
}

/** What the item must be, worked out from the API's words alone. */
function asWeTell(item: ApiItem, show: ApiItem | undefined) {
  const [first, ...versions] = item.mediaSources;
  const isEpisode = item.type === 'Episode';
  const own = (values: string[], inherited: string[] | undefined) => (values.length > 0 ? values : (inherited ?? []));
  return {
    hostId: item.id,
    kind: isEpisode ? 'episode' : 'film',
    title: item.name,
    sortTitle: item.sortName,
    show: item.seriesName ?? null,
    showHostId: item.seriesId ?? null,
    season: item.parentIndexNumber ?? null,
    seasonTitle: item.seasonName ?? null,
    episode: item.indexNumber ?? null,
    episodeEnd: item.indexNumberEnd ?? null,
    overview: item.overview ?? null,
    year: item.productionYear ?? null,
    originalAirDate: item.premiereDate?.slice(0, 10) ?? null,
    certificate: item.officialRating ?? show?.officialRating ?? null,
    stars: item.communityRating ?? show?.communityRating ?? null,
    genres: own(item.genres, show?.genres),
    studios: own(item.studios, show?.studios),
    tags: own(item.tags, show?.tags),
    people: people(
      item.people.map(({ name, type, role }) => ({
        name,
        kind: type.toLowerCase(),
        role: role === '' ? null : (role ?? null),
      })),
    ),
    libraries: [isEpisode ? 'Shows' : 'Movies'],
    artwork: {
      poster: (isEpisode ? show : item)?.images.includes('Primary') ?? false,
      thumb: isEpisode && item.images.includes('Primary'),
      backdrop: item.backdrops > 0 || (show?.backdrops ?? 0) > 0,
    },
    path: item.path,
    parts: (item.additionalParts ?? []).map((part) => ({
      path: part.path,
      durationMs: Math.floor(part.runTimeTicks / MS),
    })),
    versions: versions.map((version) => ({
      path: version.path,
      durationMs: Math.floor(version.runTimeTicks / MS),
    })),
    durationMs: Math.floor(item.runTimeTicks / MS),
    streams: streamsOf(first?.streams ?? []),
    chapters: item.chapters.map(({ startTicks, name }) => ({ startMs: startTicks / MS, title: name })),
    providerIds: Object.fromEntries(Object.entries(item.providerIds).map(([name, id]) => [name.toLowerCase(), id])),
    addedMs: Date.parse(item.dateCreated.replace(/(\.\d{3})\d+/, '$1')),
  };
}

function streamsOf(streams: readonly ApiStream[]) {
  const beside = streams.filter(({ isExternal }) => isExternal).length;
  const common = ({ codec, language, title, isDefault }: ApiStream) => ({
    ...{ codec, language: language ?? null, title: title ?? null, isDefault },
  });
  const [video] = streams.filter(({ type }) => type === 'Video');
  return {
    video: video && {
      ...common(video),
      index: video.index - beside,
      profile: video.profile,
      width: video.width,
      height: video.height,
      framesPerSecond: Number(video.averageFrameRate?.toFixed(3)),
      bitDepth: video.bitDepth,
      isInterlaced: video.isInterlaced,
      dynamicRange: video.videoRangeType.toLowerCase(),
      sampleAspect: null,
    },
    audio: streams
      .filter(({ type }) => type === 'Audio')
      .map((audio) => ({ ...common(audio), index: audio.index - beside, channels: audio.channels })),
    subtitles: streams
      .filter(({ type }) => type === 'Subtitle')
      .map((subtitle) => ({
        ...common(subtitle),
        index: subtitle.isExternal ? null : subtitle.index - beside,
        isForced: subtitle.isForced,
        path: subtitle.path ?? null,
      })),
  };
}

function picture(id: string, kind: string, file: string) {
  return { file, apiPath: `/Items/${id}/Images/${kind}` };
}
