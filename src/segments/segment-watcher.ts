import path from 'node:path';
import { isQuality, type Quality } from '../ffmpeg/quality.ts';
import { FolderWatcher } from '../shared/folder-watcher.ts';
import type { TellHealth } from '../shared/health.ts';
import { parseSegmentFilename } from './paths.ts';

/** Without watches a segment is seen so much later, at most. */
const POLL_MS = 200;

export interface SegmentWatcherOptions {
  readonly onSegment: (quality: Quality) => void;
  readonly onError: (error: unknown) => void;
  /** Why the folder is looked through instead of watched. */
  readonly onPolling: TellHealth;
}

/**
 * Watches a channel's folders of segments in the segment output tree and tells which rendition got a new one. Not the
 * folder above: each change in a folder has all of it looked through, and playlists change there all the time.
 */
export class SegmentWatcher {
  readonly #watcher: FolderWatcher;

  constructor(segmentDirectories: readonly string[], { onSegment, onError, onPolling }: SegmentWatcherOptions) {
    this.#watcher = new FolderWatcher(segmentDirectories, {
      depth: 0,
      pollMs: POLL_MS,
      onPolling,
      onError,
      onChange: (event, file) => {
        const quality = path.basename(path.dirname(file));
        const isSegment = isQuality(quality) && parseSegmentFilename(path.basename(file)) !== undefined;
        if (event === 'add' && isSegment) onSegment(quality);
      },
    });
  }

  async close(): Promise<void> {
    await this.#watcher.close();
  }
}
