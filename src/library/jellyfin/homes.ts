import type { Knex } from 'knex';
import { z } from 'zod';
import { ITEM_TYPES, type JellyfinSchema } from './schema.ts';

/** A server moves seldom: there are never so many. */
const MOST_HOMES = 20;

const pathRows = z.array(z.object({ path: z.string().nullable() }));

/** The server's folder as the server sees it: libraries have folders below it, and pictures that were fetched. */
export async function readHomes(knex: Knex, { items, pictures }: JellyfinSchema): Promise<readonly string[]> {
  const libraries: unknown = await knex(items).where('Type', ITEM_TYPES.library).select({ path: 'Path' });
  const folders = pathRows.parse(libraries).map(({ path }) => /^(.+?)[\\/]root[\\/]default[\\/]/.exec(path ?? '')?.[1]);
  const above = pictures === undefined ? [] : await homesOfPictures(knex, pictures);
  return [...new Set([...folders, ...above].filter((home) => home !== undefined && home !== null))];
}

async function homesOfPictures(knex: Knex, table: string): Promise<readonly (string | null)[]> {
  const tail = `instr(replace(Path, '\\', '/'), '/metadata/library/')`;
  const found: unknown = await knex(table)
    .whereRaw(`${tail} > 1`)
    .select(knex.raw(`distinct substr(Path, 1, ${tail} - 1) as path`))
    .limit(MOST_HOMES);
  return pathRows.parse(found).map(({ path }) => path);
}
