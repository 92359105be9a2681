import path from 'node:path';
import { messageOf } from '../shared/errors.ts';
import { FolderWatcher } from '../shared/folder-watcher.ts';
import type { TellHealth } from '../shared/health.ts';
import type { Logger } from '../shared/logger.ts';

/** Files of a database that change when it is written to; its `-shm` changes when it is read, too. */
const SUFFIXES = ['', '-wal', '-journal'];
const POLL_MS = 60_000;

export interface WatchDatabaseOptions {
  readonly onChange: () => void;
  readonly logger: Logger;
  /** Why the files are looked at now and then instead of watched. */
  readonly onPolling?: TellHealth;
}

/** Tells when a host writes to its database. Only the states of files are looked at: none is opened. */
export async function watchDatabase(
  file: string,
  { onChange, logger, onPolling = () => {} }: WatchDatabaseOptions,
): Promise<AsyncDisposable> {
  const directory = path.dirname(file);
  const names = new Set(SUFFIXES.map((suffix) => path.basename(file) + suffix));
  const watcher = new FolderWatcher(directory, {
    depth: 0,
    ignoreInitial: true,
    ignored: (found) => found !== directory && !names.has(path.basename(found)),
    pollMs: POLL_MS,
    onPolling,
    onChange,
    onError: (error) =>
      logger.warn(
        { file },
        `the media server's database cannot be watched (${messageOf(error)}); it is read as scheduled`,
      ),
  });
  await watcher.ready;
  return { [Symbol.asyncDispose]: () => watcher.close() };
}
