import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { notWritable } from '../ffmpeg/failure.ts';
import { endLeftovers } from '../ffmpeg/leftovers.ts';
import { FolderWatcher } from '../shared/folder-watcher.ts';
import type { TellHealth } from '../shared/health.ts';
import { Liveness, type RunProgress } from './liveness.ts';
import { pieceName, Pieces } from './pieces.ts';
import type { ReelJob } from './reel-job.ts';
import { runCommand, type RunRange } from './run-command.ts';

/** One that stands still hardly ends by itself, and its successor waits. */
const HUNG_GRACE_MS = 1000;
/** Without watches a piece is seen so much later, at most. */
const POLL_MS = 200;

/** One ffmpeg at work, as a run needs it. */
export interface RunProcess {
  /** 0 until it runs, and where it could not be started. */
  readonly pid: number;
  readonly exited: Promise<RunExit>;
  /** Others go before it from now on. */
  lowerPriority(niceness: number): void;
  /** Resolves when it has ended or cannot be ended; `graceMs`: how long it may take to end by itself. */
  terminate(graceMs?: number): Promise<void>;
}

export interface RunExit {
  /** Null where a signal ended it, or it never ran. */
  readonly exitCode: number | null;
  /** Its last lines, or why it could not be started. */
  readonly lines: readonly string[];
}

export type LaunchRun = (
  args: readonly string[],
  options: { readonly niceness: number; readonly onProgress: (progress: RunProgress) => void; readonly name: string },
) => RunProcess;

export interface RunOptions {
  readonly job: ReelJob;
  readonly range: RunRange;
  readonly preset: string;
  readonly niceness: number;
  /** From the first piece on, so that whoever takes it in need not wait for those that follow. */
  readonly nicenessAfterwards?: number | undefined;
  /** A folder of the run's own; made and removed by it. */
  readonly folder: string;
  readonly launch: LaunchRun;
  readonly now: () => number;
  /** A whole piece; the file may be renamed away. */
  readonly take: (reelSegment: number, file: string) => Promise<void>;
  /** Why the folder is looked through instead of watched. */
  readonly onPolling?: TellHealth | undefined;
}

/** How a run ended. `taken`: all segments below it, from the start of the range, were handed in whole. */
export interface RunOutcome extends RunExit {
  /** Nobody waited for it any more, so what it left out is no failure. */
  readonly isUnwanted: boolean;
  readonly taken: number;
  /** What was wrong with the first piece that was not whole, if one was. */
  readonly problem: string | undefined;
  /** That piece was nothing that ffmpeg writes. */
  readonly isGarbage: boolean;
  /** The segment at which ffmpeg lost the sound and nothing else was wrong. */
  readonly lostSoundAt: number | undefined;
}

/** Develops the segments of a range: starts ffmpeg, has each piece checked as it appears, and the whole ones handed in. */
export class Run {
  readonly job: ReelJob;
  readonly range: RunRange;
  readonly finished: Promise<RunOutcome>;
  readonly #options: RunOptions;
  readonly #pieces: Pieces;
  readonly #liveness: Liveness;
  #process: RunProcess | undefined;
  #ended = false;
  #isUnwanted = false;

  constructor(options: RunOptions) {
    const { job, range, folder, now } = options;
    this.#options = options;
    this.job = job;
    this.range = range;
    this.#liveness = new Liveness({ now, fromStart: range.fromStart === true });
    const endInVain = (): void => void this.#process?.terminate();
    const take: RunOptions['take'] = (reelSegment, file) => {
      this.#liveness.handedIn();
      return options.take(reelSegment, file);
    };
    this.#pieces = new Pieces({
      grid: job.format.grid,
      range,
      folder,
      take,
      onLostSound: endInVain,
      onFull: endInVain,
    });
    this.finished = this.#develop();
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** The first segment that is still to come. */
  get next(): number {
    return this.#pieces.taken;
  }

  /** It has got somewhere. */
  get hasBegun(): boolean {
    return this.#liveness.hasBegun;
  }

  /** Nothing came of it for a while. */
  get isStalled(): boolean {
    return this.#liveness.isStalled;
  }

  /** There is no hope that it gets on. */
  get isHung(): boolean {
    return this.#liveness.isHung;
  }

  /** Its file answers others since then, and it has not said a word: it waits for what the file was before. */
  waitsInVain(answeredAt: number): boolean {
    return this.#liveness.isDeafSince(answeredAt);
  }

  /** True while this run will hand the segment in. */
  willDevelop(reelSegment: number): boolean {
    return !this.#ended && reelSegment >= this.next && reelSegment < this.range.until;
  }

  /** It has left the segment out, and may hand in those behind it. */
  hasMissed(reelSegment: number): boolean {
    return this.#pieces.hasMissed(reelSegment);
  }

  /** Ends ffmpeg; pieces that are whole are still handed in. */
  async end(reason: 'unwanted' | 'hung'): Promise<void> {
    this.#ended = true;
    this.#isUnwanted ||= reason === 'unwanted';
    await this.#process?.terminate(reason === 'hung' ? HUNG_GRACE_MS : undefined);
    await this.finished;
  }

  async #develop(): Promise<RunOutcome> {
    const { folder, launch, niceness, job, range, preset } = this.#options;
    let watcher: FolderWatcher | undefined;
    let mayHaveLeft = false;
    try {
      await mkdir(folder, { recursive: true });
      watcher = new FolderWatcher(folder, {
        depth: 0,
        pollMs: POLL_MS,
        onChange: (event, file) => {
          if (event === 'add') this.#seen(path.basename(file));
        },
        // The folder is looked through again at the end.
        onError: () => {},
        onPolling: this.#options.onPolling ?? (() => {}),
      });
      const { args } = runCommand(job, range, folder, preset);
      if (this.#ended) return this.#outcome({ exitCode: null, lines: ['ended before it began'] });
      const name = `${job.name} ${job.format.quality} ${range.from}–${range.until - 1}`;
      this.#process = launch(args, { niceness, onProgress: (progress) => this.#liveness.report(progress), name });
      const exit = await this.#process.exited;
      mayHaveLeft = !this.#ended;
      // What was renamed while nobody looked.
      for (const file of await readdir(folder)) this.#pieces.seen(file);
      await this.#pieces.settled();
      return this.#outcome(exit);
    } catch (error) {
      return this.#outcome({ exitCode: null, lines: [notWritable(error)] });
    } finally {
      this.#ended = true;
      await watcher?.close();
      await this.#pieces.settled();
      // Where it is a script that was ended by others, the real one goes on, for nobody.
      if (mayHaveLeft && this.#pieces.taken < range.until) await endLeftovers(path.resolve(folder)).catch(() => {});
      // What cannot be removed now is removed when the store is opened.
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
  }

  #seen(name: string): void {
    const { nicenessAfterwards } = this.#options;
    if (nicenessAfterwards !== undefined && name === pieceName(this.range.from)) {
      this.#process?.lowerPriority(nicenessAfterwards);
    }
    this.#pieces.seen(name);
  }

  #outcome(exit: RunExit): RunOutcome {
    const { taken, problem, isGarbage } = this.#pieces;
    const lostSoundAt = this.#pieces.lostSoundAt(exit.exitCode === 0);
    return { ...exit, taken, problem, isGarbage, lostSoundAt, isUnwanted: this.#isUnwanted };
  }
}
