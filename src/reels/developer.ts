import path from 'node:path';
import { v4 as uuid } from 'uuid';
import { notWritable } from '../ffmpeg/failure.ts';
import { processorSeconds } from '../ffmpeg/processor-time.ts';
import { segmentDuration } from '../schedule/grid.ts';
import { messageOf } from '../shared/errors.ts';
import type { TellHealth } from '../shared/health.ts';
import { Aftermath, type AftermathOptions } from './aftermath.ts';
import type { Cost } from './cost.ts';
import { type EndedRun, endedRun } from './ended-run.ts';
import type { ReelJob } from './reel-job.ts';
import type { ReelStore } from './reel-store.ts';
import { allSaid } from './run-failure.ts';
import { RunMeter } from './run-meter.ts';
import { RunsAtWork } from './runs-at-work.ts';
import { type LaunchRun, Run, type RunOutcome } from './run.ts';

/** What to expect of a reel segment that is not there. */
export type Prospect = 'coming' | 'not asked for' | 'stalled' | 'waiting to retry' | 'given up';

/**
 * What a run is for: a viewer who waits for the first picture, what is on air in some seconds, or what is later. With its
 * first segment the first has become the second; the last does not begin before. Its priority is no lower than that of
 * what is soon: nobody may raise it again when its time has come.
 */
export type Urgency = 'tune-in' | 'soon' | 'ahead';
const NICENESS: Record<Urgency, number> = { 'tune-in': 0, soon: 5, ahead: 5 };
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
  readonly onRunEnded?: (ended: EndedRun) => void;
  /** A run failed, with these last words, and what was wrong with its pieces. */
  readonly onFailedRun?: (job: ReelJob, lines: readonly string[]) => void;
  /** What a run has cost; `alone`: no other ran meanwhile. */
  readonly onCost?: (job: ReelJob, preset: string, cost: Cost, conditions: { readonly alone: boolean }) => void;
}

export interface DevelopRequest {
  readonly from: number;
  readonly until: number;
  readonly urgency: Urgency;
  /** The showing that wants it. */
  readonly airing: string;
  /** Another than the one that is set. */
  readonly preset?: string;
}

type Listener = (key: string, reelSegment: number) => void;

/** Sees to it that reel segments are developed, each by one run, however many ask for it. */
export class Developer {
  readonly #options: DeveloperOptions;
  readonly #runs: RunsAtWork;
  readonly #aftermath: Aftermath;
  readonly #listeners = new Set<Listener>();
  #closed = false;

  constructor(options: DeveloperOptions) {
    this.#options = options;
    this.#aftermath = new Aftermath(options);
    this.#runs = new RunsAtWork({
      ...{ now: options.now, markOf: options.markOf },
      gotNoAnswer: (key) => this.#aftermath.failureOf(key)?.cause === 'no answer',
    });
  }

  /** How many ffmpegs are at work. */
  get running(): number {
    return this.#runs.size;
  }

  /** Calls back for each segment that was taken in, and for each run that ended (with what it did not hand in). */
  onChange(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Starts a run for [from, until) where none is needed less: it ends where developed segments or another run begin.
   * Starts nothing while the segment is coming, while the reel waits to be tried again, or, with time enough, while a
   * viewer waits for something else. Tells whether it did.
   */
  develop(job: ReelJob, request: DevelopRequest): boolean {
    const { from, until, urgency, airing } = request;
    if (this.#closed || from >= until || this.#options.store.has(job.key, from)) return false;
    if (this.prospect(job.key, from, airing) !== 'not asked for') return false;
    if (urgency === 'ahead' && this.#runs.isAnyAwaited) return false;
    this.#start(job, this.#aftermath.rangeOf(job.key, from, this.#clip(job.key, from, until)), request);
    return true;
  }

  /** What to expect of a segment, for a showing that wants it. */
  prospect(key: string, reelSegment: number, airing: string): Prospect {
    return this.#runs.prospect(key, reelSegment) ?? this.#aftermath.prospect(key, reelSegment, airing);
  }

  /** Why a reel has failed of late, in words. */
  reasonOf(key: string): string | undefined {
    return this.#aftermath.failureOf(key)?.message;
  }

  /** True for a reel that could not be had at all when it was tried last. */
  hasGivenUp(key: string): boolean {
    return this.#aftermath.hasGivenUp(key);
  }

  /** The process of the newest run that works on any of these reels, else 0. */
  pidOf(keys: ReadonlySet<string>): number {
    return this.#runs.pidOf(keys);
  }

  /** Ends the runs of which `isWanted` says that nobody waits for them any more. */
  async endUnwanted(isWanted: (key: string) => boolean): Promise<void> {
    await this.#runs.endUnwanted(isWanted);
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
    this.#runs.endHung();
    this.#aftermath.look((key) => this.#announce(key, 0));
  }

  #start(job: ReelJob, range: Run['range'], { urgency, airing, ...request }: DevelopRequest): void {
    const { store, launch, now, onPolling, onCost, onFailedRun, onRunEnded } = this.#options;
    const preset = urgency === 'tune-in' ? TUNE_IN_PRESET : (request.preset ?? this.#options.preset);
    let refusal: string | undefined;
    const secondsPerPiece = segmentDuration(job.format.grid);
    const meter = new RunMeter({ pid: () => run.pid, processorSeconds, now, secondsPerPiece });
    const startedAt = now();
    const run = new Run({
      job,
      range,
      preset,
      launch,
      now,
      onPolling,
      niceness: NICENESS[urgency],
      nicenessAfterwards: urgency === 'tune-in' ? NICENESS.soon : undefined,
      folder: path.join(store.runsDirectory, uuid()),
      take: async (reelSegment, file) => {
        try {
          await store.take(job.key, reelSegment, file);
        } catch (error) {
          refusal ??= notWritable(error);
          throw error;
        }
        void meter.count().then(() => tellCost(true));
        this.#aftermath.goesOn(job);
        this.#runs.goesOn(run);
        this.#announce(job.key, reelSegment);
      },
    });
    // As soon as something is known, since others may ask for the machine meanwhile, and at the end.
    let isTold = false;
    const tellCost = (isFirst: boolean): void => {
      if (meter.cost === undefined || (isFirst && isTold)) return;
      isTold = true;
      onCost?.(job, preset, meter.cost, { alone: this.#runs.isAlone(run) });
    };
    this.#runs.add(run, { isAwaited: urgency === 'tune-in' });
    void run.finished
      .catch((error: unknown) => brokenOff(run, error))
      .then((outcome) => {
        const ending = this.#runs.endingOf(run);
        this.#aftermath.judge(run, outcome, { airing, refusal, ...ending });
        if (outcome.exitCode !== 0 && !outcome.isUnwanted) onFailedRun?.(job, allSaid(outcome));
        tellCost(false);
        const elapsedMs = now() - startedAt;
        onRunEnded?.(endedRun({ format: job.format, range }, outcome, { hung: ending.hung, elapsedMs }));
        this.#runs.remove(run);
        this.#announce(job.key, outcome.taken);
      });
  }

  #clip(key: string, from: number, until: number): number {
    const developed = this.#options.store.firstDevelopedFrom(key, from, until) ?? until;
    return Math.min(developed, ...this.#runs.nextBehind(key, from));
  }

  #announce(key: string, reelSegment: number): void {
    for (const listener of this.#listeners) listener(key, reelSegment);
  }
}

function brokenOff(run: Run, error: unknown): RunOutcome {
  const nothing = { exitCode: null, problem: undefined, isGarbage: false, lostSoundAt: undefined, isUnwanted: false };
  return { ...nothing, lines: [messageOf(error)], taken: run.next };
}
