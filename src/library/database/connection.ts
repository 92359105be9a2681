import { pathToFileURL } from 'node:url';
import createKnex, { type Knex } from 'knex';

/** How long SQLite itself waits for a lock that the host holds. */
const BUSY_MS = 1000;

/** A file of ours, opened as SQLite likes. */
export type Mode = 'mode=ro' | 'mode=ro&immutable=1' | 'mode=rw';

/**
 * Does `work` in one transaction on a connection of its own and closes it: what it reads is of one moment, and it waits
 * for the host once at most. Only a URI makes Knex open a file read-only: its flags are added
 * to those for writing. `mode=rw` is for copies.
 */
export async function withConnection<T>(file: string, mode: Mode, work: (knex: Knex) => Promise<T>): Promise<T> {
  const knex = createKnex({
    client: 'sqlite3',
    connection: { filename: `${pathToFileURL(file).href}?${mode}`, flags: ['OPEN_URI'] },
    useNullAsDefault: true,
    // What fails is thrown, and told by who catches it.
    log: { debug() {}, warn() {}, error() {}, deprecate() {} },
    pool: {
      min: 0,
      max: 1,
      afterCreate: (connection: Connection, done: (error: Error | null, connection: Connection) => void) => {
        connection.configure('busyTimeout', BUSY_MS);
        done(null, connection);
      },
    },
  });
  try {
    return await knex.transaction(work);
  } finally {
    await knex.destroy();
  }
}

interface Connection {
  configure(option: 'busyTimeout', milliseconds: number): void;
}
