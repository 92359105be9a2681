import type { Knex } from 'knex';
import { z } from 'zod';
import { jsonText } from '../../shared/json-text.ts';
import { type MediaFacts, mediaFacts } from '../../ffmpeg/media-facts.ts';
import type { FileOnDisk } from '../../library/disk/file-states.ts';
import type { Description, LibraryItem } from '../../library/library-item.ts';
import { type FrameRate, snapFrameRate } from '../../schedule/frame-rate.ts';
import { inBatches } from '../batches.ts';
import { UNPLACED } from './item-rows.ts';
import { storedDescription, DESCRIPTION_COLUMNS, withDetails } from './description.ts';

type Listed = Pick<LibraryItem, 'id' | 'source' | 'path' | 'kind' | 'title' | 'show' | 'season' | 'episode'>;

/** An item as the catalog has it: what its library says, and what a look into the file found. */
export interface CatalogItem extends Listed, FileState {
  /** Null until the file was probed, and again when it changes. */
  readonly facts: MediaFacts | null;
  /** Why it cannot be aired, in words. */
  readonly problem: string | null;
  /** Its file was not there at the last look. */
  readonly missing: boolean;
  /** The last look through the library did not find it any more. */
  readonly gone: boolean;
  /** For a further part of an item: the item that it belongs to. */
  readonly partOf: string | null;
}

/** How a file was when it was last seen: facts are good for this state of it and no other. */
export interface FileState {
  readonly id: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** An item as far as looking after the catalog needs it. */
export interface ItemOutline extends FileState, Pick<LibraryItem, 'source' | 'path' | 'show'> {
  readonly missing: boolean;
  readonly gone: boolean;
  /** Other files could be aired in the place of its own. */
  readonly hasVersions: boolean;
  /** Known as soon as the file was probed. */
  readonly pace: Pace | null;
  /** It was probed by an earlier version, which has found out less: good until somebody looks again. */
  readonly isStale: boolean;
  /** As its host has measured it: good for planning, not for the encoder. Null where a look into the file has failed. */
  readonly hostPace: Pace | null;
}

/** How fast and how long something is. */
export type Pace = Pick<MediaFacts, 'frameRate' | 'durationMs'>;

const itemRow = z
  .object({
    id: z.string(),
    source: z.string(),
    path: z.string(),
    kind: z.enum(['film', 'episode']),
    title: z.string(),
    show: z.string().nullable(),
    season: z.number().nullable(),
    episode: z.number().nullable(),
    size_bytes: z.number(),
    modified_ms: z.number(),
    facts: z.string().nullable(),
    problem: z.string().nullable(),
    missing: z.coerce.boolean(),
    gone_ms: z.number().nullable(),
    part_of: z.string().nullable(),
  })
  .transform((row): CatalogItem => ({
    // One by one: guides read many at a time, and spreading takes longer than all the rest.
    id: row.id,
    source: row.source,
    path: row.path,
    kind: row.kind,
    title: row.title,
    show: row.show,
    season: row.season,
    episode: row.episode,
    problem: row.problem,
    missing: row.missing,
    gone: row.gone_ms !== null,
    partOf: row.part_of,
    sizeBytes: row.size_bytes,
    modifiedMs: row.modified_ms,
    facts: row.facts === null ? null : storedFacts(row.facts),
  }));
const outlineRow = z
  .object({
    ...{ id: z.string(), source: z.string(), path: z.string(), show: z.string().nullable() },
    ...{ size_bytes: z.number(), modified_ms: z.number(), missing: z.coerce.boolean(), gone_ms: z.number().nullable() },
    ...{ rateNum: z.number().nullable(), rateDen: z.number().nullable(), durationMs: z.number().nullable() },
    facts_stale: z.coerce.boolean(),
    ...{ frames_per_second: z.number().nullable(), duration_ms: z.number().nullable() },
    problem: z.string().nullable(),
    versions: z.number(),
  })
  .transform((row): ItemOutline => ({
    id: row.id,
    source: row.source,
    path: row.path,
    show: row.show,
    missing: row.missing,
    sizeBytes: row.size_bytes,
    modifiedMs: row.modified_ms,
    gone: row.gone_ms !== null,
    hasVersions: row.versions > 0,
    pace:
      row.rateNum === null || row.rateDen === null
        ? null
        : paceOf({ num: row.rateNum, den: row.rateDen }, row.durationMs),
    isStale: row.facts_stale,
    hostPace:
      row.problem !== null || row.frames_per_second === null
        ? null
        : paceOf(snapFrameRate(row.frames_per_second), row.duration_ms),
  }));

const COLUMNS = [
  ...['id', 'source', 'path', 'kind', 'title', 'show', 'season', 'episode', 'size_bytes', 'modified_ms', 'facts'],
  ...['problem', 'missing', 'gone_ms', 'part_of'],
];
/** Where each field of an outline is. */
const OUTLINE = {
  ...{ id: 'id', source: 'source', path: 'path', show: 'show', size_bytes: 'size_bytes', modified_ms: 'modified_ms' },
  ...{ missing: 'missing', gone_ms: 'gone_ms', frames_per_second: 'frames_per_second', duration_ms: 'duration_ms' },
  ...{ problem: 'problem', versions: 'versions', facts_stale: 'facts_stale' },
  rateNum: `json_extract(facts, '$.frameRate.num')`,
  rateDen: `json_extract(facts, '$.frameRate.den')`,
  durationMs: `json_extract(facts, '$.durationMs')`,
};
const OUTLINE_FIELDS = Object.entries(OUTLINE).map(([name, place]) => `'${name}', ${place}`);

/** Much that is read as one text, which SQLite writes beside us: row by row it would keep others waiting. */
const orderedIds = z.object({ ids: jsonText.pipe(z.array(z.string())) });
const outlineRows = z.object({ outlines: jsonText.pipe(z.array(outlineRow)) });

export class Items {
  readonly #knex: Knex;
  readonly #reader: Knex;

  constructor(knex: Knex, reader: Knex) {
    this.#knex = knex;
    this.#reader = reader;
  }

  /**
   * All items of a source in order, missing ones too, as far as looking after them needs: quick for thousands. `withNew` is
   * false for those only that have their place already.
   */
  async outlineOf(source: string, { withNew = true } = {}): Promise<ItemOutline[]> {
    const row: unknown = await this.#knex('items')
      .where({ source })
      .where((all) => void (withNew || all.where('position', '<', UNPLACED)))
      .first({ ids: this.#knex.raw('json_group_array(id order by position, part)') });
    const { ids } = orderedIds.parse(row);
    const outlines = await this.#outlines(ids);
    return ids.flatMap((id) => outlines.get(id) ?? []);
  }

  /** What a channel will show from a segment on and nobody has looked into as we do now, what is on first at the head. */
  async unprobedIn(channelId: string, fromSegment: number): Promise<(ItemOutline & { startSegment: number })[]> {
    const planned: unknown = await this.#knex('airings as a')
      .join('items as i', 'i.id', 'a.item_id')
      .where('a.channel_id', channelId)
      .where('a.stop_segment', '>', fromSegment)
      .whereRaw('(i.facts is null or i.facts_stale) and i.problem is null and not i.missing')
      .groupBy('i.id')
      .orderBy('startSegment')
      .select({ id: 'i.id', startSegment: this.#knex.raw('min(a.start_segment)') });
    const starts = z.array(z.object({ id: z.string(), startSegment: z.number() })).parse(planned);
    const outlines = await this.#outlines(starts.map(({ id }) => id));
    return starts.flatMap(({ id, startSegment }) => {
      const outline = outlines.get(id);
      return outline === undefined ? [] : { ...outline, startSegment };
    });
  }

  /** How many items of a source have their file here, and some of the files that are missing. */
  async filesOf(source: string, samples: number): Promise<{ items: number; missing: number; notFound: string[] }> {
    const there = () => this.#knex('items').where({ source }).whereNull('gone_ms');
    const counted: unknown = await there()
      .select({ items: this.#knex.raw('count(*)') })
      .sum({ missing: 'missing' });
    const [{ items, missing } = { items: 0, missing: 0 }] = z
      .array(z.object({ items: z.number(), missing: z.number().nullable() }))
      .parse(counted);
    const rows: unknown = await there().where({ missing: true }).orderBy('id').limit(samples).select('path');
    const notFound = z.array(z.object({ path: z.string() })).parse(rows);
    return { items, missing: missing ?? 0, notFound: notFound.map(({ path }) => path) };
  }

  /** In batches, so that others are answered in between. */
  async #outlines(ids: readonly string[]): Promise<Map<string, ItemOutline>> {
    const found = new Map<string, ItemOutline>();
    await inBatches(ids, async (batch) => {
      const row: unknown = await this.#knex('items')
        .whereRaw('id in (select value from json_each(?))', [JSON.stringify(batch)])
        .first({ outlines: this.#knex.raw(`json_group_array(json_object(${OUTLINE_FIELDS.join(', ')}))`) });
      for (const outline of outlineRows.parse(row).outlines) found.set(outline.id, outline);
    });
    return found;
  }

  async byIds(ids: Iterable<string>): Promise<Map<string, CatalogItem>> {
    const found = new Map<string, CatalogItem>();
    await inBatches([...new Set(ids)], async (batch) => {
      for (const item of this.#parse(await this.#reader('items').whereIn('id', batch).select(COLUMNS)))
        found.set(item.id, item);
    });
    return found;
  }

  /** How fast and how long items are, as their files or else their hosts say; those nobody knows are left out. */
  async pacesOf(ids: readonly string[]): Promise<Pace[]> {
    const outlines = await this.#outlines(ids);
    return [...outlines.values()].flatMap(({ pace, hostPace }) => pace ?? hostPace ?? []);
  }

  /** What is known of items besides: for guides. One that cannot be read is left out. */
  async describe(ids: Iterable<string>): Promise<Map<string, Description>> {
    const found = new Map<string, Description>();
    await inBatches([...new Set(ids)], async (batch) => {
      const rows: unknown = await withDetails(this.#knex('items'))
        .whereIn('id', batch)
        .select('id', ...DESCRIPTION_COLUMNS);
      for (const row of z.array(z.looseObject({ id: z.string() })).parse(rows)) {
        const description = storedDescription.safeParse(row);
        if (description.success) found.set(row.id, description.data);
      }
    });
    return found;
  }

  /** Other files of an item that could be aired in the place of its own. */
  async versionsOf(id: string): Promise<string[]> {
    const rows: unknown = await withDetails(this.#knex('items'))
      .where('items.id', id)
      .whereRaw(`json_extract(v.value, '$.path') <> items.path`)
      .select({ path: this.#knex.raw(`json_extract(v.value, '$.path')`) })
      .joinRaw(`join json_each(d.details, '$.versions') v`);
    return z
      .array(z.object({ path: z.string() }))
      .parse(rows)
      .map(({ path }) => path);
  }

  /** What was found in an item's file, or in another version of it, which is aired from now on. */
  async setFacts(
    state: FileState,
    { path, sizeBytes, modifiedMs }: FileOnDisk & { readonly path: string },
    facts: MediaFacts,
  ): Promise<void> {
    const file = { path, size_bytes: sizeBytes, modified_ms: modifiedMs };
    await this.#at(state).update({ ...file, facts: JSON.stringify(facts), facts_stale: false, problem: null });
  }

  async setProblem(state: FileState, problem: string): Promise<void> {
    await this.#at(state).update({ facts: null, problem });
  }

  /** Its file is not there; the next sync that finds it again takes it in anew. */
  async setMissing(state: FileState): Promise<void> {
    await this.#at(state).update({ missing: true, fingerprint: null });
  }

  #at({ id, sizeBytes, modifiedMs }: FileState): Knex.QueryBuilder {
    return this.#knex('items').where({ id, size_bytes: sizeBytes, modified_ms: modifiedMs });
  }

  #parse(rows: unknown): CatalogItem[] {
    return z.array(itemRow).parse(rows);
  }
}

function paceOf(frameRate: FrameRate, durationMs: number | null): Pace | null {
  return durationMs === null ? null : { frameRate, durationMs };
}

/** What was found in a file, as it is kept. Facts that cannot be read count as none. */
export function storedFacts(text: string): MediaFacts | null {
  const parsed = jsonText.pipe(mediaFacts).safeParse(text);
  return parsed.success ? parsed.data : null;
}
