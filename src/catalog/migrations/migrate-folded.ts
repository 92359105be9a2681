import type { Knex } from 'knex';
import { z } from 'zod';
import { folded } from '../../shared/folded.ts';
import { BATCH_ROWS } from '../batches.ts';

const textRows = z.array(
  z.object({ rowid: z.number(), title: z.string(), show: z.string().nullable(), people: z.string() }),
);

/** What items are searched by is kept without case in any script; until now it had Greek and German words' own, and people any. */
export async function migrateFolded(knex: Knex): Promise<void> {
  for (let after = 0; ;) {
    const found: unknown = await knex('items')
      .where('rowid', '>', after)
      .orderBy('rowid')
      .limit(BATCH_ROWS)
      .select('rowid', 'title', 'show', 'people');
    const rows = textRows.parse(found);
    const last = rows.at(-1);
    if (last === undefined) return;
    const changed = rows.map(({ rowid, title, show, people }) => [
      ...[rowid, folded(`${title}\n${show ?? ''}`)],
      people === '' ? '' : `\n${people.slice(1, -1).split('\n').map(folded).join('\n')}\n`,
    ]);
    await knex.raw(
      `update items set search_text = j.value ->> 1, people = j.value ->> 2
       from json_each(?) j where items.rowid = j.value ->> 0`,
      [JSON.stringify(changed)],
    );
    after = last.rowid;
  }
}
