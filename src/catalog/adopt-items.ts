import type { Knex } from 'knex';
import { z } from 'zod';
import { inBatches } from './batches.ts';

const pairRow = z.object({ oldId: z.string(), newId: z.string() });

/**
 * Items that a library lists under another id than before are known by their files: the new one takes the place of the old
 * one, whose airings, facts and place in a channel it keeps. Gives the ids in the library that are no longer missed.
 */
export async function adoptItems(knex: Knex, source: string, unseen: readonly string[]): Promise<Set<string>> {
  const adopted = new Set<string>();
  const fresh: unknown[] = await knex('items').where({ source }).whereRaw('not placed').limit(1).select('id');
  if (fresh.length === 0) return adopted;
  const gone: unknown = await knex('items').where({ source }).whereNotNull('gone_ms').select('library_id');
  const candidates = [
    ...unseen,
    ...z
      .array(z.object({ library_id: z.string() }))
      .parse(gone)
      .map((row) => row.library_id),
  ];
  await inBatches(candidates, async (batch) => {
    await knex.transaction(async (trx) => {
      const rows: unknown = await trx('items as o')
        .joinRaw('join items n on n.path = o.path and n.source = o.source and n.part = o.part and n.kind = o.kind')
        .whereRaw('o.library_id in (select value from json_each(?))', [JSON.stringify(batch)])
        // Taken in by this sync, or by one before it that was cut off.
        .whereRaw('not n.placed and n.gone_ms is null and n.id <> o.id and n.facts is null')
        .whereRaw('n.library_id not in (select value from json_each(?))', [JSON.stringify(candidates)])
        .orderBy('o.part', 'desc')
        .select({ oldId: 'o.id', newId: 'n.id', libraryId: 'o.library_id' });
      const taken = new Set<string>();
      for (const { oldId, newId, libraryId } of z.array(pairRow.extend({ libraryId: z.string() })).parse(rows)) {
        if (taken.has(newId) || taken.has(oldId)) continue;
        taken.add(newId).add(oldId);
        adopted.add(libraryId);
        await adopt(trx, oldId, newId);
      }
    });
  });
  return adopted;
}

async function adopt(trx: Knex, oldId: string, newId: string): Promise<void> {
  await trx('airings').where({ item_id: newId }).update({ item_id: oldId });
  await trx('items').where({ part_of: newId }).update({ part_of: oldId });
  await trx('item_labels').where({ item_id: oldId }).delete();
  await trx('item_labels').where({ item_id: newId }).update({ item_id: oldId });
  await trx('item_details').where({ item_id: oldId }).delete();
  await trx('item_details').where({ item_id: newId }).update({ item_id: oldId });
  const [row] = z.array(z.record(z.string(), z.unknown())).parse(await trx('items').where({ id: newId }));
  await trx('items').where({ id: newId }).delete();
  const { id: _id, position: _position, facts: _facts, problem: _problem, ...told } = row ?? {};
  const { size_bytes: _size, modified_ms: _modified, ...away } = told;
  const isSame = 'size_bytes = :size and modified_ms = :modified or :missing';
  const kept = (column: string) =>
    trx.raw(`case when ${isSame} then ${column} end`, {
      size: Number(told['size_bytes']),
      modified: Number(told['modified_ms']),
      missing: Boolean(told['missing']),
    });
  await trx('items')
    .where({ id: oldId })
    .update({ ...(told['missing'] ? away : told), facts: kept('facts'), problem: kept('problem') });
}
