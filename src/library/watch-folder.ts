import path from 'node:path';
import { watch } from 'chokidar';
import { messageOf } from '../shared/errors.ts';
import { type Logger, silentLogger } from '../shared/logger.ts';
import { isIgnored, isVideo } from './folder-rules.ts';

export interface WatchFolderOptions {
  /** Something came, went or was written anew; called once for many changes that come together. */
  readonly onChange: () => void;
  /** How long a file must stay as it is before it counts as written. */
  readonly stableMs?: number;
  readonly logger?: Logger;
}

/** Changes this close together are told as one. */
const TOGETHER_MS = 300;
const MS_BETWEEN_LOOKS = 200;

/** Watches a library folder for videos until it is disposed of. */
export async function watchFolder(directory: string, options: WatchFolderOptions): Promise<AsyncDisposable> {
  const { onChange, stableMs = 2000, logger = silentLogger } = options;
  const root = path.resolve(directory);
  let pending: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(pending);
    pending = setTimeout(onChange, Math.min(TOGETHER_MS, stableMs));
  };
  const watcher = watch(root, {
    ignoreInitial: true,
    ignored: (file, stats) =>
      file !== root && (isIgnored(path.basename(file)) || (stats?.isFile() === true && !isVideo(file))),
    awaitWriteFinish: { stabilityThreshold: stableMs, pollInterval: Math.min(MS_BETWEEN_LOOKS, stableMs) },
  });
  for (const event of ['add', 'change', 'unlink', 'unlinkDir'] as const) watcher.on(event, changed);
  watcher.on('error', (error) =>
    logger.warn(
      { folder: root },
      `the library folder cannot be watched (${messageOf(error)}); restart to see new files`,
    ),
  );
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return {
    async [Symbol.asyncDispose]() {
      await watcher.close();
      clearTimeout(pending);
    },
  };
}
