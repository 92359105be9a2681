import path from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { isQuality, type Quality } from '../ffmpeg/quality.ts';
import { parseSegmentFilename } from './paths.ts';

/** Watches a channel's folder in the segment output tree and tells which rendition got a new segment. */
export class SegmentWatcher {
  readonly #watcher: FSWatcher;

  constructor(
    channelDirectory: string,
    { onSegment, onError }: { onSegment: (quality: Quality) => void; onError: (error: unknown) => void },
  ) {
    this.#watcher = watch(channelDirectory, { depth: 1, atomic: false });
    this.#watcher.on('error', onError);
    this.#watcher.on('add', (file) => {
      const quality = path.basename(path.dirname(file));
      if (isQuality(quality) && parseSegmentFilename(path.basename(file)) !== undefined) onSegment(quality);
    });
  }

  async close(): Promise<void> {
    await this.#watcher.close();
  }
}
