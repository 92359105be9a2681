import type { Knex } from 'knex';
import { z } from 'zod';
import type { MediaFacts } from '../../ffmpeg/media-facts.ts';
import type { FileOnDisk } from '../../library/disk/file-states.ts';
import type { Description } from '../../library/library-item.ts';
import { jsonText } from '../../shared/json-text.ts';
import { inBatches } from '../batches.ts';
import { type CatalogItem, type FileState, ITEM_COLUMNS, itemRow } from './catalog-item.ts';
import { DESCRIPTION_COLUMNS, storedDescription, withDetails } from './description.ts';
import { type ItemOutline, type Pace, readOutlines } from './item-outlines.ts';
import { UNPLACED } from './item-rows.ts';

/** Read as one text, which SQLite writes beside us: row by row it would keep others waiting. */
const orderedIds = z.object({ ids: jsonText.pipe(z.array(z.string())) });

/** The items that the catalog has. */
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
    const outlines = await readOutlines(this.#knex, ids);
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
    const outlines = await readOutlines(
      this.#knex,
      starts.map(({ id }) => id),
    );
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

  async byIds(ids: Iterable<string>): Promise<Map<string, CatalogItem>> {
    const found = new Map<string, CatalogItem>();
    await inBatches([...new Set(ids)], async (batch) => {
      const rows: unknown = await this.#reader('items').whereIn('id', batch).select(ITEM_COLUMNS);
      for (const item of z.array(itemRow).parse(rows)) found.set(item.id, item);
    });
    return found;
  }

  /** How fast and how long items are, as their files or else their hosts say; those nobody knows are left out. */
  async pacesOf(ids: readonly string[]): Promise<Pace[]> {
    const outlines = await readOutlines(this.#knex, ids);
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
}
