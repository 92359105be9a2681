import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { v4 as uuid } from 'uuid';
import type { Quality } from '../ffmpeg/quality.ts';
import { hasCode } from '../shared/errors.ts';
import { discoverSegments } from './discovery.ts';
import { segmentDirectory, segmentFilename } from './paths.ts';
import type { SegmentMemory } from './segment-memory.ts';

/** Where segments are written before they are renamed in: same file system, not watched. */
const WRITING_FOLDER = '.writing';
/** The newest segments are kept in memory, too: what nearly every viewer is about to ask for. */
const HOT_SEGMENTS = 4;

export interface RenditionTreeOptions {
  readonly baseDir: string;
  readonly channelId: string;
  readonly quality: Quality;
  readonly memory: SegmentMemory;
}

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
  readonly #memory: SegmentMemory;
  /** What may be in memory. */
  readonly #warm = new Set<number>();
  #isReleased = false;

  constructor(options: RenditionTreeOptions) {
    this.#memory = options.memory;
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
    this.#warm.add(segment);
    this.#memory.put(this.#name(segment), bytes);
    for (const older of this.#warm) {
      if (older <= segment - HOT_SEGMENTS && !this.#memory.cool(this.#name(older))) this.#warm.delete(older);
    }
  }

  /** A segment's bytes if they are in memory. */
  atHand(segment: number): Buffer | undefined {
    return this.#memory.get(this.#name(segment));
  }

  /** A segment's bytes, the same for all who ask while it is in demand; undefined where it is not in the tree. */
  read(segment: number): Promise<Buffer | undefined> {
    this.#warm.add(segment);
    return this.#memory.read(this.#name(segment), async () => {
      try {
        const bytes = await readFile(this.#file(segment));
        if (!this.#isReleased) this.#warm.add(segment);
        return bytes;
      } catch (error) {
        this.#warm.delete(segment);
        if (hasCode(error, 'ENOENT')) return undefined;
        throw error;
      }
    });
  }

  /** The numbers that are there, in order. */
  async segments(): Promise<number[]> {
    return (await discoverSegments(this.directory)).map(({ sequence }) => sequence);
  }

  /** Forgets what it has in memory; nothing is kept any more. */
  release(): void {
    this.#isReleased = true;
    for (const segment of this.#warm) this.#memory.forget(this.#name(segment));
    this.#warm.clear();
  }

  async remove(segment: number): Promise<void> {
    this.#warm.delete(segment);
    this.#memory.forget(this.#name(segment));
    await rm(this.#file(segment), { force: true });
  }

  /** In memory: no other rendition has the directory. */
  #name(segment: number): string {
    return `${this.directory}/${segment}`;
  }

  #file(segment: number): string {
    return path.join(this.directory, segmentFilename(this.#channelId, this.#quality, segment));
  }
}
