import type { Knex } from 'knex';
import { z } from 'zod';
import { inBatches } from './batches.ts';

/** What an item is searched by, besides its columns, and where that is in what is kept of it. */
const PLACES = { genre: 'genres', studio: 'studios', tag: 'tags', library: 'libraries' } as const;
export type LabelKind = keyof typeof PLACES;

const KINDS = Object.entries(PLACES).map(([kind, place]) => `('${kind}', '$.${place}')`);
const LABELS = `(select column1 as kind, column2 as place from (values ${KINDS.join(', ')}))`;
/** Joins that are crossed are made in this order. */
const FOUND = `select i.id as item_id, k.kind, j.value as name from json_each(?) w
  cross join items i on i.id = w.value cross join ${LABELS} k cross join json_each(i.details, k.place) j`;

const idRow = z.object({ id: z.string() });

/**
 * Labels the items of a source that are new. They are taken in the order of their ids, in which a label keeps its items:
 * as they come from the library each of them would change another page for each of its labels.
 */
export async function labelNew(knex: Knex, source: string): Promise<void> {
  const rows: unknown = await knex('items').where({ source }).whereRaw('not placed and part_of is null').select('id');
  const ids = z
    .array(idRow)
    .parse(rows)
    .map(({ id }) => id)
    .sort();
  await inBatches(ids, (batch) => knex.transaction((trx) => label(trx, batch)));
}

/** Labels items anew, named by their ids in the library, that may have had other labels. */
export async function relabel(trx: Knex, libraryIds: readonly string[]): Promise<void> {
  if (libraryIds.length === 0) return;
  const rows: unknown = await trx('items')
    .whereRaw('library_id in (select value from json_each(?))', [JSON.stringify(libraryIds)])
    .select('id');
  const ids = z
    .array(idRow)
    .parse(rows)
    .map(({ id }) => id);
  await trx.raw('delete from item_labels where item_id in (select value from json_each(?))', [JSON.stringify(ids)]);
  await label(trx, ids);
}

async function label(trx: Knex, ids: readonly string[]): Promise<void> {
  const given = JSON.stringify(ids);
  await trx.raw(`insert or ignore into labels (kind, name) select distinct kind, name from (${FOUND})`, [given]);
  // The label's own column comes first: that is how its letters are compared.
  await trx.raw(
    `insert or ignore into item_labels (label_id, item_id)
     select l.id, f.item_id from (${FOUND}) f cross join labels l on l.kind = f.kind and l.name = f.name
     order by l.id, f.item_id`,
    [given],
  );
}
