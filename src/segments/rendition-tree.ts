import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { v4 as uuid } from 'uuid';
import type { Quality } from '../ffmpeg/quality.ts';
import { hasCode } from '../shared/errors.ts';
import { discoverSegments } from './discovery.ts';
import { segmentDirectory, segmentFilename } from './paths.ts';

/** Where segments are written before they are renamed in: same file system, not watched. */
const WRITING_FOLDER = '.writing';
/** The newest segments are kept in memory too: what nearly every viewer is about to ask for. */
const HOT_SEGMENTS = 4;

/** Removes what a killed process was writing when it ended. */
export async function removeUnfinished(baseDir: string): Promise<void> {
  await rm(path.join(baseDir, WRITING_FOLDER), { recursive: true, force: true });
}

/** The segments of one rendition in the segment output tree. */
export class RenditionTree {
  readonly directory: string;
  readonly #channelId: string;
  readonly #quality: Quality;
  readonly #writing: string;
  readonly #hot = new Map<number, Buffer>();

  constructor(options: { readonly baseDir: string; readonly channelId: string; readonly quality: Quality }) {
    this.#channelId = options.channelId;
    this.#quality = options.quality;
    this.directory = segmentDirectory(options.baseDir, options.channelId, options.quality);
    this.#writing = path.join(options.baseDir, WRITING_FOLDER);
  }

  /** Puts a whole segment into the tree at once, under its name. */
  async write(segment: number, bytes: Buffer): Promise<void> {
    await mkdir(this.#writing, { recursive: true });
    const temporary = path.join(this.#writing, uuid());
    try {
      await writeFile(temporary, bytes);
      await rename(temporary, this.#file(segment));
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    this.#hot.set(segment, bytes);
    this.#hot.delete(segment - HOT_SEGMENTS);
  }

  /** A segment's bytes, one buffer for all who ask while it is new; undefined where it is not in the tree. */
  async read(segment: number): Promise<Buffer | undefined> {
    const hot = this.#hot.get(segment);
    if (hot !== undefined) return hot;
    try {
      return await readFile(this.#file(segment));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** The numbers that are there, in order. */
  async segments(): Promise<number[]> {
    return (await discoverSegments(this.directory)).map(({ sequence }) => sequence);
  }

  async remove(segment: number): Promise<void> {
    this.#hot.delete(segment);
    await rm(this.#file(segment), { force: true });
  }

  #file(segment: number): string {
    return path.join(this.directory, segmentFilename(this.#channelId, this.#quality, segment));
  }
}
