import { setTimeout as sleep } from 'node:timers/promises';
import type { Knex } from 'knex';
import { hasCode, messageOf } from '../../shared/errors.ts';
import { kindOf, realPath } from '../disk/kind-of.ts';
import { type Hashed, hashOn, type Mode, withConnection } from './connection.ts';
import { DatabaseCopy, type DatabaseCopyOptions } from './database-copy.ts';
import { type Approach, approachTo, areSame, type HostFiles, keepsWal, lookAt } from './host-files.ts';
import type { NeededTables } from '../schema-found.ts';
import { isMountPoint } from './mounts.ts';
import { explained, isDamaged, isPassing, unreadable } from './reading-failure.ts';

export interface HostDatabaseOptions extends DatabaseCopyOptions {
  readonly wait?: (delayMs: number) => Promise<unknown>;
}

/** Waits between tries: a host that writes, starts or stops is done within seconds. */
const RETRY_MS = [50, 100, 200, 400, 800];

/**
 * The database of a media server, for reading beside the server at work. Nothing in its folder is made, written or
 * removed, and nothing stays open between two reads, so the server may start, stop and write at all times.
 */
export class HostDatabase implements AsyncDisposable {
  readonly #file: string;
  readonly #options: HostDatabaseOptions;
  readonly #copy: DatabaseCopy;

  private constructor(file: string, options: HostDatabaseOptions) {
    this.#file = file;
    this.#options = options;
    this.#copy = new DatabaseCopy(file, options);
  }

  /** Rejects with `library_unreadable` for what cannot be a database that is read safely. */
  static async open(file: string, options: HostDatabaseOptions): Promise<HostDatabase> {
    // SQLite keeps the WAL beside the file itself, not beside a link to it.
    const real = await realPath(options.disk, file).catch((error: unknown) => {
      throw unreadable(file, messageOf(error), error);
    });
    if ((await kindOf(options.disk, real)) !== 'file') throw unreadable(file, 'it is a folder, or no file at all');
    if (await isMountPoint(real)) {
      throw unreadable(
        file,
        'it is mounted as a single file, which hides what the server has written beside it; mount its folder instead, ' +
          'read-only',
      );
    }
    return new HostDatabase(real, options);
  }

  /**
   * What `work` reads: soon, since the server may have to wait for it. It may be done more than once: what was read while
   * the server came or went is thrown away and read anew.
   */
  read<T>(work: (knex: Knex) => Promise<T>): Promise<T> {
    const { disk } = this.#options;
    return inTurn(this.#file, () => this.#readWithRetries((file, mode) => withConnection(disk, file, mode, work)));
  }

  /**
   * A hash of all that some columns hold. It is made in short reads: what is written meanwhile is in it, or else makes the
   * next one differ from it.
   */
  async fingerprint(tables: NeededTables): Promise<string> {
    const statements = Object.entries(tables).map(([table, columns]) => rowsAsText(table, columns));
    const { disk } = this.#options;
    let hashed: Hashed = { statement: 0, row: Number.MIN_SAFE_INTEGER, hash: '' };
    while (hashed.statement < statements.length) {
      const given = { statements, from: hashed };
      hashed = await inTurn(this.#file, () => this.#readWithRetries((file, mode) => hashOn(disk, file, mode, given)));
    }
    return hashed.hash;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await inTurn(this.#file, () => this.#copy.drop());
  }

  async #readWithRetries<T>(work: ReadFile<T>): Promise<T> {
    const { wait = sleep } = this.#options;
    let failure: unknown;
    let isHot = false;
    for (const delayMs of [0, ...RETRY_MS]) {
      if (delayMs > 0) await wait(delayMs);
      const before = await this.#look();
      const approach: Approach = isHot ? 'copy' : await this.#approachTo(before);
      try {
        const result = await this.#readBy(approach, before, work);
        if (approach === 'live' || approach === 'rollback' || areSame(before, await this.#look())) return result;
        failure = unreadable(this.#file, 'the server wrote to it all the while');
      } catch (error) {
        failure = error;
        if (!isDamaged(error) && !isPassing(error)) throw explained(this.#file, error);
        if (isDamaged(error) && areSame(before, await this.#look())) break;
        // A journal that waits to be rolled back, and nobody there to do it: only a copy can be brought in order.
        isHot = approach === 'rollback' && hasCode(error, 'SQLITE_READONLY');
      }
    }
    throw explained(this.#file, failure);
  }

  async #look(): Promise<HostFiles> {
    try {
      return await lookAt(this.#options.disk, this.#file);
    } catch (error) {
      throw unreadable(this.#file, messageOf(error), error);
    }
  }

  async #approachTo(files: HostFiles): Promise<Approach> {
    if (files.main.sizeBytes === 0n) throw unreadable(this.#file, 'it is empty; is it the right file?');
    const sure = approachTo(files, true);
    if (sure !== 'immutable') return sure;
    try {
      return approachTo(files, await keepsWal(this.#options.disk, this.#file));
    } catch (error) {
      throw unreadable(this.#file, messageOf(error), error);
    }
  }

  async #readBy<T>(approach: Approach, files: HostFiles, work: ReadFile<T>): Promise<T> {
    switch (approach) {
      case 'live':
      case 'rollback':
        return work(this.#file, 'mode=ro');
      case 'immutable':
        return work(this.#file, 'mode=ro&immutable=1');
      case 'copy':
        return work(await this.#copy.of(files), 'mode=rw');
    }
  }
}

/** Reads a file that was found to be readable in this way. */
type ReadFile<T> = (file: string, mode: Mode) => Promise<T>;

/** SQL for the next rows of a table behind one of them, as one text, and which of them is the last. */
function rowsAsText(table: string, columns: readonly string[]): string {
  // Quoted by SQLite, so that a number, a text and a blob differ.
  const row = columns.map((column) => `quote("${column}")`).join(` || ',' || `);
  return `select max(r) as last, group_concat(t, ';') as text
    from (select rowid as r, ${row} as t from "${table}" where rowid > ? order by rowid limit ?)`;
}

/** Ends of the reads of each file. Two at once would take each other's locks away when the first one closes the file. */
const lastReads = new Map<string, Promise<unknown>>();

function inTurn<T>(file: string, read: () => Promise<T>): Promise<T> {
  const result = (lastReads.get(file) ?? Promise.resolve()).then(read);
  const settled = result.catch(() => {});
  lastReads.set(file, settled);
  void settled.then(() => lastReads.get(file) === settled && lastReads.delete(file));
  return result;
}
