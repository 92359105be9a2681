import type { Knex } from 'knex';
import { ITEM_TYPES } from './schema.ts';

/** The owner of what has none, in 10.11. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Restricts a query of the table of items, as `b`, to films and episodes that are there to be played. */
export function playable(query: Knex.QueryBuilder): Knex.QueryBuilder {
  return (
    query
      // The plus keeps SQLite from sorting the whole table for each page: it walks along the key instead.
      .whereRaw('+b.Type in (?, ?)', [ITEM_TYPES.film, ITEM_TYPES.episode])
      .whereRaw('coalesce(b.IsVirtualItem, 0) = 0 and b.Path is not null and b.RunTimeTicks > 0')
      // The server's own recordings.
      .whereRaw(`b.Path not like '\\%AppDataPath\\%%' escape '\\'`)
      .whereNull('b.ExtraType')
      .whereRaw(`coalesce(b.PrimaryVersionId, '') in ('', ?)`, [NOBODY])
      .whereRaw(`coalesce(b.OwnerId, '') in ('', ?, zeroblob(16))`, [NOBODY])
  );
}
