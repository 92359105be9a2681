import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { hasCode } from '../shared/errors.ts';

/** Folder of runs inside the store: one file system, so that taking a piece in is a rename. */
const RUNS_FOLDER = 'runs';
const KEY = /^[0-9a-f]{32}$/;
const SEGMENT = /^(\d+)\.ts$/;

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
}

/** Developed segments on disk, `<directory>/<key>/<j>.ts`, within a budget. The index is in memory. */
export class ReelStore {
  readonly #options: ReelStoreOptions;
  readonly #reels = new Map<string, Map<number, number>>();
  #bytes = 0;
  #pruning: Promise<void> | undefined;

  private constructor(options: ReelStoreOptions) {
    this.#options = options;
  }

  /** Opens the store, counts what is there and empties what earlier runs left. */
  static async open(options: ReelStoreOptions): Promise<ReelStore> {
    const store = new ReelStore(options);
    await rm(store.runsDirectory, { recursive: true, force: true });
    await mkdir(store.runsDirectory, { recursive: true });
    for (const key of await readdir(options.directory)) {
      if (KEY.test(key)) await store.#index(key);
    }
    await store.prune();
    return store;
  }

  get runsDirectory(): string {
    return path.join(this.#options.directory, RUNS_FOLDER);
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
      return await readFile(this.#file(key, reelSegment));
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      this.#forget(key, reelSegment);
      return undefined;
    }
  }

  /** Takes a whole piece in by renaming it; the first one wins. */
  async take(key: string, reelSegment: number, file: string): Promise<void> {
    if (this.has(key, reelSegment)) return;
    const { size } = await stat(file);
    const directory = path.join(this.#options.directory, key);
    if (!this.#reels.has(key)) await mkdir(directory, { recursive: true });
    await rename(file, this.#file(key, reelSegment));
    this.#add(key, reelSegment, size);
    if (this.#bytes > this.#options.budgetBytes) void this.prune().catch(() => {});
  }

  /** Removes a segment that turned out to be unreadable. */
  async discard(key: string, reelSegment: number): Promise<void> {
    this.#forget(key, reelSegment);
    await rm(this.#file(key, reelSegment), { force: true });
  }

  /** Down to the budget: what will not air again goes first, then what airs again last. */
  async prune(): Promise<void> {
    this.#pruning ??= this.#pruneNow().finally(() => {
      this.#pruning = undefined;
    });
    await this.#pruning;
  }

  async #pruneNow(): Promise<void> {
    if (this.#bytes <= this.#options.budgetBytes) return;
    const segments = [...this.#reels].flatMap(([key, sizes]) =>
      [...sizes].map(([reelSegment, bytes]) => ({ key, reelSegment, bytes })),
    );
    const airsIn = await this.#options.airsAgainIn(segments);
    const ranked = segments
      .map((segment, index) => ({ segment, airsInMs: airsIn[index] ?? Infinity }))
      .filter(({ airsInMs }) => airsInMs > 0)
      .sort((a, b) => b.airsInMs - a.airsInMs || b.segment.reelSegment - a.segment.reelSegment);
    for (const { segment } of ranked) {
      if (this.#bytes <= this.#options.budgetBytes) break;
      await this.discard(segment.key, segment.reelSegment);
    }
  }

  async #index(key: string): Promise<void> {
    const directory = path.join(this.#options.directory, key);
    for (const name of await readdir(directory)) {
      const reelSegment = SEGMENT.exec(name)?.[1];
      if (reelSegment === undefined) continue;
      const { size } = await stat(path.join(directory, name));
      this.#add(key, Number(reelSegment), size);
    }
  }

  #add(key: string, reelSegment: number, bytes: number): void {
    const sizes = this.#reels.get(key) ?? new Map<number, number>();
    this.#reels.set(key, sizes);
    this.#bytes += bytes - (sizes.get(reelSegment) ?? 0);
    sizes.set(reelSegment, bytes);
  }

  #forget(key: string, reelSegment: number): void {
    const sizes = this.#reels.get(key);
    this.#bytes -= sizes?.get(reelSegment) ?? 0;
    sizes?.delete(reelSegment);
  }

  #file(key: string, reelSegment: number): string {
    return path.join(this.#options.directory, key, `${reelSegment}.ts`);
  }
}
