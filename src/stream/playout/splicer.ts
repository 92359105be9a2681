import { itemJob, type ReelFormat, type ReelJob } from '../../reels/reel-job.ts';
import type { ReelStore } from '../../reels/reel-store.ts';
import { reelSegmentAt, type Showing } from '../../schedule/airing.ts';
import type { Grid } from '../../schedule/grid.ts';
import { readReelSegment } from '../../splice/reel-segment.ts';
import { soundSlotsOf } from '../../splice/slots.ts';
import { type SegmentContent, spliceSegment } from '../../splice/splice-segment.ts';
import type { PlannedItem } from '../plan/programme-window.ts';

export type Content = SegmentContent;

export interface SplicerOptions {
  readonly store: ReelStore;
  readonly audioLanguages: readonly string[];
  readonly canToneMap: boolean;
  /** How long a segment took to splice. */
  readonly onSpliced?: (seconds: number) => void;
}

/** Puts reel segments on air: reads them from the store and writes them with the clock's times. */
export class Splicer {
  readonly #options: SplicerOptions;
  readonly #jobs = new WeakMap<PlannedItem, Map<string, ReelJob>>();

  constructor(options: SplicerOptions) {
    this.#options = options;
  }

  /** How an item is developed in a format; undefined for one that cannot be read. */
  jobOf(item: PlannedItem, format: ReelFormat): ReelJob | undefined {
    const { facts } = item;
    if (facts === null) return undefined;
    const jobs = this.#jobs.get(item) ?? new Map<string, ReelJob>();
    this.#jobs.set(item, jobs);
    const { grid, quality, encoder } = format;
    const name = `${quality} ${encoder} ${grid.rate.num}/${grid.rate.den} ${grid.framesPerSegment}`;
    const job = jobs.get(name) ?? itemJob({ ...item, facts }, format, this.#options);
    jobs.set(name, job);
    return job;
  }

  has(key: string, reelSegment: number): boolean {
    return this.#options.store.has(key, reelSegment);
  }

  /** What segment n of an airing shows, or undefined while it is not developed. */
  async itemContent(
    segment: number,
    job: ReelJob,
    airing: Showing,
    following: Showing | undefined,
  ): Promise<Content | undefined> {
    const { store } = this.#options;
    const { grid } = job.format;
    const reelSegment = reelSegmentAt(airing, segment);
    // What fails here for the moment is no reason to lose it.
    const bytes = await store.read(job.key, reelSegment);
    if (bytes === undefined) return undefined;
    try {
      const reel = readReelSegment(grid, reelSegment, bytes);
      return { ...reel, slots: soundSlotsOf(grid, segment, airing, following) };
    } catch {
      // Whole when it was taken in: the disk lost a part of it. It is developed again.
      await store.discard(job.key, reelSegment);
      return undefined;
    }
  }

  /** A card over the silent slots of whatever should have been on air. */
  cardContent(
    grid: Grid,
    segment: number,
    card: Buffer,
    airing: Showing | undefined,
    following: Showing | undefined,
  ): Content {
    const { pictures } = readReelSegment(grid, 0, card);
    return { pictures, soundFrames: [], slots: soundSlotsOf(grid, segment, airing, following) };
  }

  splice(grid: Grid, segment: number, content: Content): Buffer {
    const startedAt = performance.now();
    const bytes = spliceSegment(grid, segment, content);
    this.#options.onSpliced?.((performance.now() - startedAt) / 1000);
    return bytes;
  }
}
