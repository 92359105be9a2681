import path from 'node:path';
import { v4 as uuid } from 'uuid';
import { messageOf } from '../shared/errors.ts';
import type { TellHealth } from '../shared/health.ts';
import { Aftermath, type AftermathOptions } from './aftermath.ts';
import type { ReelJob } from './reel-job.ts';
import type { ReelStore } from './reel-store.ts';
import { type LaunchRun, Run, type RunOutcome } from './run.ts';

/** What to expect of a reel segment that is not there. */
export type Prospect = 'coming' | 'not asked for' | 'stalled' | 'waiting to retry' | 'given up';

/** Who asks first, is served first: the others run with a lower priority. */
export type Urgency = 'tune-in' | 'ahead';
const NICENESS: Record<Urgency, number> = { 'tune-in': 0, ahead: 5 };
/** Somebody waits for what a tune-in develops: a segment that comes a third sooner beats one that looks a little better. */
export const TUNE_IN_PRESET = 'superfast';

export interface DeveloperOptions extends AftermathOptions {
  readonly store: ReelStore;
  readonly launch: LaunchRun;
  readonly preset: string;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Why a run's folder is looked through instead of watched. */
  readonly onPolling?: TellHealth | undefined;
}

type Listener = (key: string, reelSegment: number) => void;

/** Sees to it that reel segments are developed, each by one run, however many ask for it. */
export class Developer {
  readonly #options: DeveloperOptions;
  readonly #runs = new Set<Run>();
  /** Runs that stood still and are being ended. */
  readonly #hung = new Set<Run>();
  readonly #aftermath: Aftermath;
  readonly #listeners = new Set<Listener>();
  #closed = false;

  constructor(options: DeveloperOptions) {
    this.#options = options;
    this.#aftermath = new Aftermath(options);
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
    const range = this.#aftermath.rangeOf(job.key, from, this.#clip(job.key, from, until));
    this.#start(job, range, urgency, airing);
  }

  /** What to expect of a segment, for a showing that wants it. */
  prospect(key: string, reelSegment: number, airing: string): Prospect {
    const run = this.#runOf(key, reelSegment);
    if (run !== undefined) return this.#hung.has(run) || run.isStalled ? 'stalled' : 'coming';
    return this.#aftermath.prospect(key, reelSegment, airing);
  }

  /** Why a reel has failed of late, in words. */
  reasonOf(key: string): string | undefined {
    return this.#aftermath.failureOf(key)?.message;
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

  /**
   * Ends runs that stand still: they are tried again like any that failed. And notices when a file that was given up
   * can be read again. Called now and then.
   */
  watchOver(): void {
    for (const run of this.#runs) {
      if (this.#hung.has(run) || !run.isHung) continue;
      this.#hung.add(run);
      void run.end('hung').catch(() => {});
    }
    this.#aftermath.look((key) => this.#announce(key, 0));
  }

  #start(job: ReelJob, range: Run['range'], urgency: Urgency, airing: string): void {
    const { store, launch, preset, now, onPolling } = this.#options;
    let refusal: string | undefined;
    const run = new Run({
      job,
      range,
      preset: urgency === 'tune-in' ? TUNE_IN_PRESET : preset,
      launch,
      now,
      onPolling,
      niceness: NICENESS[urgency],
      folder: path.join(store.runsDirectory, uuid()),
      take: async (reelSegment, file) => {
        try {
          await store.take(job.key, reelSegment, file);
        } catch (error) {
          refusal ??= `the reels folder takes nothing in: ${messageOf(error)}`;
          throw error;
        }
        this.#announce(job.key, reelSegment);
      },
    });
    this.#runs.add(run);
    void run.finished
      .catch((error: unknown) => brokenOff(run, error))
      .then((outcome) => {
        this.#aftermath.judge(run, outcome, { airing, refusal, hung: this.#hung.has(run) });
        this.#runs.delete(run);
        this.#hung.delete(run);
        this.#announce(job.key, outcome.taken);
      });
  }

  #clip(key: string, from: number, until: number): number {
    const developed = this.#options.store.firstDevelopedFrom(key, from, until) ?? until;
    const running = [...this.#runs].filter((run) => run.job.key === key && run.next > from).map((run) => run.next);
    return Math.min(developed, ...running);
  }

  #runOf(key: string, reelSegment: number): Run | undefined {
    const isItsOwn = (run: Run): boolean =>
      run.willDevelop(reelSegment) ||
      // Waited for, so that the next attempt begins after the pause that a failure is followed by.
      (this.#hung.has(run) && reelSegment >= run.next && reelSegment < run.range.until);
    return [...this.#runs].find((run) => run.job.key === key && isItsOwn(run));
  }

  #announce(key: string, reelSegment: number): void {
    for (const listener of this.#listeners) listener(key, reelSegment);
  }
}

function brokenOff(run: Run, error: unknown): RunOutcome {
  const nothing = { exitCode: null, problem: undefined, isGarbage: false, lostSoundAt: undefined, isUnwanted: false };
  return { ...nothing, lines: [messageOf(error)], taken: run.next };
}
