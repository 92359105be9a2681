import type { Knex } from 'knex';
import { z } from 'zod';

/** What a schema needs: its tables with their columns. */
export type NeededTables = Readonly<Record<string, readonly string[]>>;

/** The tables that a database has, with their columns; names in lower case, as SQLite compares them. */
export type TablesFound = ReadonlyMap<string, ReadonlySet<string>>;

const columnRow = z.object({ table: z.string(), column: z.string() });

export async function tablesIn(knex: Knex): Promise<TablesFound> {
  // Plex has tables that stock SQLite cannot describe; only ordinary ones are asked about.
  const rows: unknown = await knex.raw(
    `select t.name as "table", c.name as "column" from sqlite_master t join pragma_table_info(t.name) c
     where t.type = 'table' and t.sql not like 'create virtual%'`,
  );
  const tables = new Map<string, Set<string>>();
  for (const { table, column } of z.array(columnRow).parse(rows)) {
    const columns = tables.get(table.toLowerCase()) ?? new Set();
    tables.set(table.toLowerCase(), columns.add(column.toLowerCase()));
  }
  return tables;
}

/** What a schema needs and the database has not, as `Table` or `Table.Column`. */
export function missingIn(found: TablesFound, needed: NeededTables): string[] {
  return Object.entries(needed).flatMap(([table, columns]) => {
    const there = found.get(table.toLowerCase());
    if (there === undefined) return [table];
    return columns.filter((column) => !there.has(column.toLowerCase())).map((column) => `${table}.${column}`);
  });
}
