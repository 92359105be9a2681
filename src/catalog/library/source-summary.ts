import type { Knex } from 'knex';
import { z } from 'zod';
import { whereFilter } from './item-query.ts';
import { type SourceState, sourceRow } from './source-state.ts';

/** One of the libraries of a source; that of a folder has no name. */
export interface LibrarySummary {
  readonly name: string;
  readonly films: number;
  readonly shows: number;
  readonly episodes: number;
  readonly missing: number;
  readonly unplayable: number;
}

export interface CollectionSummary {
  readonly id: string;
  readonly kind: 'collection' | 'playlist';
  readonly name: string;
  readonly items: number;
}

/** What was found in a source. */
export interface SourceSummary {
  readonly id: string;
  /** Null until it was looked through for the first time. */
  readonly state: SourceState | null;
  readonly libraries: readonly LibrarySummary[];
  readonly collections: readonly CollectionSummary[];
  /** Some of the files that are not on this machine, as the report counts them: each part of a film is one. */
  readonly missing: readonly string[];
  /** Some of the files that cannot be aired, and why. */
  readonly unplayable: readonly { readonly path: string; readonly problem: string }[];
}

const libraryRow = z.object({
  ...{ name: z.string(), films: z.number(), shows: z.number(), episodes: z.number(), missing: z.number() },
  unplayable: z.number(),
});
const collectionRow = z.object({
  ...{ id: z.string(), kind: z.enum(['collection', 'playlist']), name: z.string(), items: z.number() },
});
/** How many files are named in a summary; the rest is asked for page by page. */
const NAMED_FILES = 20;

/** What was found in a source. */
export async function summaryOf(knex: Knex, source: string): Promise<SourceSummary> {
  const [state = null] = z.array(sourceRow).parse(await knex('sources').where({ id: source }));
  const some = () => knex('items').where({ source }).whereNull('gone_ms').orderBy('path').limit(NAMED_FILES);
  const missing: unknown = await some().where({ missing: true }).select('path');
  const unplayable: unknown = await some().whereNotNull('problem').select('path', 'problem');
  return {
    id: source,
    state,
    libraries: await librariesOf(knex, source),
    collections: await collectionsOf(knex, source),
    missing: z
      .array(z.object({ path: z.string() }))
      .parse(missing)
      .map(({ path }) => path),
    unplayable: z.array(z.object({ path: z.string(), problem: z.string() })).parse(unplayable),
  };
}

async function librariesOf(knex: Knex, source: string): Promise<LibrarySummary[]> {
  const rows: unknown = await whereFilter(knex('items as i'), { source })
    .joinRaw(`left join (item_labels x join labels l on l.id = x.label_id and l.kind = 'library') on x.item_id = i.id`)
    .groupBy('name')
    .orderBy('name')
    .select({
      name: knex.raw(`coalesce(l.name, '')`),
      films: knex.raw(`sum(i.kind = 'film')`),
      shows: knex.raw(`count(distinct i.show)`),
      episodes: knex.raw(`sum(i.kind = 'episode')`),
      missing: knex.raw('sum(i.missing)'),
      unplayable: knex.raw('sum(i.problem is not null)'),
    });
  return z.array(libraryRow).parse(rows);
}

async function collectionsOf(knex: Knex, source: string): Promise<CollectionSummary[]> {
  const rows: unknown = await knex('collections as c')
    .where('c.source', source)
    .orderByRaw('c.name collate nocase, c.id')
    .select('c.id', 'c.kind', 'c.name')
    .select({
      items: knex.raw(
        `(select count(*) from collection_items m join items i on i.library_id = m.library_id
            where m.collection_id = c.id and i.gone_ms is null)`,
      ),
    });
  return z.array(collectionRow).parse(rows);
}
