import type { Cost } from './cost.ts';

/** Fewer pieces tell more of how ffmpeg starts than of how it goes on. */
const FEWEST_PIECES = 3;

export interface RunMeterOptions {
  /** The process of the run, 0 before it has one. */
  readonly pid: () => number;
  readonly processorSeconds: (pid: number) => Promise<number | undefined>;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  readonly secondsPerPiece: number;
}

/** Measures what a run costs, from its beginning to its newest piece. */
export class RunMeter {
  readonly #options: RunMeterOptions;
  readonly #startedAt: number;
  #pieces = 0;
  #cost: Cost | undefined;

  constructor(options: RunMeterOptions) {
    this.#options = options;
    this.#startedAt = options.now();
  }

  /** The run has handed in a piece. */
  async count(): Promise<void> {
    const { pid, processorSeconds, now, secondsPerPiece } = this.#options;
    const seconds = ++this.#pieces * secondsPerPiece;
    const elapsedSeconds = (now() - this.#startedAt) / 1000;
    const cpuSeconds = await processorSeconds(pid());
    if (cpuSeconds === undefined || this.#pieces < FEWEST_PIECES) return;
    this.#cost = { cpuSeconds: cpuSeconds / seconds, wallSeconds: elapsedSeconds / seconds };
  }

  /** What a second of the item cost so far; undefined as long as too little is known. */
  get cost(): Cost | undefined {
    return this.#cost;
  }
}
