import path from 'node:path';
import { v5 as uuidOf } from 'uuid';
import type { Logger } from '../shared/logger.ts';
import { readVersion } from '../shared/version.ts';
import { HostDatabase, type HostDatabaseOptions } from './database/host-database.ts';
import { DiskProcess, type DiskProcessOptions } from './disk/disk-process.ts';
import { type FileOnDisk, statesOf } from './disk/file-states.ts';
import { kindOf, realPath } from './disk/kind-of.ts';
import { findSchema } from './find-schema.ts';
import type { HostAdapter, HostItem, Page } from './host-item.ts';
import { segmentMark, withSegments } from './jellyfin/adapter.ts';
import { SEGMENT_TABLE } from './jellyfin/schema.ts';
import type { Artwork, Collection, LibraryItem } from './library-item.ts';
import type { LibraryReading, LibrarySource } from './library-reading.ts';
import { type Host, locateDatabase } from './locate.ts';
import { ownFolders } from './own-folders.ts';
import { mapPath, type PathRule } from './path-map.ts';
import { missingIn, tablesIn } from './schema-found.ts';
import { SkippedRows } from './skipped-rows.ts';

/** So many pages are read ahead of the one that is worked on: the server's disk and this process are both kept busy. */
const PAGES_AHEAD = 2;
/** Never changes: ids are made in it, and hosts remember them. */
const NAMESPACE = '5b8c7f0a-1d53-5e0b-b0a5-8a6f4f1f7c21';

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

interface Opened {
  readonly disk: DiskProcess;
  readonly database: HostDatabase;
  /** Where segments are marked, if in another database. */
  readonly marks: HostDatabase | undefined;
  readonly adapter: HostAdapter;
  readonly skipped: SkippedRows;
  readonly rules: readonly PathRule[];
}

class HostReading implements LibraryReading {
  readonly #source: string;
  readonly #opened: Opened;

  constructor(source: string, opened: Opened) {
    this.#source = source;
    this.#opened = opened;
  }

  get schema(): string {
    return this.#opened.adapter.schema;
  }

  get skippedRows(): Readonly<Record<string, number>> {
    return this.#opened.skipped.counts;
  }

  async *items(): AsyncGenerator<readonly LibraryItem[]> {
    let isWanted = true;
    const pageAfter = async (before: Promise<Page | undefined>): Promise<Page | undefined> => {
      const next = (await before)?.next;
      return next === undefined || !isWanted ? undefined : this.#page(next);
    };
    let last: Promise<Page | undefined> = this.#page(undefined);
    const coming = [last];
    try {
      for (;;) {
        // The next ones are read while somebody works on this one.
        while (coming.length <= PAGES_AHEAD) {
          last = pageAfter(last);
          // Whoever reads on is told.
          last.catch(() => {});
          coming.push(last);
        }
        const page = await coming.shift();
        if (page === undefined) return;
        const items = page.items();
        if (items.length > 0) yield await this.#look(await this.#marked(items));
      }
    } finally {
      isWanted = false;
      await Promise.allSettled(coming);
    }
  }

  count(): Promise<number> {
    const { database, adapter } = this.#opened;
    return database.read((knex) => adapter.count(knex));
  }

  async collections(): Promise<readonly Collection[]> {
    const { database, adapter } = this.#opened;
    const collections = await database.read((knex) => adapter.collections(knex));
    return collections.map(({ hostItemIds, ...collection }) => ({
      ...collection,
      itemIds: hostItemIds.map((hostId) => this.#idOf(hostId)),
    }));
  }

  async changeMark(): Promise<string> {
    const { database, marks, adapter } = this.#opened;
    const own = await database.read((knex) => adapter.changeMark(knex));
    return marks === undefined ? own : `${own} ${await marks.read(segmentMark)}`;
  }

  async fingerprint(): Promise<string> {
    const { database, marks, adapter, rules } = this.#opened;
    const beside = await marks?.fingerprint(SEGMENT_TABLE);
    const rows = await database.fingerprint(adapter.tables);
    return JSON.stringify([readVersion(), adapter.schema, rules, rows, beside ?? null]);
  }

  statesOf(files: readonly string[]): Promise<readonly (FileOnDisk | undefined)[]> {
    return statesOf(this.#opened.disk, files);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.database[Symbol.asyncDispose]();
    await this.#opened.marks?.[Symbol.asyncDispose]();
    this.#opened.disk[Symbol.dispose]();
  }

  #page(after: string | undefined): Promise<Page> {
    const { database, adapter } = this.#opened;
    const page = database.read((knex) => adapter.page(knex, after));
    // Whoever reads on is told.
    page.catch(() => {});
    return page;
  }

  #idOf(hostId: string): string {
    return uuidOf(`${this.#source}\n${hostId}`, NAMESPACE);
  }

  async #marked(items: readonly HostItem[]): Promise<readonly HostItem[]> {
    const { marks, skipped } = this.#opened;
    return marks === undefined ? items : marks.read((knex) => withSegments(knex, items, skipped));
  }

  /** The items with the paths of this machine, and with the states of their files. */
  async #look(items: readonly HostItem[]): Promise<LibraryItem[]> {
    const { rules } = this.#opened;
    const here = items.map((item) => onThisMachine(item, rules));
    const states = await this.statesOf(here.map((item) => item.path));
    return here.map((item, index) => {
      const state = states[index] ?? { sizeBytes: null, modifiedMs: null };
      return { ...item, ...state, id: this.#idOf(item.hostId), source: this.#source };
    });
  }
}

function onThisMachine(item: HostItem, rules: readonly PathRule[]): HostItem {
  const here = (hostPath: string): string => mapPath(rules, hostPath);
  const file = <T extends { readonly path: string }>(part: T): T => ({ ...part, path: here(part.path) });
  const picture = (artwork: Artwork | null): Artwork | null =>
    artwork && { ...artwork, file: artwork.file === null ? null : here(artwork.file) };
  const { poster, thumb, backdrop } = item.artwork;
  return {
    ...file(item),
    parts: item.parts.map(file),
    versions: item.versions.map(file),
    artwork: { poster: picture(poster), thumb: picture(thumb), backdrop: picture(backdrop) },
    streams: {
      ...item.streams,
      subtitles: item.streams.subtitles.map((subtitle) => ({
        ...subtitle,
        path: subtitle.path === null ? null : here(subtitle.path),
      })),
    },
  };
}
