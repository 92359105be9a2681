import { type ChokidarOptions, type FSWatcher, watch } from 'chokidar';
import { hasCode } from './errors.ts';

/** What the system says that has no inotify instances, or no watches, left. */
const USED_UP = ['EMFILE', 'ENOSPC'];

export interface FolderWatcherOptions extends Pick<
  ChokidarOptions,
  'depth' | 'ignored' | 'ignoreInitial' | 'awaitWriteFinish'
> {
  readonly onChange: (event: string, file: string) => void;
  readonly onError: (error: unknown) => void;
  /** How often the folder is looked through where the system has no watches left. */
  readonly pollMs: number;
  /** Why it is looked through, or undefined as soon as it is watched. */
  readonly onPolling: (reason: string | undefined) => void;
}

/** Tells of what changes in folders: by the system's watches, or where there are none left, by looking. */
export class FolderWatcher {
  readonly #folders: readonly string[];
  readonly #options: FolderWatcherOptions;
  #watcher: FSWatcher;
  readonly #replaced: Promise<void>[] = [];
  #isPolling = false;
  /** Resolves when the folder was looked through for the first time. */
  readonly ready: Promise<void>;
  #tellReady: () => void = () => {};

  constructor(folders: string | readonly string[], options: FolderWatcherOptions) {
    this.#folders = [folders].flat();
    this.#options = options;
    this.ready = new Promise((resolve) => (this.#tellReady = resolve));
    this.#watcher = this.#open({});
  }

  async close(): Promise<void> {
    await this.#watcher.close();
    await Promise.all(this.#replaced);
  }

  #open(polling: ChokidarOptions): FSWatcher {
    const { onChange, onPolling, depth, ignored, ignoreInitial = false, awaitWriteFinish = false } = this.#options;
    const limits = { ...(depth === undefined ? {} : { depth }), ...(ignored === undefined ? {} : { ignored }) };
    const watcher = watch([...this.#folders], {
      ...limits,
      ignoreInitial,
      awaitWriteFinish,
      atomic: false,
      ...polling,
    });
    watcher.on('all', (event, file) => onChange(event, file));
    watcher.on('error', (error) => this.#failed(watcher, error));
    watcher.on('ready', () => {
      if (watcher !== this.#watcher) return;
      if (!this.#isPolling) onPolling(undefined);
      this.#tellReady();
    });
    return watcher;
  }

  #failed(watcher: FSWatcher, error: unknown): void {
    // One that was replaced says it of every file.
    if (watcher !== this.#watcher) return;
    const { pollMs, onError, onPolling } = this.#options;
    const code = USED_UP.find((known) => hasCode(error, known));
    if (this.#isPolling || code === undefined) {
      onError(error);
      return;
    }
    this.#isPolling = true;
    this.#replaced.push(watcher.close());
    // What changed in between is told as if it were new.
    this.#watcher = this.#open({
      usePolling: true,
      interval: pollMs,
      binaryInterval: pollMs,
      ignoreInitial: false,
    });
    onPolling(`the system has no watches left for folders (${code})`);
  }
}
