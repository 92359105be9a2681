import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { type FSWatcher, watch } from 'chokidar';
import { readReelSegment } from '../splice/reel-segment.ts';
import { messageOf } from '../shared/errors.ts';
import type { ReelJob } from './reel-job.ts';
import { runCommand, type RunRange } from './run-command.ts';

const PIECE = /^(\d+)\.ts$/;
/** For so long reports alone are life: ffmpeg may have to read far on for sound before it writes another picture. */
const STANDSTILL_MS = 20_000;

/** One ffmpeg at work, as a run needs it. */
export interface RunProcess {
  /** 0 until it runs, and where it could not be started. */
  readonly pid: number;
  readonly exited: Promise<RunExit>;
  terminate(): Promise<void>;
}

export interface RunExit {
  /** Null where a signal ended it, or it never ran. */
  readonly exitCode: number | null;
  /** Its last lines, or why it could not be started. */
  readonly lines: readonly string[];
}

/** How far ffmpeg says that it is. Some versions report on and on while nothing moves. */
export interface RunProgress {
  readonly frame: number;
  readonly outTimeMs: number | null;
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
  /** A folder of the run's own; made and removed by it. */
  readonly folder: string;
  readonly launch: LaunchRun;
  readonly now: () => number;
  /** A whole piece; the file may be renamed away. */
  readonly take: (reelSegment: number, file: string) => Promise<void>;
}

/** How a run ended. `taken`: all segments below it, from the start of the range, were handed in whole. */
export interface RunOutcome extends RunExit {
  /** Nobody waited for it any more, so what it left out is no failure. */
  readonly isUnwanted: boolean;
  readonly taken: number;
  /** What was wrong with the first piece that was not whole, if one was. */
  readonly problem: string | undefined;
}

/** Develops the segments of a range: starts ffmpeg, checks each piece as it appears, and hands in the whole ones. */
export class Run {
  readonly job: ReelJob;
  readonly range: RunRange;
  readonly finished: Promise<RunOutcome>;
  readonly #options: RunOptions;
  readonly #seen = new Set<number>();
  readonly #handedIn = new Set<number>();
  #process: RunProcess | undefined;
  #taken: number;
  #problem: string | undefined;
  /** When ffmpeg was last alive, and when it last got on. */
  #aliveAt: number;
  #movedAt: number;
  #farthest = 0;
  #ended = false;
  #isUnwanted = false;
  #work: Promise<void> = Promise.resolve();

  constructor(options: RunOptions) {
    this.#options = options;
    this.job = options.job;
    this.range = options.range;
    this.#taken = options.range.from;
    this.#aliveAt = options.now();
    this.#movedAt = this.#aliveAt;
    this.finished = this.#develop();
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  /** The first segment that is still to come. */
  get next(): number {
    return this.#taken;
  }

  /** Milliseconds without a sign that ffmpeg gets on. */
  get stalledMs(): number {
    return this.#options.now() - this.#aliveAt;
  }

  /** True while this run will hand the segment in. */
  willDevelop(reelSegment: number): boolean {
    return !this.#ended && reelSegment >= this.#taken && reelSegment < this.range.until;
  }

  /** Ends ffmpeg; pieces that are whole are still handed in. */
  async end(reason: 'unwanted' | 'hung'): Promise<void> {
    this.#ended = true;
    this.#isUnwanted ||= reason === 'unwanted';
    await this.#process?.terminate();
    await this.finished;
  }

  async #develop(): Promise<RunOutcome> {
    const { folder, launch, niceness, job, range, preset } = this.#options;
    let watcher: FSWatcher | undefined;
    try {
      await mkdir(folder, { recursive: true });
      watcher = watch(folder, { depth: 0, atomic: false });
      watcher.on('add', (file) => this.#inspect(path.basename(file)));
      // The folder is looked through again at the end.
      watcher.on('error', () => {});
      const { args } = runCommand(job, range, folder, preset);
      if (this.#ended) return this.#outcome({ exitCode: null, lines: ['ended before it began'] });
      const name = `${job.name} ${job.format.quality} ${range.from}–${range.until - 1}`;
      this.#process = launch(args, { niceness, onProgress: (progress) => this.#onProgress(progress), name });
      const exit = await this.#process.exited;
      // What was renamed while nobody looked: in order, so that the first gap is known.
      const names = await readdir(folder);
      names.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).forEach((file) => this.#inspect(file));
      await this.#work;
      return this.#outcome(exit);
    } catch (error) {
      return this.#outcome({ exitCode: null, lines: [messageOf(error)] });
    } finally {
      this.#ended = true;
      await watcher?.close();
      await this.#work;
      // What cannot be removed now is removed when the store is opened.
      await rm(folder, { recursive: true, force: true }).catch(() => {});
    }
  }

  #outcome(exit: RunExit): RunOutcome {
    return { ...exit, taken: this.#taken, problem: this.#problem, isUnwanted: this.#isUnwanted };
  }

  #onProgress({ frame, outTimeMs }: RunProgress): void {
    const now = this.#options.now();
    const farthest = Math.max(frame, outTimeMs ?? 0);
    // Before the first picture it may have to decode for long from where the seek landed.
    if (farthest > this.#farthest || farthest === 0) this.#movedAt = now;
    this.#farthest = Math.max(farthest, this.#farthest);
    if (now - this.#movedAt < STANDSTILL_MS) this.#aliveAt = now;
  }

  /** One piece after another; each is looked at once. */
  #inspect(name: string): void {
    const digits = PIECE.exec(name)?.[1];
    if (digits === undefined) return;
    const reelSegment = Number(digits);
    if (this.#seen.has(reelSegment)) return;
    this.#seen.add(reelSegment);
    this.#work = this.#work.then(() => this.#takeIfWhole(reelSegment, name));
  }

  async #takeIfWhole(reelSegment: number, name: string): Promise<void> {
    const file = path.join(this.#options.folder, name);
    try {
      readReelSegment(this.job.format.grid, reelSegment, await readFile(file));
      await this.#options.take(reelSegment, file);
      this.#handedIn.add(reelSegment);
      while (this.#handedIn.has(this.#taken)) this.#taken++;
    } catch (error) {
      this.#problem ??= messageOf(error);
    }
  }
}
