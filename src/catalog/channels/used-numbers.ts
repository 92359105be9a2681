import type { Knex } from 'knex';
import { z } from 'zod';
import { jsonText } from '../../shared/json-text.ts';

/** Under which the numbers are kept that channels ever had. */
const KEY = 'used-channel-numbers';

const used = z
  .array(
    z.object({
      value: jsonText.pipe(z.array(z.string())),
    }),
  )
  .transform((rows) => rows.flatMap(({ value }) => value));

/** All numbers that any channel ever had or is to have: a host that remembers one must not find another channel there. */
export async function usedNumbers(knex: Knex): Promise<ReadonlySet<string>> {
  const rows: unknown = await knex('settings').where({ key: KEY }).select('value');
  const given: unknown = await knex('channel_numbers').select('number');
  const found = z.array(z.object({ number: z.number() })).parse(given);
  return new Set([...used.parse(rows), ...found.map(({ number }) => String(number))]);
}

/** Remembers numbers. */
export async function useNumbers(trx: Knex, numbers: readonly string[]): Promise<void> {
  const known = await usedNumbers(trx);
  if (numbers.every((number) => known.has(number))) return;
  const value = JSON.stringify([...new Set([...known, ...numbers])]);
  await trx('settings').insert({ key: KEY, value }).onConflict('key').merge();
}
