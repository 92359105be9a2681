import type { Knex } from 'knex';
import { v5 as uuidOf } from 'uuid';
import type { Collection } from '../../library/library-item.ts';
import { inBatches } from '../batches.ts';

/** Never changes: ids of collections are made in it. */
const NAMESPACE = 'c41d7b0e-2f58-5a93-b6e4-0d9f83a1c57e';

/** Takes in the collections and playlists that a source has now; those that it had before and has no more are gone. */
export async function replaceCollections(
  knex: Knex,
  source: string,
  collections: readonly Collection[],
): Promise<void> {
  const rows = collections.map(({ hostId, kind, name }) => ({
    ...{ id: uuidOf(`${source}\n${kind}\n${hostId}`, NAMESPACE), source, host_id: hostId, kind, name },
  }));
  const members = collections.flatMap(({ itemIds }, index) =>
    itemIds.map((libraryId, position) => [rows[index]?.id, position, libraryId] as const),
  );
  await knex.transaction(async (trx) => {
    // With their members. There are few, and they are no part of any other table.
    await trx('collections').where({ source }).delete();
    await inBatches(rows, (batch) => trx('collections').insert(batch));
    await inBatches(members, (batch) =>
      trx.raw(
        `insert into collection_items (collection_id, position, library_id)
         select value ->> 0, value ->> 1, value ->> 2 from json_each(?)`,
        [JSON.stringify(batch)],
      ),
    );
  });
}
