import { pathToFileURL } from 'node:url';
import { callbackify } from 'node:util';
import createKnex, { type Knex } from 'knex';
import { z } from 'zod';
import type { DiskProcess } from '../disk/disk-process.ts';

/** A file of ours, opened as SQLite likes. */
export type Mode = 'mode=ro' | 'mode=ro&immutable=1' | 'mode=rw';

/**
 * Does `work` in one transaction on a connection of its own and closes it: what it reads is of one moment, and it waits
 * for the host once at most. Knex makes the statements; they run where nobody waits for a disk but who asks it.
 * `mode=rw` is for copies.
 */
export async function withConnection<T>(
  disk: DiskProcess,
  file: string,
  mode: Mode,
  work: (knex: Knex) => Promise<T>,
): Promise<T> {
  const knex = createKnex({
    client: 'sqlite3',
    connection: { filename: file },
    useNullAsDefault: true,
    // What fails is thrown, and told by who catches it.
    log: { debug() {}, warn() {}, error() {}, deprecate() {} },
    pool: { min: 0, max: 1 },
  });
  const client: unknown = knex.client;
  if (hasConnections(client)) client.acquireRawConnection = () => Connection.open(disk, file, mode);
  try {
    return await knex.transaction(work);
  } finally {
    await knex.destroy();
  }
}

const hashed = z.object({ statement: z.number(), row: z.number(), hash: z.string() });
/** How far the rows of some statements were hashed. */
export type Hashed = z.infer<typeof hashed>;

/** Goes on hashing what statements give, for a moment, on a connection of its own: no row leaves the process that reads. */
export async function hashOn(
  disk: DiskProcess,
  file: string,
  mode: Mode,
  given: { readonly statements: readonly string[]; readonly from: Hashed },
): Promise<Hashed> {
  const connection = await Connection.open(disk, file, mode);
  try {
    return await connection.hash(given);
  } finally {
    await connection.closed();
  }
}

/** Where Knex asks for a connection: its documented place to bring one's own. */
function hasConnections(client: unknown): client is { acquireRawConnection: () => Promise<Connection> } {
  return typeof client === 'object' && client !== null && 'acquireRawConnection' in client;
}

const rows = z.array(z.unknown());

/** What Knex needs of a connection of sqlite3. */
class Connection {
  readonly #disk: DiskProcess;
  readonly #file: string;
  readonly #number: number;

  private constructor(disk: DiskProcess, file: string, number: number) {
    this.#disk = disk;
    this.#file = file;
    this.#number = number;
  }

  static async open(disk: DiskProcess, file: string, mode: Mode): Promise<Connection> {
    const given = { uri: `${pathToFileURL(file).href}?${mode}`, isCopy: mode === 'mode=rw' };
    return new Connection(disk, file, await disk.ask({ task: 'connect', given, answer: z.number(), about: file }));
  }

  readonly all = callbackify((sql: string, bindings: readonly unknown[]) => {
    const given = { connection: this.#number, sql, bindings };
    return this.#disk.ask({ task: 'query', given, answer: rows, about: this.#file });
  });

  readonly close = callbackify(() => this.closed());

  hash(given: { readonly statements: readonly string[]; readonly from: Hashed }): Promise<Hashed> {
    const asked = { connection: this.#number, ...given };
    return this.#disk.ask({ task: 'digest', given: asked, answer: hashed, about: this.#file });
  }

  closed(): Promise<void> {
    return this.#disk.ask({ task: 'disconnect', given: this.#number, answer: z.void(), about: this.#file });
  }
}
