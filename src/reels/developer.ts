import path from 'node:path';
import { v4 as uuid } from 'uuid';
import { processorSeconds } from '../ffmpeg/processor-time.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { segmentDuration } from '../schedule/grid.ts';
import { messageOf } from '../shared/errors.ts';
import type { TellHealth } from '../shared/health.ts';
import { AnswerWatch } from './answer-watch.ts';
import { Aftermath, type AftermathOptions } from './aftermath.ts';
import type { Cost } from './cost.ts';
import type { ReelJob } from './reel-job.ts';
import type { ReelStore } from './reel-store.ts';
import { RunMeter } from './run-meter.ts';
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
  /** A run failed, with these last words. */
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

/** A run that has ended, for those who count. */
export interface EndedRun {
  readonly quality: Quality;
  readonly outcome: 'whole' | 'unwanted' | 'hung' | 'failed';
  /** How many times faster than it is watched the item was developed; undefined for what is too short to tell. */
  readonly realTimeFactor: number | undefined;
}

/** With fewer segments, starting ffmpeg is most of the time. */
const TELLING_SEGMENTS = 3;

type Listener = (key: string, reelSegment: number) => void;

/** Sees to it that reel segments are developed, each by one run, however many ask for it. */
export class Developer {
  readonly #options: DeveloperOptions;
  readonly #runs = new Set<Run>();
  /** Runs that stood still and are being ended. */
  readonly #hung = new Set<Run>();
  readonly #aftermath: Aftermath;
  readonly #answers: AnswerWatch<Run>;
  /** Of the hung ones, those that waited for what their file was before. */
  readonly #inVain = new Set<Run>();
  /** Runs beside which others ran: what they took on the clock says little. */
  readonly #accompanied = new Set<Run>();
  /** Runs of whose first segment a viewer waits for the picture. */
  readonly #awaited = new Set<Run>();
  readonly #listeners = new Set<Listener>();
  #closed = false;

  constructor(options: DeveloperOptions) {
    this.#options = options;
    this.#aftermath = new Aftermath(options);
    this.#answers = new AnswerWatch(options);
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
    if (urgency === 'ahead' && this.#awaited.size > 0) return false;
    this.#start(job, this.#aftermath.rangeOf(job.key, from, this.#clip(job.key, from, until)), request);
    return true;
  }

  /** What to expect of a segment, for a showing that wants it. */
  prospect(key: string, reelSegment: number, airing: string): Prospect {
    const run = this.#runOf(key, reelSegment);
    if (run !== undefined) return this.#isStalled(run) ? 'stalled' : 'coming';
    return this.#aftermath.prospect(key, reelSegment, airing);
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
      if (this.#hung.has(run)) continue;
      const isInVain = this.#waitsInVain(run);
      if (!isInVain && !run.isHung) continue;
      this.#hung.add(run);
      if (isInVain) this.#inVain.add(run);
      void run.end('hung').catch(() => {});
    }
    this.#aftermath.look((key) => this.#announce(key, 0));
  }

  #start(job: ReelJob, range: Run['range'], { urgency, airing, ...request }: DevelopRequest): void {
    const { store, launch, now, onPolling, onCost, onFailedRun } = this.#options;
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
          refusal ??= `the reels folder takes nothing in: ${messageOf(error)}`;
          throw error;
        }
        void meter.count().then(() => tellCost(true));
        this.#aftermath.goesOn(job);
        this.#awaited.delete(run);
        this.#announce(job.key, reelSegment);
      },
    });
    // As soon as something is known, since others may ask for the machine meanwhile, and at the end.
    let isTold = false;
    const tellCost = (isFirst: boolean): void => {
      if (meter.cost === undefined || (isFirst && isTold)) return;
      isTold = true;
      onCost?.(job, preset, meter.cost, { alone: !this.#accompanied.has(run) });
    };
    this.#runs.add(run);
    if (urgency === 'tune-in') this.#awaited.add(run);
    if (this.#runs.size > 1) for (const each of this.#runs) this.#accompanied.add(each);
    void run.finished
      .catch((error: unknown) => brokenOff(run, error))
      .then((outcome) => {
        const [hung, answersAgain] = [this.#hung.has(run), this.#inVain.has(run)];
        this.#aftermath.judge(run, outcome, { airing, refusal, hung, answersAgain });
        if (outcome.exitCode !== 0 && !outcome.isUnwanted) onFailedRun?.(job, outcome.lines);
        tellCost(false);
        this.#count(run, outcome, now() - startedAt);
        const sets = [this.#runs, this.#hung, this.#inVain, this.#awaited, this.#accompanied];
        for (const runs of sets) runs.delete(run);
        this.#announce(job.key, outcome.taken);
      });
  }

  #count(run: Run, { taken, isUnwanted }: RunOutcome, elapsedMs: number): void {
    const { range, job } = run;
    const { grid, quality } = job.format;
    const segments = taken - range.from;
    this.#options.onRunEnded?.({
      quality,
      outcome: isUnwanted ? 'unwanted' : taken >= range.until ? 'whole' : this.#hung.has(run) ? 'hung' : 'failed',
      realTimeFactor:
        segments < TELLING_SEGMENTS ? undefined : (segments * segmentDuration(grid) * 1000) / Math.max(1, elapsedMs),
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

  /** Where the one before got no answer, this one is not waited for, either, before it has got one. */
  #isStalled(run: Run): boolean {
    return this.#hung.has(run) || run.isStalled || (this.#gotNoAnswer(run) && !run.hasBegun);
  }

  /** Its file answers again and it does not notice: that was moved away meanwhile, or mounted anew. */
  #waitsInVain(run: Run): boolean {
    if (run.hasBegun || !this.#isStalled(run)) return false;
    const answeredAt = this.#answers.since(run, run.job.inputFile, { wasSilent: this.#gotNoAnswer(run) });
    return answeredAt !== undefined && run.waitsInVain(answeredAt);
  }

  #gotNoAnswer({ job }: Run): boolean {
    return this.#aftermath.failureOf(job.key)?.cause === 'no answer';
  }

  #announce(key: string, reelSegment: number): void {
    for (const listener of this.#listeners) listener(key, reelSegment);
  }
}

function brokenOff(run: Run, error: unknown): RunOutcome {
  const nothing = { exitCode: null, problem: undefined, isGarbage: false, lostSoundAt: undefined, isUnwanted: false };
  return { ...nothing, lines: [messageOf(error)], taken: run.next };
}
