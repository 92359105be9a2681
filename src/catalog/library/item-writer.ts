import type { Knex } from 'knex';
import { z } from 'zod';
import type { FileState } from './catalog-item.ts';
import { type ItemRow, type ItemWithFiles, rowsOf, UNPLACED } from './item-rows.ts';
import { relabel } from './item-labels.ts';

/** An item as it was taken in before. */
export interface KnownItem extends FileState {
  readonly path: string;
  readonly fingerprint: string | null;
}

const knownRow = z
  .object({
    id: z.string(),
    library_id: z.string(),
    path: z.string(),
    size_bytes: z.number(),
    modified_ms: z.number(),
    fingerprint: z.string().nullable(),
    gone_ms: z.number().nullable(),
  })
  .transform(({ size_bytes, modified_ms, library_id, gone_ms, ...row }) => ({
    libraryId: library_id,
    known: {
      ...row,
      sizeBytes: size_bytes,
      modifiedMs: modified_ms,
      // What has come back is written anew.
      fingerprint: gone_ms === null ? row.fingerprint : null,
    } satisfies KnownItem,
  }));

/** Taken over from a library for an item that is known. */
const MERGED = [
  ...['source', 'host_id', 'part_of', 'part', 'path', 'kind', 'title', 'sort_title', 'search_text', 'show', 'season'],
  ...['episode', 'year', 'original_air_date', 'certificate', 'stars', 'duration_ms', 'frames_per_second', 'added_ms'],
  ...['versions', 'people', 'missing', 'fingerprint'],
] as const satisfies readonly (keyof ItemRow)[];
const COLUMNS = ['library_id', 'size_bytes', 'modified_ms', ...MERGED] as const satisfies readonly (keyof ItemRow)[];

/** A file that is not there just now comes back as it was, for all we know. */
const UNCHANGED =
  'items.path = excluded.path and (excluded.missing or ' +
  'items.size_bytes = excluded.size_bytes and items.modified_ms = excluded.modified_ms)';
const SAME_PLACE = ['source', 'kind', 'show', 'season', 'episode', 'sort_title', 'path']
  .map((column) => `items.${column} is excluded.${column}`)
  .join(' and ');
const MERGE = [
  ...MERGED.map((column) => `${column} = excluded.${column}`),
  'size_bytes = case when excluded.missing then items.size_bytes else excluded.size_bytes end',
  'modified_ms = case when excluded.missing then items.modified_ms else excluded.modified_ms end',
  `facts = case when ${UNCHANGED} then items.facts end`,
  `problem = case when ${UNCHANGED} then items.problem end`,
  `placed = items.placed and items.gone_ms is null and ${SAME_PLACE}`,
  'gone_ms = null',
].join(', ');
/** The id in the library, unless an item has it that has another one there by now. */
const FREE_ID = `case when exists (select 1 from items o where o.id = value ->> 0) then lower(hex(randomblob(16)))
         else value ->> 0 end`;

/** What is known of items, by their ids in the library. */
export async function knownItems(knex: Knex, libraryIds: readonly string[]): Promise<Map<string, KnownItem>> {
  const rows: unknown = await knex('items')
    .whereRaw('library_id in (select value from json_each(?))', [JSON.stringify(libraryIds)])
    .select('id', 'library_id', 'path', 'size_bytes', 'modified_ms', 'fingerprint', 'gone_ms');
  return new Map(
    z
      .array(knownRow)
      .parse(rows)
      .map(({ libraryId, known }) => [libraryId, known]),
  );
}

/**
 * Takes in those that differ from what is known of them, and tells how many these were. New ones are labelled later, all at
 * once. The rows are made at the call, so that this goes on while those before are still being written.
 */
export async function writeItems(
  knex: Knex,
  items: readonly ItemWithFiles[],
  known: ReadonlyMap<string, KnownItem>,
): Promise<number> {
  const changed = items
    .map((one) => ({ ...one, rows: rowsOf(one) }))
    .filter(({ rows }) => rows.some(({ library_id: id, fingerprint }) => known.get(id)?.fingerprint !== fingerprint));
  if (changed.length === 0) return 0;
  await knex.transaction(async (trx) => {
    // The first parts before those that name them.
    const rows = changed.flatMap((one) => one.rows).toSorted((a, b) => a.part - b.part);
    await writeRows(trx, rows);
    await relabel(
      trx,
      changed.map(({ item }) => item.id).filter((id) => known.has(id)),
    );
  });
  return changed.length;
}

/** One text for all rows: Knex would take most of a sync's time to bind each value. */
async function writeRows(trx: Knex, rows: readonly ItemRow[]): Promise<void> {
  const values = COLUMNS.map((column, index) =>
    column === 'part_of'
      ? // The id in the catalog of what is named by its id in the library.
        `coalesce((select m.id from items m where m.library_id = value ->> ${index}), value ->> ${index})`
      : `value ->> ${index}`,
  );
  for (const some of [rows.filter(({ part }) => part === 1), rows.filter(({ part }) => part > 1)]) {
    if (some.length === 0) continue;
    await trx.raw(
      `insert into items (id, position, placed, ${COLUMNS.join(', ')})
       select ${FREE_ID}, ${UNPLACED}, false, ${values.join(', ')} from json_each(?) where true
       on conflict (library_id) do update set ${MERGE}`,
      [JSON.stringify(some.map((row) => COLUMNS.map((column) => row[column])))],
    );
  }
  await trx.raw(
    `insert into item_details (item_id, details)
     select i.id, r.value from json_each(?) r cross join items i on i.library_id = r.key where true
     on conflict (item_id) do update set details = excluded.details`,
    // They are JSON already, which SQLite gives back as it was.
    [`{${rows.map(({ library_id: id, details }) => `${JSON.stringify(id)}:${details}`).join(',')}}`],
  );
}
