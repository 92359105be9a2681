import type { Knex } from 'knex';
import { z } from 'zod';
import { inBatches } from '../batches.ts';

const fileRow = z.object({
  id: z.string(),
  libraryId: z.string(),
  kind: z.string(),
  part: z.number(),
  path: z.string(),
});
type File = z.infer<typeof fileRow>;
const FILE = { id: 'id', libraryId: 'library_id', kind: 'kind', part: 'part', path: 'path' };

/**
 * Items that a library lists under another id than before are known by their files: the new one takes the place of the old
 * one, whose airings, facts and place in a channel it keeps. Gives the ids in the library that are no longer missed.
 */
export async function adoptItems(knex: Knex, source: string, unseen: readonly string[]): Promise<Set<string>> {
  const adopted = new Set<string>();
  // Mostly there is nothing new, which is known at once.
  const some: unknown[] = await unplaced(knex, source).limit(1).select('id');
  if (some.length === 0) return adopted;
  const gone: unknown = await knex('items').where({ source }).whereNotNull('gone_ms').select('library_id');
  const candidates = new Set([
    ...unseen,
    ...z
      .array(z.object({ library_id: z.string() }))
      .parse(gone)
      .map((row) => row.library_id),
  ]);
  if (candidates.size === 0) return adopted;
  const fresh = await freshFiles(knex, source, candidates);
  await inBatches([...candidates], async (batch) => {
    await knex.transaction(async (trx) => {
      const rows: unknown = await trx('items')
        .whereRaw('library_id in (select value from json_each(?))', [JSON.stringify(batch)])
        .where({ source })
        .orderBy('part', 'desc')
        .select(FILE);
      for (const old of z.array(fileRow).parse(rows)) {
        const file = nameOf(old);
        const newId = fresh.get(file);
        if (newId === undefined) continue;
        // Of several that had this file the first one is it.
        fresh.delete(file);
        adopted.add(old.libraryId);
        await adopt(trx, old.id, newId);
      }
    });
  });
  return adopted;
}

/** What was taken in by this sync, or by one before it that was cut off: the ids by their files. */
async function freshFiles(knex: Knex, source: string, candidates: ReadonlySet<string>): Promise<Map<string, string>> {
  const rows: unknown = await unplaced(knex, source).whereRaw('gone_ms is null and facts is null').select(FILE);
  const files = z.array(fileRow).parse(rows);
  // Of several with one file the first one is taken.
  return new Map(
    files
      .filter(({ libraryId }) => !candidates.has(libraryId))
      .toReversed()
      .map((file) => [nameOf(file), file.id]),
  );
}

function unplaced(knex: Knex, source: string): Knex.QueryBuilder {
  return knex('items').where({ source }).whereRaw('not placed');
}

function nameOf({ kind, part, path }: File): string {
  return `${kind} ${part} ${path}`;
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
  const { id: _id, position: _position, facts: _facts, facts_stale: _stale, problem: _problem, ...told } = row ?? {};
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
