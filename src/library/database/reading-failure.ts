import { AppError, hasCode, messageOf } from '../../shared/errors.ts';
import { readingAdvice } from '../reading-advice.ts';

/** The host was in the way, or has started or stopped meanwhile: the next look tells how to go on. */
const PASSING = [
  'SQLITE_BUSY',
  'SQLITE_LOCKED',
  'SQLITE_CANTOPEN',
  'SQLITE_READONLY',
  'SQLITE_PROTOCOL',
  'SQLITE_IOERR',
];
const DAMAGED = ['SQLITE_CORRUPT', 'SQLITE_NOTADB'];

/** What is on the disk is no database, or no longer one. */
export function isDamaged(error: unknown): boolean {
  return DAMAGED.some((code) => hasCode(error, code));
}

/** It may go well a little later. */
export function isPassing(error: unknown): boolean {
  return PASSING.some((code) => hasCode(error, code));
}

/** Why a database could not be read, as a user is told it; what has nothing to do with it stays as it is. */
export function explained(file: string, failure: unknown): unknown {
  if (isDamaged(failure)) {
    return unreadable(file, `it is damaged or no SQLite database (${reasonOf(failure)})`, failure);
  }
  if (hasCode(failure, 'SQLITE_BUSY') || hasCode(failure, 'SQLITE_LOCKED')) {
    return new AppError(
      'library_locked',
      `the media server keeps its database ${file} to itself (locking mode EXCLUSIVE, or a long job); ` +
        'it is tried again at the next sync',
      { cause: failure },
    );
  }
  if (hasCode(failure, 'timeout')) return unreadable(file, reasonOf(failure), failure);
  return reasonOf(failure).startsWith('SQLITE_') ? unreadable(file, reasonOf(failure), failure) : failure;
}

/** What SQLite or the disk says, without the statement that Knex puts before it. */
function reasonOf(error: unknown): string {
  return messageOf(error).replace(/^.* - (?=SQLITE_)/s, '');
}

/** `library_unreadable`, with what to do. */
export function unreadable(file: string, reason: string, cause?: unknown): AppError {
  const advice = readingAdvice(cause);
  return new AppError('library_unreadable', `the database ${file} cannot be read: ${reason}${advice}`, { cause });
}
