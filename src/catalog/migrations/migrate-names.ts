import type { Knex } from 'knex';
import { z } from 'zod';
import { legalName, nameKey, uniqueName } from '../channels/channel-name.ts';

const named = z.array(z.object({ id: z.string(), name: z.string() }));

/** Channels that were named after something in a library, as it was, get names that can be exported and read again. */
export async function migrateNames(knex: Knex): Promise<void> {
  const channels = named.parse(await knex('channels').select('id', 'name'));
  const taken = new Set(channels.map(({ name }) => nameKey(name)));
  for (const { id, name } of channels) {
    if (legalName(name) === name) continue;
    taken.delete(nameKey(name));
    const legal = uniqueName(name, taken);
    taken.add(nameKey(legal));
    await knex('channels')
      .where({ id })
      .update({ name: legal, name_key: nameKey(legal) });
  }
}
