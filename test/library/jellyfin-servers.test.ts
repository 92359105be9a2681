import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { hostSource } from '../../src/library/host-library.ts';
import type { Collection, LibraryItem } from '../../src/library/library-item.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { temporaryFolder, unpack } from '../support/hosts.ts';
import { peopleIn, SERVERS, toldBy, VERSIONS } from '../support/jellyfin-api.ts';

describe.each(VERSIONS)('a library of Jellyfin %s', (version) => {
  describe.each([
    ['as it was', ''],
    ['with a tuner, a guide, recordings and collections', '-livetv'],
  ])('%s', (_, variant) => {
    const { schema, file } = SERVERS[version];
    const told = toldBy(version);
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
      expect(new Set(items.map(({ hostId }) => hostId))).toEqual(new Set(told.map(({ hostId }) => hostId)));
      expect(items).toHaveLength(told.length);
      expect(items.filter(({ kind }) => kind === 'film')).toHaveLength(7);
      const episodes = items.filter(({ kind }) => kind === 'episode');
      expect(episodes).toHaveLength(8);
      expect(new Set(episodes.map(({ showHostId }) => showHostId)).size).toBe(2);
      expect(new Set(episodes.map(({ showHostId, season }) => `${showHostId} ${season}`)).size).toBe(4);
    });

    test('is what the server says of it, field by field', () => {
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
      const lists = collections.map(({ kind, name, itemIds }) => [kind, name, itemIds.map((id) => titles.get(id))]);
      const made = [
        ['collection', 'Ray Collection', ['Gamma Rays', 'Alpha Adventure']],
        ['playlist', 'Evening List', ['Zulu Finale', 'Pilot', 'Silent Film']],
      ];
      expect(new Set(lists)).toEqual(new Set(variant === '' ? [] : made));
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
    people: peopleIn(told.people),
    artwork: pictures,
    streams: {
      video: video && { ...video, framesPerSecond: Number(video.framesPerSecond?.toFixed(3)), sampleAspect: null },
      audio,
      subtitles,
    },
  };
}

function picture(id: string, kind: string, file: string) {
  return { file, apiPath: `/Items/${id}/Images/${kind}` };
}
