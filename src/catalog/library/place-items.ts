import type { Knex } from 'knex';
import { z } from 'zod';
import { inOrder } from '../../library/order.ts';
import type { Content } from '../channels/channel.ts';
import { inBatches } from '../batches.ts';

const groupRow = z
  .object({ kind: z.enum(['film', 'episode']), show: z.string().nullable() })
  .transform(({ show }): Content => (show === null ? { kind: 'films' } : { kind: 'show', show }));
const placeRow = z.object({
  id: z.string(),
  show: z.string().nullable(),
  season: z.number().nullable(),
  episode: z.number().nullable(),
  sortTitle: z.string(),
  path: z.string(),
  position: z.number(),
});

/** Restricts items to those of a source that belong together. */
function whereContent(query: Knex.QueryBuilder, source: string, content: Content): Knex.QueryBuilder {
  return query.where(
    content.kind === 'films' ? { source, kind: 'film' } : { source, kind: 'episode', show: content.show },
  );
}

/** Puts what is new in a source into its place among the others, and tells where that was. */
export async function placeItems(knex: Knex, source: string): Promise<Content[]> {
  const rows: unknown = await knex('items').where({ source }).whereRaw('not placed').distinct('kind', 'show');
  const contents = z.array(groupRow).parse(rows);
  for (const content of contents) await placeContent(knex, source, content);
  return contents;
}

async function placeContent(knex: Knex, source: string, content: Content): Promise<void> {
  const rows: unknown = await whereContent(knex('items'), source, content)
    .whereNull('part_of')
    .select('id', 'show', 'season', 'episode', { sortTitle: 'sort_title' }, 'path', 'position');
  const moved = z
    .array(placeRow)
    .parse(rows)
    .sort(inOrder)
    .map(({ id, position }, index) => ({ id, position, index }))
    .filter(({ position, index }) => position !== index);
  await knex.transaction(async (trx) => {
    // Batches keep the statements short; the transaction keeps the order whole.
    await inBatches(moved, (batch) =>
      trx.raw(
        `update items set position = j.value ->> 1, placed = true from json_each(?) j where items.id = j.value ->> 0`,
        [JSON.stringify(batch.map(({ id, index }) => [id, index]))],
      ),
    );
    // Further parts are where the first one is.
    await whereContent(trx('items'), source, content)
      .whereRaw('(part_of is not null or not placed)')
      .update({
        position: trx.raw('coalesce((select m.position from items m where m.id = items.part_of), position)'),
        placed: true,
      });
  });
}
