import { AnswerWatch } from './answer-watch.ts';
import type { Run } from './run.ts';
import type { MarkOf } from './second-looks.ts';

export interface RunsAtWorkOptions {
  readonly now: () => number;
  readonly markOf: MarkOf;
  /** The last run of a reel got no answer from its file. */
  readonly gotNoAnswer: (key: string) => boolean;
}

/** What is known of a run besides what it says itself. */
interface Standing {
  /** A viewer waits for the picture of its first segment. */
  isAwaited: boolean;
  /** Others ran beside it: what it took on the clock says little. */
  isAccompanied: boolean;
  /** It stood still and is being ended; `in vain`: it waited for what its file was before. */
  ended: 'hung' | 'in vain' | undefined;
}

/** The runs that are at work, and how each of them gets on. */
export class RunsAtWork {
  readonly #options: RunsAtWorkOptions;
  readonly #runs = new Map<Run, Standing>();
  readonly #answers: AnswerWatch<Run>;

  constructor(options: RunsAtWorkOptions) {
    this.#options = options;
    this.#answers = new AnswerWatch(options);
  }

  get size(): number {
    return this.#runs.size;
  }

  /** A viewer waits for the first segment of any of them. */
  get isAnyAwaited(): boolean {
    return [...this.#runs.values()].some(({ isAwaited }) => isAwaited);
  }

  add(run: Run, { isAwaited }: { readonly isAwaited: boolean }): void {
    this.#runs.set(run, { isAwaited, isAccompanied: false, ended: undefined });
    if (this.#runs.size > 1) for (const standing of this.#runs.values()) standing.isAccompanied = true;
  }

  /** A run has handed a segment in. */
  goesOn(run: Run): void {
    const standing = this.#runs.get(run);
    if (standing !== undefined) standing.isAwaited = false;
  }

  /** No other ran beside it. */
  isAlone(run: Run): boolean {
    return this.#runs.get(run)?.isAccompanied !== true;
  }

  /** Whether it was ended because it stood still, and whether its file answers again. */
  endingOf(run: Run): { readonly hung: boolean; readonly answersAgain: boolean } {
    const ended = this.#runs.get(run)?.ended;
    return { hung: ended !== undefined, answersAgain: ended === 'in vain' };
  }

  remove(run: Run): void {
    this.#runs.delete(run);
  }

  /** What to expect of a segment that one of them develops; undefined where none does. */
  prospect(key: string, reelSegment: number): 'coming' | 'stalled' | undefined {
    const isItsOwn = (run: Run, { ended }: Standing): boolean =>
      run.willDevelop(reelSegment) ||
      // Waited for, so that the next attempt begins after the pause that a failure is followed by.
      (ended !== undefined && reelSegment >= run.next && reelSegment < run.range.until);
    const found = [...this.#runs].find(([run, standing]) => run.job.key === key && isItsOwn(run, standing));
    return found && (found[0].hasMissed(reelSegment) || this.#isStalled(...found) ? 'stalled' : 'coming');
  }

  /** The segments of a reel, behind one of them, at which others are at work. */
  nextBehind(key: string, reelSegment: number): number[] {
    const others = [...this.#runs.keys()].filter((run) => run.job.key === key && run.next > reelSegment);
    return others.map((run) => run.next);
  }

  /** The process of the newest one that works on any of these reels, else 0. */
  pidOf(keys: ReadonlySet<string>): number {
    const pids = [...this.#runs.keys()].filter((run) => keys.has(run.job.key)).map((run) => run.pid);
    return pids.findLast((pid) => pid > 0) ?? 0;
  }

  /** Ends those of which `isWanted` says that nobody waits for them any more. */
  async endUnwanted(isWanted: (key: string) => boolean): Promise<void> {
    const unwanted = [...this.#runs.keys()].filter((run) => !isWanted(run.job.key));
    await Promise.all(unwanted.map((run) => run.end('unwanted')));
  }

  /** Ends those that stand still. */
  endHung(): void {
    for (const [run, standing] of this.#runs) {
      if (standing.ended !== undefined) continue;
      const isInVain = this.#waitsInVain(run, standing);
      if (!isInVain && !run.isHung) continue;
      standing.ended = isInVain ? 'in vain' : 'hung';
      void run.end('hung').catch(() => {});
    }
  }

  /** Where the one before got no answer, this one is not waited for, either, before it has got one. */
  #isStalled(run: Run, { ended }: Standing): boolean {
    return ended !== undefined || run.isStalled || (!run.hasBegun && this.#options.gotNoAnswer(run.job.key));
  }

  /** Its file answers again and it does not notice: that was moved away meanwhile, or mounted anew. */
  #waitsInVain(run: Run, standing: Standing): boolean {
    if (run.hasBegun || !this.#isStalled(run, standing)) return false;
    const { key, inputFile } = run.job;
    const answeredAt = this.#answers.since(run, inputFile, { wasSilent: this.#options.gotNoAnswer(key) });
    return answeredAt !== undefined && run.waitsInVain(answeredAt);
  }
}
