import path from 'node:path';
import { v4 as uuid } from 'uuid';
import type { Logger } from '../shared/logger.ts';
import type { ReelJob } from './reel-job.ts';
import type { ReelStore } from './reel-store.ts';
import { type LaunchRun, Run, type RunOutcome } from './run.ts';

/** Seconds to wait after the first, second … failure in a row; after the last the item is given up. */
const BACK_OFF_SECONDS = [1, 2, 4, 8];
/** A run without progress for this long is hung. */
const HUNG_MS = 5_000;
/** Before its first sign of life a disk may have to spin up. */
const SPIN_UP_MS = 20_000;

/** What to expect of a reel segment that is not there. */
export type Prospect = 'coming' | 'not asked for' | 'hung' | 'waiting to retry' | 'given up';

/** Who asks first, is served first: the others run with a lower priority. */
export type Urgency = 'tune-in' | 'ahead';
const NICENESS: Record<Urgency, number> = { 'tune-in': 0, ahead: 5 };

export interface DeveloperOptions {
  readonly store: ReelStore;
  readonly launch: LaunchRun;
  readonly preset: string;
  readonly now: () => number;
  readonly logger: Logger;
}

/** Where a reel stands after a failure. `airing` is the showing in which it failed: the next one tries anew. */
interface Trouble {
  readonly airing: string;
  readonly failures: number;
  readonly retryAt: number;
  readonly reason: string;
  /** Segments from here on are not in the file. */
  readonly endsAt: number | undefined;
  readonly fromStart: boolean;
}

type Listener = (key: string, reelSegment: number) => void;

/** Sees to it that reel segments are developed, each by one run, however many ask for it. */
export class Developer {
  readonly #options: DeveloperOptions;
  readonly #runs = new Set<Run>();
  readonly #troubles = new Map<string, Trouble>();
  readonly #listeners = new Set<Listener>();
  #closed = false;

  constructor(options: DeveloperOptions) {
    this.#options = options;
  }

  /** Calls back for each segment that was taken in, and for each run that ended (with what it did not hand in). */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Starts a run for [from, until) where none is needed less: it ends where developed segments or another run begin.
   * Does nothing while the segment is coming, or while the reel waits to be tried again.
   */
  develop(job: ReelJob, request: { from: number; until: number; urgency: Urgency; airing: string }): void {
    const { from, until, urgency, airing } = request;
    if (this.#closed || from >= until || this.#options.store.has(job.key, from)) return;
    if (this.prospect(job.key, from, airing) !== 'not asked for') return;
    const trouble = this.#troubles.get(job.key);
    this.#start(job, { from, until: this.#clip(job.key, from, until), fromStart: trouble?.fromStart ?? false }, urgency, airing);
  }

  /** What to expect of a segment, for a showing that wants it. */
  prospect(key: string, reelSegment: number, airing: string): Prospect {
    const run = this.#runOf(key, reelSegment);
    if (run !== undefined) return this.#isHung(run) ? 'hung' : 'coming';
    const trouble = this.#troubles.get(key);
    if (trouble === undefined) return 'not asked for';
    if (trouble.endsAt !== undefined && reelSegment >= trouble.endsAt && trouble.airing === airing) return 'given up';
    if (trouble.failures > BACK_OFF_SECONDS.length) return trouble.airing === airing ? 'given up' : 'not asked for';
    return this.#options.now() < trouble.retryAt ? 'waiting to retry' : 'not asked for';
  }

  /** Why a reel has failed of late, in words. */
  reasonOf(key: string): string | undefined {
    return this.#troubles.get(key)?.reason;
  }

  /** The process of the newest run that works on any of these reels, else 0. */
  pidOf(keys: ReadonlySet<string>): number {
    const pids = [...this.#runs].filter((run) => keys.has(run.job.key)).map((run) => run.pid);
    return pids.findLast((pid) => pid > 0) ?? 0;
  }

  /** Ends the runs of which `isWanted` says that nobody waits for them any more. */
  async endUnwanted(isWanted: (key: string) => boolean): Promise<void> {
    await Promise.all([...this.#runs].filter((run) => !isWanted(run.job.key)).map((run) => run.end('unwanted')));
  }

  /** Ends all runs and starts no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.endUnwanted(() => false);
  }

  /** Ends runs that stand still; they are tried again like any that failed. Called now and then. */
  endHung(): void {
    for (const run of this.#runs) if (this.#isHung(run)) void run.end('hung');
  }

  #start(job: ReelJob, range: Run['range'], urgency: Urgency, airing: string): void {
    const { store, launch, preset, now } = this.#options;
    const run = new Run({
      job,
      range,
      preset,
      launch,
      now,
      niceness: NICENESS[urgency],
      folder: path.join(store.runsDirectory, uuid()),
      take: async (reelSegment, file) => {
        await store.take(job.key, reelSegment, file);
        this.#announce(job.key, reelSegment);
      },
    });
    this.#runs.add(run);
    void run.finished.then((outcome) => {
      this.#runs.delete(run);
      this.#judge(run, outcome, airing);
      this.#announce(job.key, outcome.taken);
    });
  }

  #judge(run: Run, outcome: RunOutcome, airing: string): void {
    const { job, range } = run;
    const before = this.#troubles.get(job.key);
    if (outcome.isUnwanted) return;
    if (outcome.taken >= range.until) {
      if (before?.endsAt === undefined) this.#troubles.delete(job.key);
      return;
    }
    const gotOn = outcome.taken > range.from;
    const reason = outcome.problem ?? outcome.lines.at(-1) ?? 'ffmpeg was ended';
    // Nothing was wrong but the place where a seek landed: read from the start of the file.
    if (!gotOn && outcome.exitCode === 0 && range.from > 0 && range.fromStart !== true) {
      this.#troubles.set(job.key, { airing, failures: 0, retryAt: 0, reason, endsAt: undefined, fromStart: true });
      return;
    }
    const endsAt = outcome.exitCode === 0 ? outcome.taken : undefined;
    const failures = (gotOn ? 0 : before?.airing === airing ? before.failures : 0) + 1;
    const waitMs = (BACK_OFF_SECONDS[failures - 1] ?? 0) * 1000;
    const fromStart = range.fromStart ?? false;
    this.#troubles.set(job.key, { airing, failures, retryAt: this.#options.now() + waitMs, reason, endsAt, fromStart });
    const facts = { item: job.name, quality: job.format.quality, segment: outcome.taken, lines: outcome.lines };
    const consequence =
      endsAt !== undefined
        ? 'the file holds no more; the card is shown for the rest'
        : waitMs > 0
          ? `trying again in ${waitMs / 1000} s`
          : 'given up until it airs again';
    this.#options.logger.warn(facts, `run of "${job.name}" ended early (${reason}); ${consequence}`);
  }

  #clip(key: string, from: number, until: number): number {
    const developed = this.#options.store.firstDevelopedFrom(key, from, until) ?? until;
    const running = [...this.#runs].filter((run) => run.job.key === key && run.next > from).map((run) => run.next);
    return Math.min(developed, ...running);
  }

  #runOf(key: string, reelSegment: number): Run | undefined {
    return [...this.#runs].find((run) => run.job.key === key && run.willDevelop(reelSegment));
  }

  #isHung(run: Run): boolean {
    return run.stalledMs > (run.next === run.range.from ? SPIN_UP_MS : HUNG_MS);
  }

  #announce(key: string, reelSegment: number): void {
    for (const listener of this.#listeners) listener(key, reelSegment);
  }
}
