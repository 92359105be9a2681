import type { Knex } from 'knex';
import { AppError } from '../shared/errors.ts';
import type { HostAdapter } from './host-item.ts';
import { jellyfinAdapter } from './jellyfin/adapter.ts';
import { JELLYFIN_12_DB, JELLYFIN_DB } from './jellyfin/jellyfin-db.ts';
import { LIBRARY_DB } from './jellyfin/library-db.ts';
import { PLEX_SCHEMA, PLEX_TABLES, plexAdapter } from './plex/adapter.ts';
import { missingIn, type NeededTables, type TablesFound, tablesIn } from './schema-found.ts';
import type { SkippedRows } from './skipped-rows.ts';

interface KnownSchema {
  readonly host: 'jellyfin' | 'plex';
  readonly name: string;
  readonly needs: NeededTables;
  readonly adapter: (found: TablesFound, skipped: SkippedRows) => HostAdapter;
}

/** The most particular first. */
const SCHEMAS: readonly KnownSchema[] = [
  ...[JELLYFIN_12_DB, JELLYFIN_DB, LIBRARY_DB].map((schema): KnownSchema => ({
    host: 'jellyfin',
    name: schema.name,
    needs: schema.needs,
    adapter: (_, skipped) => jellyfinAdapter(schema, skipped),
  })),
  { host: 'plex', name: PLEX_SCHEMA, needs: PLEX_TABLES, adapter: plexAdapter },
];
/** The table that tells a host's library from any other database. */
const MARKS = { BaseItems: 'jellyfin', TypedBaseItems: 'jellyfin', metadata_items: 'plex' } as const;
const SUPPORTED = SCHEMAS.map(({ name }) => name)
  .toReversed()
  .join(', ');

/** The adapter that fits a database, told by its tables and columns; `library_unsupported` when none does. */
export async function findSchema(
  knex: Knex,
  wanted: { readonly host: 'jellyfin' | 'plex'; readonly file: string },
  skipped: SkippedRows,
): Promise<HostAdapter> {
  const found = await tablesIn(knex);
  const fitting = SCHEMAS.find(({ needs }) => missingIn(found, needs).length === 0);
  if (fitting === undefined) throw unsupported(wanted.file, describe(found));
  if (fitting.host !== wanted.host) {
    throw unsupported(wanted.file, `it is a database of ${fitting.name}; name it ${fitting.host}:${wanted.file}`);
  }
  return fitting.adapter(found, skipped);
}

/** True when the tables are those of a host's library, of whatever version. */
export function isLibrary(found: TablesFound, host: 'jellyfin' | 'plex'): boolean {
  return Object.entries(MARKS).some(([table, of]) => of === host && found.has(table.toLowerCase()));
}

function describe(found: TablesFound): string {
  if (found.size === 0) return 'it has no tables';
  const alike = SCHEMAS.filter(({ needs }) => Object.keys(MARKS).some((table) => table in needs && has(found, table)));
  const [nearest] = alike
    .map(({ name, needs }) => ({ name, missing: missingIn(found, needs) }))
    .sort((a, b) => a.missing.length - b.missing.length);
  return nearest === undefined
    ? `it has the tables ${shortened([...found.keys()])}, and none of a media library`
    : `it is like ${nearest.name}, but has no ${shortened(nearest.missing)}`;
}

function has(found: TablesFound, table: string): boolean {
  return found.has(table.toLowerCase());
}

function shortened(names: readonly string[]): string {
  return names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ');
}

function unsupported(file: string, reason: string): AppError {
  return new AppError(
    'library_unsupported',
    `the database ${file} is of no kind that Sidecast reads: ${reason}. Supported are ${SUPPORTED}; ` +
      'a folder with the same files can be named as folder:/path',
  );
}
