import path from 'node:path';
import type { Logger } from '../shared/logger.ts';
import { HostDatabase, type HostDatabaseOptions } from './database/host-database.ts';
import { DiskProcess, type DiskProcessOptions } from './disk/disk-process.ts';
import { kindOf, realPath } from './disk/kind-of.ts';
import { findSchema } from './find-schema.ts';
import { HostReading } from './host-reading.ts';
import { SEGMENT_TABLE } from './jellyfin/schema.ts';
import type { LibraryReading, LibrarySource } from './library-reading.ts';
import { type Host, locateDatabase } from './locate.ts';
import { ownFolders } from './own-folders.ts';
import type { PathRule } from './path-map.ts';
import { missingIn, tablesIn } from './schema-found.ts';
import { SkippedRows } from './skipped-rows.ts';

export interface HostLibraryOptions extends DiskProcessOptions {
  readonly host: Host;
  /** The host's config folder, data folder or database file. */
  readonly path: string;
  readonly pathRules: readonly PathRule[];
  readonly scratchDirectory: string;
  readonly logger: Logger;
}

/** A media server's library; `databaseFile` is where its database lies now. */
export interface HostSource extends LibrarySource {
  databaseFile(): Promise<string>;
}

/** The library of a media server as a source of films and episodes. */
export function hostSource(options: HostLibraryOptions): HostSource {
  // Named after what the user named, not after the file: an update of the server may rename that.
  const id = `${options.host}:${path.resolve(options.path)}`;
  return {
    id,
    open: () => openHostLibrary(id, options),
    async databaseFile() {
      using disk = new DiskProcess(options);
      // SQLite keeps the WAL beside the file itself, not beside a link to it.
      return await realPath(disk, await locateDatabase(options.host, options.path, { ...options, disk }));
    },
  };
}

async function openHostLibrary(source: string, options: HostLibraryOptions): Promise<LibraryReading> {
  const disk = new DiskProcess(options);
  let database: HostDatabase | undefined;
  try {
    const opening = { ...options, disk };
    const file = await locateDatabase(options.host, options.path, opening);
    const skipped = new SkippedRows(options.logger);
    database = await HostDatabase.open(file, opening);
    const adapter = await database.read((knex) => findSchema(knex, { host: options.host, file }, skipped));
    const marks = adapter.keepsSegments ? undefined : await openSegments(file, opening);
    const homes = await database.read((knex) => adapter.homes(knex));
    const rules = [...options.pathRules, ...(await ownFolders(disk, file, homes))];
    return new HostReading(source, { disk, database, marks, adapter, skipped, rules });
  } catch (error) {
    await database?.[Symbol.asyncDispose]();
    disk[Symbol.dispose]();
    throw error;
  }
}

/** Jellyfin 10.10 keeps marked segments beside its library, in a database that has the name of later libraries. */
async function openSegments(file: string, options: HostDatabaseOptions): Promise<HostDatabase | undefined> {
  const beside = path.join(path.dirname(file), 'jellyfin.db');
  if ((await kindOf(options.disk, beside).catch(() => undefined)) !== 'file') return undefined;
  const database = await HostDatabase.open(beside, options);
  try {
    const found = await database.read(tablesIn);
    if (missingIn(found, SEGMENT_TABLE).length === 0) return database;
    await database[Symbol.asyncDispose]();
    return undefined;
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}
