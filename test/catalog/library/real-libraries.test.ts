import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Catalog, openCatalog } from '../../../src/catalog/catalog.ts';
import { type Channel, gridOf } from '../../../src/catalog/channels/channel.ts';
import { planOf } from '../../../src/catalog/planning/plan.ts';
import { Planner } from '../../../src/catalog/planning/planner.ts';
import { planningHere } from '../../../src/catalog/planning/planning-here.ts';
import { programmesOf } from '../../../src/catalog/guide/programmes.ts';
import { hostSource } from '../../../src/library/host-library.ts';
import { segmentAt, segmentsIn } from '../../../src/schedule/grid.ts';
import { programming } from '../../../src/schedule/programming/programming.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { LIBRARY, type RunningSidecar, startSidecar } from '../../http/sidecar.ts';
import { unpack } from '../../support/hosts.ts';
import { peopleIn, SERVERS, toldBy, VERSIONS } from '../../support/jellyfin-api.ts';
import { WoundClock } from '../../support/wound-clock.ts';
import { addChannel, channel, sync, temporaryFolder } from '../samples.ts';

type Item = Readonly<Record<string, unknown>> & { people: Parameters<typeof peopleIn>[0]; artwork: object };

const START_MS = Date.UTC(2027, 5, 1, 6);
const HOUR_MS = 3_600_000;
const SPAN = { horizonMs: 2 * HOUR_MS, leastMs: HOUR_MS, keepMs: HOUR_MS };
const BELA = `Béla's "Big" Night`;

describe.each(VERSIONS)('the library of Jellyfin %s', (version) => {
  describe.each([
    ['as it was', ''],
    ['with a tuner, a guide, recordings and collections', '-livetv'],
  ])('%s, in the catalog', (_, variant) => {
    const told = toldBy(version);
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let catalog: Catalog;
    let sidecar: RunningSidecar;
    let source: string;
    const clock = new WoundClock(START_MS);

    beforeAll(async () => {
      folder = await temporaryFolder();
      const here = (file: string) => file.replace('/media', path.join(folder.path, 'nas'));
      for (const { path: file, parts, versions } of told) {
        for (const one of [file, ...[...parts, ...versions].map((other) => other.path)]) {
          await mkdir(path.dirname(here(one)), { recursive: true });
          await writeFile(here(one), 'x');
        }
      }
      const config = path.join(folder.path, 'config');
      await unpack(`jellyfin-${version}${variant}`, path.join(config, SERVERS[version].file));
      catalog = await openCatalog(path.join(folder.path, 'sidecast.db'), { logger: silentLogger, now: () => 0 });
      const library = hostSource({
        ...{ host: 'jellyfin', path: config, scratchDirectory: folder.path, logger: silentLogger },
        pathRules: [{ from: '/media', to: path.join(folder.path, 'nas') }],
      });
      source = library.id;
      const statesOf = async (files: readonly string[]) => files.map(() => ({ sizeBytes: 1, modifiedMs: 1 }));
      await sync(catalog, library, { statesOf });
      const reader = catalog.libraryReader;
      sidecar = await startSidecar({
        library: {
          ...{ ...LIBRARY, sources: [source], summaries: () => reader.summaries([source]) },
          items: (request) => reader.items(request),
          shows: (filter, limit, after) => reader.shows(filter, limit, after),
        },
      });
    });
    afterAll(async () => {
      await sidecar[Symbol.asyncDispose]();
      await catalog.close();
      await folder[Symbol.asyncDispose]();
    });

    const get = async <T>(address: string) => (await (await sidecar.fetch(address)).json()) as T;

    /** All that is told, a few at a time. */
    async function items(): Promise<Item[]> {
      const found: Item[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
        const page = await get<{ items: Item[]; next_cursor: string | null }>(
          `/api/library/items?limit=4&sort=title${after}`,
        );
        found.push(...page.items);
        cursor = page.next_cursor;
      }
      return found;
    }

    test('is told by the API field by field as the server tells it', async () => {
      const nas = path.join(folder.path, 'nas');
      const expected = told.map((item) => inJSON(item, { source, nas }));
      const found = (await items()).map(({ id: _id, people, artwork, ...item }) => ({
        ...item,
        video: withRoundedRate(item['video']),
        people: peopleIn(people),
        artwork: Object.fromEntries(Object.entries(artwork).map(([kind, address]) => [kind, address !== null])),
      }));
      const byId = (a: object, b: object) => (String(Object(a).host_id) < String(Object(b).host_id) ? -1 : 1);
      expect(found.toSorted(byId)).toEqual(expected.toSorted(byId));
    });

    test('has its shows', async () => {
      const { shows } = await get<{ shows: object[] }>('/api/library/shows');
      expect(shows).toMatchObject([
        { show: 'Show One', seasons: 3, episodes: 5, missing: 0 },
        { show: 'Ünïted "Two" 🚀', seasons: 1, episodes: 3, missing: 0 },
      ]);
    });

    /** Plans a channel that shows this content over and over, and tells what is in the guide. */
    async function planned(id: string, content: object): Promise<{ channel: Channel; titles: string[] }> {
      const numbers = await catalog.channels.numbersOf([id]);
      const made = channel(id, numbers.get(id) ?? 0, {
        programming: programming.parse({ kind: 'scheduled', default: { content: [content] } }),
        timeZone: 'UTC',
      });
      await addChannel(catalog, made);
      await new Planner({ catalog, withPlanning: planningHere(catalog), clock, timeZone: 'UTC', span: SPAN }).renew([
        made,
      ]);
      const programmes = await programmesOf(catalog, made, START_MS, START_MS + HOUR_MS / 10);
      return { channel: made, titles: programmes.map(({ item }) => item.title) };
    }

    test('shows a film of two parts as one programme', async () => {
      const { channel: films } = await planned('films', { kind: 'films' });
      const [first] = (await programmesOf(catalog, films, START_MS, START_MS + HOUR_MS / 10)).filter(
        ({ item }) => item.title === BELA,
      );
      const grid = gridOf(films);
      const [start, stop] = [segmentAt(grid, first!.startMs), segmentAt(grid, first!.stopMs)];
      const shown = await planOf(catalog, films.id, start, stop);
      expect(shown.map(({ item }) => path.basename(item?.path ?? ''))).toEqual([
        `${BELA} (1999) - part1.mkv`,
        `${BELA} (1999) - part2.mkv`,
      ]);
      const lengths = shown.map(({ airing }) => airing.stopSegment - airing.startSegment);
      expect(lengths).toEqual([segmentsIn(grid, 8021), segmentsIn(grid, 6021)]);
    });

    if (variant === '') return;

    test.each([
      ['collection', 'Ray Collection', ['Gamma Rays', 'Alpha Adventure']],
      ['playlist', 'Evening List', ['Zulu Finale', 'Pilot', 'Silent Film']],
    ])('can be shown by a %s of the server, in its order', async (kind, name, order) => {
      const { titles } = await planned(name, { kind: 'collection', name });
      const from = titles.indexOf(order[0]!);
      expect(titles.slice(from, from + order.length * 2)).toEqual([...order, ...order]);
      expect(new Set(titles)).toEqual(new Set(order));
      const overview = await get<{ sources: { collections: { id: string }[] }[] }>('/api/library');
      const found = overview.sources[0]?.collections.find((one) => Object(one).name === name);
      expect(found).toMatchObject({ kind, items: order.length });
      const members = await get<{ items: { title: string }[] }>(`/api/library/items?collection=${found?.id}`);
      expect(new Set(members.items.map(({ title }) => title))).toEqual(new Set(order));
    });
  });
});

/** What the API must say of an item, from what its server says. */
function inJSON(item: ReturnType<typeof toldBy>[number], { source, nas }: { source: string; nas: string }): object {
  const here = (file: string) => file.replace('/media', nas);
  const file = ({ path: at, durationMs }: { path: string; durationMs: number }) => ({
    ...{ path: here(at), duration_ms: durationMs },
  });
  const { video, audio, subtitles } = item.streams;
  return {
    ...{ source, host_id: item.hostId, kind: item.kind, title: item.title, sort_title: item.sortTitle },
    ...{ show: item.show, season: item.season, season_title: item.seasonTitle, episode: item.episode },
    ...{ episode_end: item.episodeEnd, overview: item.overview, year: item.year, rating: item.certificate },
    ...{ original_air_date: item.originalAirDate, stars: item.stars, genres: item.genres, studios: item.studios },
    ...{ tags: item.tags, people: item.people, libraries: item.libraries, duration_ms: item.durationMs },
    ...{
      path: here(item.path),
      missing: false,
      problem: null,
      probed: null,
      marked_segments: [],
      artwork: item.artwork,
    },
    ...{ parts: item.parts.map(file), versions: item.versions.map(file), provider_ids: item.providerIds },
    video: video && {
      ...{ codec: video.codec, profile: video.profile, width: video.width, height: video.height },
      ...{ frames_per_second: video.framesPerSecond, bit_depth: video.bitDepth, interlaced: video.isInterlaced },
      dynamic_range: video.dynamicRange,
    },
    audio: audio.map(({ index, codec, channels, language, isDefault }) => ({
      ...{ index, codec, channels, language, default: isDefault },
    })),
    subtitles: subtitles.map(({ index, codec, language, isForced, path: at }) => ({
      ...{ index, codec, language, forced: isForced, path: at === null ? null : here(at) },
    })),
    chapters: item.chapters.map(({ startMs, title }) => ({ start_ms: startMs, title })),
    added: new Date(item.addedMs).toISOString(),
  };
}

/** A server rounds its rates to single floats. */
function withRoundedRate(video: unknown): unknown {
  if (video === null) return null;
  return { ...Object(video), frames_per_second: Number(Object(video).frames_per_second.toFixed(3)) };
}
