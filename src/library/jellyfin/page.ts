import type { Knex } from 'knex';
import { z } from 'zod';
import { factsByOwner, type FactsRead } from '../facts.ts';
import type { HostItem, Page } from '../host-item.ts';
import type { SkippedRows } from '../skipped-rows.ts';
import { apiIdOf, rawId, storedOf } from './ids.ts';
import * as rows from './rows.ts';
import { playable } from './playable.ts';
import { ITEM_TYPES, type JellyfinSchema } from './schema.ts';
import { toHostItem } from './to-item.ts';

/** Rows per page: few enough that a server never waits long for us; each page has to be begun and ended. */
const PAGE_ROWS = 300;
/** What Jellyfin calls the libraries of what it has recorded: a tuner must not air its own recordings. */
const RECORDINGS = new Set(['Recordings', 'Recorded Movies', 'Recorded Shows']);

/** The playable films and episodes behind a key: no extras, further parts, versions, recordings and channels. */
export async function readPage(
  knex: Knex,
  after: string | undefined,
  schema: JellyfinSchema,
  skipped: SkippedRows,
): Promise<Page> {
  const found = keyed.parse(await playableRows(knex, after, schema));
  const items = skipped.sort('item', rows.itemRow, found);
  const next = found.length < PAGE_ROWS ? undefined : found.at(-1)?.id;
  return { items: await described(knex, items, schema, skipped), next };
}

/** How many there are, recordings that lie among the videos among them. */
export async function countItems(knex: Knex, { items }: JellyfinSchema): Promise<number> {
  const found: unknown = await playable(knex(`${items} as b`)).first({ items: knex.raw('count(*)') });
  return counted.parse(found).items;
}

const counted = z.object({ items: z.number() });
const keyed = z.array(z.looseObject({ id: z.string() }));

function playableRows(knex: Knex, after: string | undefined, schema: JellyfinSchema): Knex.QueryBuilder {
  return playable(knex(`${schema.items} as b`))
    .where((query) => {
      if (after !== undefined) void query.where(`b.${schema.key}`, '>', storedOf(after));
    })
    .orderBy(`b.${schema.key}`)
    .limit(PAGE_ROWS)
    .select({
      id: knex.raw(rawId(`b.${schema.key}`)),
      kind: knex.raw(`case b.Type when ? then 'film' else 'episode' end`, [ITEM_TYPES.film]),
      ...DESCRIBED,
      sortName: 'b.SortName',
      path: 'b.Path',
      runTime: 'b.RunTimeTicks',
      seriesId: knex.raw(rawId('b.SeriesId')),
      seriesName: 'b.SeriesName',
      seasonName: 'b.SeasonName',
      season: 'b.ParentIndexNumber',
      episode: 'b.IndexNumber',
      overview: 'b.Overview',
      created: 'b.DateCreated',
      details: knex.raw('cast(b.Data as text)'),
    });
}

const DESCRIBED = {
  name: 'b.Name',
  premiere: 'b.PremiereDate',
  year: 'b.ProductionYear',
  certificate: 'b.OfficialRating',
  rating: 'b.CommunityRating',
  genres: 'b.Genres',
  studios: 'b.Studios',
  tags: 'b.Tags',
};

/** Reads all that belongs to some items; they are made of it later. */
async function described(
  knex: Knex,
  items: readonly rows.ItemRow[],
  schema: JellyfinSchema,
  skipped: SkippedRows,
): Promise<Page['items']> {
  if (items.length === 0) return () => [];
  const ids = items.map(({ id }) => schema.storedId(id));
  const seriesIds = [...new Set(items.map(({ seriesId }) => seriesId).filter((id) => id !== null))];
  // Asked all at once: while one answer is being taken in, the next is read.
  const [libraries, streams, chapters, people, images, providers, segments, series, shared, durations] =
    await Promise.all([
      schema.libraries(knex, ids),
      schema.streams(knex, ids),
      schema.chapters(knex, ids),
      schema.people(knex, ids),
      schema.images(knex, [...ids, ...seriesIds.map(schema.storedId)]),
      schema.providers(knex, ids),
      schema.segments?.(knex, ids),
      seriesOf(knex, seriesIds, schema, skipped),
      sharedNames(knex, schema, skipped),
      durationsOf(knex, items, schema, skipped),
    ]);
  const factsOf = <T>(read: FactsRead, kind: string, row: z.ZodType<T>) =>
    factsByOwner(read, kind, row, skipped, apiIdOf);
  return () =>
    toItems(items, {
      libraries: factsOf(libraries, 'library', rows.libraryRow),
      streams: factsOf(streams, 'stream', rows.streamRow),
      chapters: factsOf(chapters, 'chapter', rows.chapterRow),
      people: factsOf(people, 'person', rows.personRow),
      images: factsOf(images, 'image', rows.imageRow),
      providers: factsOf(providers, 'provider id', rows.providerRow),
      segments: segments && factsOf(segments, 'marked segment', rows.segmentRow),
      ...{ series, shared, durations },
    });
}

/** All that was read of some items, by what it belongs to. */
interface PageFacts {
  readonly libraries: ReadonlyMap<string, readonly z.infer<typeof rows.libraryRow>[]>;
  readonly streams: ReadonlyMap<string, readonly rows.StreamRow[]>;
  readonly chapters: ReadonlyMap<string, readonly z.infer<typeof rows.chapterRow>[]>;
  readonly people: ReadonlyMap<string, readonly z.infer<typeof rows.personRow>[]>;
  readonly images: ReadonlyMap<string, readonly rows.ImageRow[]>;
  readonly providers: ReadonlyMap<string, readonly z.infer<typeof rows.providerRow>[]>;
  readonly segments: ReadonlyMap<string, readonly z.infer<typeof rows.segmentRow>[]> | undefined;
  readonly series: ReadonlyMap<string, rows.SeriesRow>;
  readonly shared: ReadonlySet<string>;
  readonly durations: ReadonlyMap<string, number | null>;
}

function toItems(
  items: readonly rows.ItemRow[],
  { libraries, streams, chapters, people, images, providers, segments, series, shared, durations }: PageFacts,
): HostItem[] {
  return items.flatMap((item) => {
    const names = (libraries.get(item.id) ?? []).map(({ library }) => library);
    const own = names.filter((name) => !RECORDINGS.has(name));
    if (names.length > 0 && own.length === 0) return [];
    const show = item.seriesId === null ? undefined : series.get(item.seriesId);
    return toHostItem(item, {
      series: show,
      isNameShared: show !== undefined && shared.has(show.name),
      streams: streams.get(item.id) ?? [],
      chapters: chapters.get(item.id) ?? [],
      people: people.get(item.id) ?? [],
      images: images.get(item.id) ?? [],
      seriesImages: images.get(item.seriesId ?? '') ?? [],
      providers: providers.get(item.id) ?? [],
      libraries: own,
      markedSegments: segments?.get(item.id) ?? [],
      durations,
    });
  });
}

async function seriesOf(
  knex: Knex,
  ids: readonly string[],
  schema: JellyfinSchema,
  skipped: SkippedRows,
): Promise<Map<string, rows.SeriesRow>> {
  const found: unknown = await knex(`${schema.items} as b`)
    .whereIn(`b.${schema.key}`, ids.map(schema.storedId))
    .select({ id: knex.raw(rawId(`b.${schema.key}`)), ...DESCRIBED });
  return new Map(skipped.sort('series', rows.seriesRow, found).map((row) => [row.id, row]));
}

/** Names that shows of several years have. */
async function sharedNames(knex: Knex, schema: JellyfinSchema, skipped: SkippedRows): Promise<Set<string>> {
  const found: unknown = await knex(schema.items)
    .where('Type', ITEM_TYPES.series)
    .whereNotNull('Name')
    .groupBy('Name')
    .havingRaw('count(distinct ProductionYear) > 1')
    .select({ name: 'Name' });
  return new Set(skipped.sort('series name', rows.nameRow, found).map(({ name }) => name));
}

/** How long further parts and versions are: rows of their own, found by their paths. */
async function durationsOf(
  knex: Knex,
  items: readonly rows.ItemRow[],
  schema: JellyfinSchema,
  skipped: SkippedRows,
): Promise<Map<string, number | null>> {
  const paths = items.flatMap(({ details }) => [
    ...(details.AdditionalParts ?? []),
    ...(details.LocalAlternateVersions ?? []),
    ...(details.LinkedAlternateVersions ?? []).map(({ Path }) => Path).filter((path) => typeof path === 'string'),
  ]);
  if (paths.length === 0) return new Map();
  const found: unknown = await knex(schema.items)
    .whereIn('Path', paths)
    .select({ path: 'Path', runTime: 'RunTimeTicks' });
  return new Map(skipped.sort('file', rows.fileRow, found).map(({ path, runTime }) => [path, runTime]));
}
