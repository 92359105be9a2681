import { hasCode } from '../shared/errors.ts';

const MAY_NOT_READ = ['EACCES', 'EPERM', 'SQLITE_CANTOPEN', 'SQLITE_PERM'];

/** What to do about a file that may not be read, as the end of a sentence; empty where something else is wrong. */
export function readingAdvice(error: unknown): string {
  return MAY_NOT_READ.some((code) => hasCode(error, code))
    ? '; let the user that Sidecast runs as read that folder and all files in it'
    : '';
}
