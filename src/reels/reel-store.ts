import { mkdir, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../shared/errors.ts';
import { Turns } from '../shared/turns.ts';
import { lastToAirFirst } from './prune-order.ts';

/** Folder of runs inside the store: one file system, so that taking a piece in is a rename. */
const RUNS_FOLDER = 'runs';
const KEY = /^[0-9a-f]{32}$/;
const SEGMENT = /^(\d+)\.ts$/;
/** Share of the budget that pruning makes free, so that the plan is not asked for each new segment. */
const SPARE = 0.02;
/** What the disk says of a file that is lost; anything else is a trouble of the moment. */
const LOST = ['ENOENT', 'EIO', 'EACCES', 'ESTALE'];

/** Where runs write that develop for a store: what is left there by one that was killed goes when the store is opened. */
export function runsDirectoryOf(directory: string): string {
  return path.join(directory, RUNS_FOLDER);
}

/** A reel segment in the store. */
export interface StoredSegment {
  readonly key: string;
  readonly reelSegment: number;
  readonly bytes: number;
}

export interface ReelStoreOptions {
  readonly directory: string;
  readonly budgetBytes: number;
  /**
   * How soon a segment airs again, for many at once: milliseconds from now, 0 for what is on air and must stay,
   * Infinity for what is not planned.
   */
  readonly airsAgainIn: (segments: readonly StoredSegment[]) => Promise<readonly number[]>;
  /** A segment was read: one that had to be developed for it is a miss, at its first reading. */
  readonly onRead?: (found: 'hit' | 'miss') => void;
}

/**
 * Developed segments on disk, `<directory>/<key>/<j>.ts`. Never more than the budget, but for what is on air and must
 * stay. The index is in memory.
 */
export class ReelStore {
  readonly #options: ReelStoreOptions;
  readonly #reels = new Map<string, Map<number, number>>();
  /** What was taken in and has not been read. */
  readonly #fresh = new Set<string>();
  #bytes = 0;
  /** Changes are made one after another, so that what one has checked still holds when it acts. */
  readonly #changes = new Turns();

  private constructor(options: ReelStoreOptions) {
    this.#options = options;
  }

  /** Opens the store, counts what is there and empties what earlier runs left. Prune it when the plan can be asked. */
  static async open(options: ReelStoreOptions): Promise<ReelStore> {
    const store = new ReelStore(options);
    await rm(store.runsDirectory, { recursive: true, force: true });
    await mkdir(store.runsDirectory, { recursive: true });
    for (const key of await readdir(options.directory)) {
      if (KEY.test(key)) await store.#index(key);
    }
    return store;
  }

  get runsDirectory(): string {
    return runsDirectoryOf(this.#options.directory);
  }

  get bytes(): number {
    return this.#bytes;
  }

  has(key: string, reelSegment: number): boolean {
    return this.#reels.get(key)?.has(reelSegment) ?? false;
  }

  /** The first segment at or after `from` that is there, or undefined. */
  firstDevelopedFrom(key: string, from: number, until: number): number | undefined {
    for (let segment = from; segment < until; segment++) if (this.has(key, segment)) return segment;
    return undefined;
  }

  /** The segment's bytes, or undefined where it is not, or no longer, there. */
  async read(key: string, reelSegment: number): Promise<Buffer | undefined> {
    if (!this.has(key, reelSegment)) return undefined;
    try {
      const bytes = await readFile(this.#file(key, reelSegment));
      this.#options.onRead?.(this.#fresh.delete(`${key}/${reelSegment}`) ? 'miss' : 'hit');
      return bytes;
    } catch (error) {
      if (!LOST.some((code) => hasCode(error, code))) throw error;
      this.#forget(key, reelSegment);
      return undefined;
    }
  }

  /**
   * Takes a whole piece in by renaming it; the first one wins. Where the budget is full, what airs last makes room for
   * it; a piece that airs last itself is left where it is.
   */
  async take(key: string, reelSegment: number, file: string): Promise<void> {
    await this.#changes.take(async () => {
      if (this.has(key, reelSegment)) return;
      const { size } = await stat(file);
      const { budgetBytes } = this.#options;
      // Where the plan cannot be asked nothing can be ranked: it is kept, and the next one asks again.
      if (!(await this.#makeRoom(budgetBytes - size, { key, reelSegment, bytes: size }).catch(() => true))) return;
      await mkdir(path.join(this.#options.directory, key), { recursive: true });
      await rename(file, this.#file(key, reelSegment));
      this.#add(key, reelSegment, size);
      this.#fresh.add(`${key}/${reelSegment}`);
    });
  }

  /** Removes a segment that turned out to be unreadable. */
  async discard(key: string, reelSegment: number): Promise<void> {
    await this.#changes.take(() => this.#remove(key, reelSegment));
  }

  /** Down to the budget, and by at least so many bytes: what will not air again goes first, then what airs again last. */
  async prune(bytes = 0): Promise<void> {
    await this.#changes.take(() => this.#makeRoom(Math.min(this.#options.budgetBytes, this.#bytes - bytes)));
  }

  /** False when there is no room for the newcomer among what airs sooner. */
  async #makeRoom(limit: number, newcomer?: StoredSegment): Promise<boolean> {
    if (this.#bytes <= limit) return true;
    const stored = [...this.#reels].flatMap(([key, sizes]) =>
      [...sizes].map(([reelSegment, bytes]) => ({ key, reelSegment, bytes })),
    );
    const candidates = newcomer === undefined ? stored : [...stored, newcomer];
    for (const segment of lastToAirFirst(candidates, await this.#options.airsAgainIn(candidates))) {
      const isFull = this.#bytes > limit;
      if (segment === newcomer) return !isFull;
      if (!isFull && this.#bytes <= limit - SPARE * Math.max(0, limit)) break;
      await this.#remove(segment.key, segment.reelSegment);
    }
    // What is left above the budget must stay.
    return true;
  }

  async #index(key: string): Promise<void> {
    const directory = path.join(this.#options.directory, key);
    const names = (await readdir(directory)).filter((name) => SEGMENT.test(name));
    const sizes = await Promise.all(names.map(async (name) => (await stat(path.join(directory, name))).size));
    for (const [at, name] of names.entries()) this.#add(key, Number.parseInt(name, 10), sizes[at] ?? 0);
    if (!this.#reels.has(key)) await removeIfEmpty(directory);
  }

  #add(key: string, reelSegment: number, bytes: number): void {
    const sizes = this.#reels.get(key) ?? new Map<number, number>();
    this.#reels.set(key, sizes);
    this.#bytes += bytes - (sizes.get(reelSegment) ?? 0);
    sizes.set(reelSegment, bytes);
  }

  #forget(key: string, reelSegment: number): void {
    this.#fresh.delete(`${key}/${reelSegment}`);
    const sizes = this.#reels.get(key);
    this.#bytes -= sizes?.get(reelSegment) ?? 0;
    sizes?.delete(reelSegment);
    if (sizes?.size === 0) this.#reels.delete(key);
  }

  async #remove(key: string, reelSegment: number): Promise<void> {
    this.#forget(key, reelSegment);
    await rm(this.#file(key, reelSegment), { force: true });
    if (!this.#reels.has(key)) await removeIfEmpty(path.join(this.#options.directory, key));
  }

  #file(key: string, reelSegment: number): string {
    return path.join(this.#options.directory, key, `${reelSegment}.ts`);
  }
}

async function removeIfEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].some((code) => hasCode(error, code))) throw error;
  }
}
