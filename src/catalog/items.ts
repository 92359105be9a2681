import type { Knex } from 'knex';
import { z } from 'zod';
import { type MediaFacts, mediaFacts } from '../ffmpeg/media-facts.ts';
import type { LibraryItem } from '../library/library-item.ts';
import type { Channel, Content } from './channel.ts';
import { inBatches } from './batches.ts';

type Listed = Pick<LibraryItem, 'id' | 'source' | 'path' | 'kind' | 'title' | 'show' | 'season' | 'episode'>;

/** An item as the catalog has it: what its library says, and what a look into the file found. */
export interface CatalogItem extends Listed, FileState {
  /** Null until the file was probed, and again when it changes. */
  readonly facts: MediaFacts | null;
  /** Why it cannot be aired, in words. */
  readonly problem: string | null;
  /** The last look into the library did not find it, or not its file. */
  readonly missing: boolean;
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
  /** Known as soon as the file was probed. */
  readonly pace: Pick<MediaFacts, 'framesPerSecond' | 'durationMs'> | null;
}

/** A place in a channel's loop; without a length where the item cannot be aired (yet, or any more). */
export interface LoopItem {
  readonly id: string;
  readonly durationMs: number | null;
}

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
  })
  .transform(({ size_bytes, modified_ms, facts, ...row }): CatalogItem => ({
    ...row,
    sizeBytes: size_bytes,
    modifiedMs: modified_ms,
    facts: facts === null ? null : parseFacts(facts),
  }));
const outlineRow = z
  .object({
    ...{ id: z.string(), source: z.string(), path: z.string(), show: z.string().nullable() },
    ...{ size_bytes: z.number(), modified_ms: z.number(), missing: z.coerce.boolean() },
    ...{ framesPerSecond: z.number().nullable(), durationMs: z.number().nullable() },
  })
  .transform(({ id, source, path, show, missing, framesPerSecond, durationMs, ...row }): ItemOutline => ({
    ...{ id, source, path, show, missing, sizeBytes: row.size_bytes, modifiedMs: row.modified_ms },
    pace: framesPerSecond === null || durationMs === null ? null : { framesPerSecond, durationMs },
  }));
const loopRow = z.object({ id: z.string(), durationMs: z.number().nullable() });

/** A file that is not there just now comes back as it was, for all we know. */
const UNCHANGED =
  'items.path = excluded.path and (excluded.missing or ' +
  'items.size_bytes = excluded.size_bytes and items.modified_ms = excluded.modified_ms)';

export class Items {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Takes in what a source holds now, in this order. Changed files lose their facts; all others that it had are missing. */
  async replaceSource(
    source: string,
    items: readonly LibraryItem[],
    alsoThere: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    await this.#knex.transaction(async (trx) => {
      const known: { id: string }[] = await trx('items').where({ source, missing: false }).select('id');
      const there = new Set(items.map(({ id }) => id));
      const gone = known.map(({ id }) => id).filter((id) => !there.has(id) && !alsoThere.has(id));
      const rows = items.map((item, position) => ({ ...toRow(item), position }));
      await inBatches(rows, (batch) =>
        trx('items')
          .insert(batch)
          .onConflict('id')
          .merge({
            ...Object.fromEntries(MERGED.map((column) => [column, trx.raw(`excluded.${column}`)])),
            size_bytes: trx.raw('case when excluded.missing then items.size_bytes else excluded.size_bytes end'),
            modified_ms: trx.raw('case when excluded.missing then items.modified_ms else excluded.modified_ms end'),
            facts: trx.raw(`case when ${UNCHANGED} then items.facts end`),
            problem: trx.raw(`case when ${UNCHANGED} then items.problem end`),
          }),
      );
      await inBatches(gone, (batch) => trx('items').whereIn('id', batch).update({ missing: true }));
    });
  }

  /** All items of a source in order, missing ones too, as far as looking after them needs: quick for thousands. */
  async outlineOf(source: string): Promise<ItemOutline[]> {
    const factsOf = (name: string) => this.#knex.raw(`json_extract(facts, '$.${name}') as ${name}`);
    const rows: unknown = await this.#knex('items')
      .where({ source })
      .orderBy('position')
      .select('id', 'source', 'path', 'show', 'size_bytes', 'modified_ms', 'missing')
      .select(factsOf('framesPerSecond'), factsOf('durationMs'));
    return z.array(outlineRow).parse(rows);
  }

  /** The places of a channel's loop: narrow, since planning reads all of them. */
  async loopOf(channel: Channel): Promise<LoopItem[]> {
    const durationMs = this.#knex.raw(
      `case when not missing then json_extract(facts, '$.durationMs') end as durationMs`,
    );
    const rows: unknown = await this.#of(channel.source, channel.content).orderBy('position').select('id', durationMs);
    return z.array(loopRow).parse(rows);
  }

  async byIds(ids: Iterable<string>): Promise<Map<string, CatalogItem>> {
    const found = new Map<string, CatalogItem>();
    await inBatches([...new Set(ids)], async (batch) => {
      for (const item of this.#parse(await this.#knex('items').whereIn('id', batch))) found.set(item.id, item);
    });
    return found;
  }

  async setFacts(state: FileState, facts: MediaFacts): Promise<void> {
    await this.#at(state).update({ facts: JSON.stringify(facts), problem: null });
  }

  async setProblem(state: FileState, problem: string): Promise<void> {
    await this.#at(state).update({ facts: null, problem });
  }

  #at({ id, sizeBytes, modifiedMs }: FileState): Knex.QueryBuilder {
    return this.#knex('items').where({ id, size_bytes: sizeBytes, modified_ms: modifiedMs });
  }

  #of(source: string, content: Content): Knex.QueryBuilder {
    const films = content.kind === 'films';
    return this.#knex('items').where(
      films ? { source, kind: 'film' } : { source, kind: 'episode', show: content.show },
    );
  }

  #parse(rows: unknown): CatalogItem[] {
    return z.array(itemRow).parse(rows);
  }
}

function toRow({ id, source, path, kind, title, show, season, episode, sizeBytes, modifiedMs }: LibraryItem) {
  const file = { size_bytes: sizeBytes ?? 0, modified_ms: modifiedMs ?? 0, missing: sizeBytes === null };
  return { id, source, path, kind, title, show, season, episode, ...file };
}

/** What a look into the library may change of an item that is known. */
const MERGED = ['path', 'kind', 'title', 'show', 'season', 'episode', 'position', 'missing'];

/** Facts that cannot be read count as none. */
function parseFacts(text: string): MediaFacts | null {
  const parsed = z
    .string()
    .transform((json): unknown => JSON.parse(json))
    .pipe(mediaFacts)
    .safeParse(text);
  return parsed.success ? parsed.data : null;
}
