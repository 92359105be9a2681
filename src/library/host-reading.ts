import { v5 as uuidOf } from 'uuid';
import { readVersion } from '../shared/version.ts';
import type { HostDatabase } from './database/host-database.ts';
import type { DiskProcess } from './disk/disk-process.ts';
import { type FileOnDisk, statesOf } from './disk/file-states.ts';
import type { HostAdapter, HostItem } from './host-item.ts';
import { segmentMark, withSegments } from './jellyfin/adapter.ts';
import { SEGMENT_TABLE } from './jellyfin/schema.ts';
import type { Collection, LibraryItem } from './library-item.ts';
import type { LibraryReading } from './library-reading.ts';
import { onThisMachine } from './on-this-machine.ts';
import type { PathRule } from './path-map.ts';
import { readAhead } from './read-ahead.ts';
import type { SkippedRows } from './skipped-rows.ts';

/** So many pages are read ahead of the one that is worked on: the server's disk and this process are both kept busy. */
const PAGES_AHEAD = 2;
/** Never changes: ids are made in it, and hosts remember them. */
const NAMESPACE = '5b8c7f0a-1d53-5e0b-b0a5-8a6f4f1f7c21';

/** What is open for as long as a library is read. */
export interface Opened {
  readonly disk: DiskProcess;
  readonly database: HostDatabase;
  /** Where segments are marked, if in another database. */
  readonly marks: HostDatabase | undefined;
  readonly adapter: HostAdapter;
  readonly skipped: SkippedRows;
  readonly rules: readonly PathRule[];
}

/** One reading of a media server's library: in the host's order, with the paths and files of this machine. */
export class HostReading implements LibraryReading {
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
    const { database, adapter } = this.#opened;
    const pages = readAhead((after) => database.read((knex) => adapter.page(knex, after)), PAGES_AHEAD);
    for await (const page of pages) {
      const items = page.items();
      if (items.length > 0) yield await this.#look(await this.#marked(items));
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
