import type { Knex } from 'knex';
import { z } from 'zod';
import { jsonText } from '../../shared/json-text.ts';
import { inBatches } from '../batches.ts';

/** What an item is searched by, besides its columns, and where that is in what is kept of it. */
const PLACES = { genre: 'genres', studio: 'studios', tag: 'tags', library: 'libraries' } as const;
export type LabelKind = keyof typeof PLACES;

const KINDS = Object.keys(PLACES);
/** Of each kind the names, in one text: what is kept of an item is gone through once. */
const NAMES = `json_array(${Object.values(PLACES)
  .map((place) => `details -> '$.${place}'`)
  .join(', ')})`;

const namesRow = z.object({
  id: z.string(),
  names: jsonText.pipe(z.array(z.array(z.string()))),
});
const labelRow = z.object({ given: z.number(), label: z.number() });
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
  const found: unknown = await trx('item_details')
    .whereRaw('item_id in (select value from json_each(?))', [JSON.stringify(ids)])
    .select({ id: 'item_id', names: trx.raw(NAMES) });
  const named = z.array(namesRow).parse(found);
  /** Kinds and names as texts, each once, and where it stands among them. */
  const places = new Map<string, number>();
  const wanted = named.flatMap(({ id, names }) =>
    names.flatMap((some, index) =>
      some.map((name) => {
        const key = JSON.stringify([KINDS[index], name]);
        const place = places.get(key) ?? places.size;
        places.set(key, place);
        return { id, place };
      }),
    ),
  );
  const labels = await labelIds(trx, `[${[...places.keys()].join(',')}]`);
  await trx.raw(
    `insert or ignore into item_labels (label_id, item_id)
     select value ->> 0, value ->> 1 from json_each(?) order by value ->> 0, value ->> 1`,
    [JSON.stringify(wanted.map(({ id, place }) => [labels.get(place), id]))],
  );
}

/** The ids of labels, by their places in a list of kinds and names; those that there are not yet are made. */
async function labelIds(trx: Knex, given: string): Promise<Map<number, number>> {
  await trx.raw(`insert or ignore into labels (kind, name) select value ->> 0, value ->> 1 from json_each(?)`, [given]);
  // The label's own column comes first: that is how its letters are compared.
  const rows: unknown = await trx.raw(
    `select g.key as given, l.id as label
     from json_each(?) g cross join labels l on l.kind = g.value ->> 0 and l.name = g.value ->> 1`,
    [given],
  );
  return new Map(
    z
      .array(labelRow)
      .parse(rows)
      .map(({ given: place, label: id }) => [place, id]),
  );
}
