import { copyFile, mkdir, rename } from 'node:fs/promises';
import path from 'node:path';
import createKnex, { type Knex } from 'knex';
import { z } from 'zod';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { MIGRATIONS, type Migration } from './migrations/migrations.ts';

/** A search through the library keeps one of them busy. */
const READERS = 2;

export interface DatabaseOptions {
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly migrations?: readonly Migration[];
  /** Hears of every query that failed, besides whoever asked. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Database {
  readonly knex: Knex;
  /** Only reads, on connections of its own: who asks does not wait for who writes, nor long for who asks for much. */
  readonly reader: Knex;
  /** The file that was there was unreadable: it was set aside, and this one is empty. */
  readonly recovered: boolean;
  close(): Promise<void>;
}

/**
 * Opens our SQLite file, brings its schema up to date (keeping a copy from before) and makes it where there is none. A
 * corrupt file is set aside; one that a newer Sidecast has written is refused and left as it is.
 */
export async function openDatabase(file: string, options: DatabaseOptions): Promise<Database> {
  await mkdir(path.dirname(file), { recursive: true });
  try {
    return database(file, await openSound(file, options), false, options);
  } catch (error) {
    if (!isCorruption(error)) throw error;
    const aside = await setAside(file, options.now());
    options.logger.error(
      { file, aside, reason: messageOf(error) },
      'the database was damaged; it was set aside and a new one is made from the library',
    );
    return database(file, await openSound(file, options), true, options);
  }
}

function database(file: string, knex: Knex, recovered: boolean, { logger, onFailure }: DatabaseOptions): Database {
  const reader = openReader(file, logger);
  if (onFailure !== undefined) reader.on('query-error', onFailure);
  return {
    ...{ knex, reader, recovered },
    async close() {
      await reader.destroy();
      await knex.destroy();
    },
  };
}

/** Connections, as long as they are used, that only read a file that is kept by somebody else or by another connection. */
export function openReader(file: string, logger: Logger): Knex {
  return connect(file, logger, { setup: 'pragma query_only = on', min: 0, max: READERS });
}

async function openSound(file: string, options: DatabaseOptions): Promise<Knex> {
  const { migrations = MIGRATIONS } = options;
  const knex = connect(file, options.logger);
  try {
    const done = await migrationsIn(knex);
    refuseNewer(file, done, migrations);
    await check(file, knex);
    await knex.raw('pragma journal_mode = wal');
    // Enough beside WAL: a power cut may lose the last moments, never the file.
    await knex.raw('pragma synchronous = normal');
    // Batches of a large sync touch pages all over the file: they are written out seldom, and not read over and over.
    await knex.raw('pragma wal_autocheckpoint = 16000');
    await knex.raw('pragma journal_size_limit = 16000000');
    await knex.raw('pragma cache_size = -24000');
    // What a statement would need to be undone.
    await knex.raw('pragma temp_store = memory');
    await migrate(file, knex, done, options, migrations);
    if (options.onFailure !== undefined) knex.on('query-error', options.onFailure);
    return knex;
  } catch (error) {
    await knex.destroy();
    throw error;
  }
}

/** One connection, or up to `max`; with `min: 0` only as long as they are used. */
function connect(file: string, logger: Logger, { setup = '', min = 1, max = 1 } = {}): Knex {
  // Knex tells of every error that it also throws; who catches it says it once.
  const log = (message: unknown) => logger.debug({ from: 'knex' }, messageOf(message));
  return createKnex({
    client: 'sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    log: { debug: log, warn: log, error: log, deprecate: log },
    pool: {
      min,
      max,
      afterCreate: (connection: SqliteConnection, done: (error: Error | null, connection: unknown) => void) =>
        connection.exec(`pragma foreign_keys = on; pragma busy_timeout = 5000; ${setup}`, (error) =>
          done(error, connection),
        ),
    },
  });
}

interface SqliteConnection {
  exec(sql: string, done: (error: Error | null) => void): void;
}

async function migrationsIn(knex: Knex): Promise<string[]> {
  // Read from the file's own table of contents first: knex would make its tables in a file that is not ours to touch.
  const tables: unknown[] = await knex('sqlite_master')
    .where({ type: 'table', name: 'knex_migrations' })
    .select('name');
  if (tables.length === 0) return [];
  const rows: unknown = await knex('knex_migrations').select('name').orderBy('id');
  return z
    .array(z.object({ name: z.string() }))
    .parse(rows)
    .map(({ name }) => name);
}

function refuseNewer(file: string, done: readonly string[], migrations: readonly Migration[]): void {
  const unknown = done.find((name) => migrations.every((migration) => migration.name !== name));
  if (unknown === undefined) return;
  throw new AppError(
    'database_newer',
    `the database ${file} was written by a newer Sidecast (it knows "${unknown}"); update Sidecast, ` +
      `or go back to the copy that it left beside the file (${path.basename(file)}.before-${unknown})`,
  );
}

async function check(file: string, knex: Knex): Promise<void> {
  const [row] = z.array(z.object({ quick_check: z.string() })).parse(await knex.raw('pragma quick_check(1)'));
  if (row?.quick_check !== 'ok') throw new AppError('database_corrupt', `${file} is damaged: ${row?.quick_check}`);
}

async function migrate(
  file: string,
  knex: Knex,
  done: readonly string[],
  { logger }: DatabaseOptions,
  migrations: readonly Migration[],
): Promise<void> {
  const pending = migrations.filter(({ name }) => !done.includes(name));
  const [first] = pending;
  if (first === undefined) return;
  if (done.length > 0) {
    const copy = `${file}.before-${first.name}`;
    await knex.raw('pragma wal_checkpoint(truncate)');
    await copyFile(file, copy);
    logger.info({ copy, migrations: pending.map(({ name }) => name) }, 'updating the database; a copy was kept');
  }
  await knex.migrate.latest({ migrationSource: sourceOf(migrations) });
}

function sourceOf(migrations: readonly Migration[]): Knex.MigrationSource<Migration> {
  return {
    getMigrations: async () => [...migrations],
    getMigrationName: (migration) => migration.name,
    getMigration: async (migration) => ({ up: (knex) => migration.up(knex), down: async () => {} }),
  };
}

function isCorruption(error: unknown): boolean {
  return ['SQLITE_CORRUPT', 'SQLITE_NOTADB', 'database_corrupt'].some((code) => hasCode(error, code));
}

async function setAside(file: string, nowMs: number): Promise<string> {
  const aside = `${file}.corrupt-${new Date(nowMs).toISOString().replaceAll(':', '-')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    await rename(file + suffix, aside + suffix).catch((error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
    });
  }
  return aside;
}
