import path from 'node:path';
import { messageOf } from '../shared/errors.ts';
import { FolderWatcher } from '../shared/folder-watcher.ts';
import type { TellHealth } from '../shared/health.ts';
import { type Logger, silentLogger } from '../shared/logger.ts';
import { isIgnored, isVideo } from './folder-rules.ts';

export interface WatchFolderOptions {
  /** Something came, went or was written anew; called once for many changes that come together. */
  readonly onChange: () => void;
  /** How long a file must stay as it is before it counts as written. */
  readonly stableMs?: number;
  readonly logger?: Logger;
  /** Why the folder is looked through now and then instead of watched. */
  readonly onPolling?: TellHealth;
}

/** Changes this close together are told as one. */
const TOGETHER_MS = 300;
const MS_BETWEEN_LOOKS = 200;
/** Without watches, a library is looked through so often: every file of it is asked for its state. */
const POLL_MS = 60_000;

/** Watches a library folder for videos until it is disposed of. */
export async function watchFolder(directory: string, options: WatchFolderOptions): Promise<AsyncDisposable> {
  const { onChange, stableMs = 2000, logger = silentLogger, onPolling = () => {} } = options;
  const root = path.resolve(directory);
  let pending: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(pending);
    pending = setTimeout(onChange, Math.min(TOGETHER_MS, stableMs));
  };
  const watcher = new FolderWatcher(root, {
    ignoreInitial: true,
    ignored: (file, stats) =>
      file !== root && (isIgnored(path.basename(file)) || (stats?.isFile() === true && !isVideo(file))),
    awaitWriteFinish: { stabilityThreshold: stableMs, pollInterval: Math.min(MS_BETWEEN_LOOKS, stableMs) },
    pollMs: POLL_MS,
    onPolling,
    onChange: (event) => {
      if (event !== 'addDir') changed();
    },
    onError: (error) =>
      logger.warn(
        { folder: root },
        `the library folder cannot be watched (${messageOf(error)}); restart to see new files`,
      ),
  });
  await watcher.ready;
  return {
    async [Symbol.asyncDispose]() {
      await watcher.close();
      clearTimeout(pending);
    },
  };
}
