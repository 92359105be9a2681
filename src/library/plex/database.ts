import type { Knex } from 'knex';
import type { TablesFound } from '../schema-found.ts';
import type { SkippedRows } from '../skipped-rows.ts';

/** A database of Plex that is being read. */
export interface PlexDatabase {
  readonly knex: Knex;
  /** Columns vary from version to version: one that is not there reads as null. */
  readonly tables: TablesFound;
  readonly skipped: SkippedRows;
}

/** A column, where the database has it. */
export function columnOf(
  { knex, tables }: Pick<PlexDatabase, 'knex' | 'tables'>,
  table: string,
  alias: string,
  column: string,
): Knex.Raw {
  return tables.get(table)?.has(column) ? knex.raw('??', [`${alias}.${column}`]) : knex.raw('null');
}
