import { AppError, hasCode, messageOf } from '../shared/errors.ts';

/** What SQLite says when nothing is wrong with a query, but with the file or its disk. */
const TROUBLES = ['FULL', 'IOERR', 'READONLY', 'CANTOPEN', 'BUSY', 'NOMEM', 'CORRUPT'].map((name) => `SQLITE_${name}`);

/** `database_failed` where a query failed for its file or its disk, in SQLite's words without the query's. */
export function databaseFailure(error: unknown): AppError | undefined {
  if (!TROUBLES.some((code) => hasCode(error, code))) return undefined;
  const reason = messageOf(error).split(' - ').at(-1);
  return new AppError('database_failed', `the database cannot be written (${reason})`, { cause: error });
}
