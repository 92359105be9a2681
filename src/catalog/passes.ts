import type { Clock, Timer } from '../shared/clock.ts';
import { messageOf } from '../shared/errors.ts';

export interface PassesOptions {
  /** Goes over everything; `isOver` says that it need not go on. */
  readonly pass: (isOver: () => boolean) => Promise<void>;
  readonly clock: Clock;
  /** How long after a pass has failed, or was not enough, there is another. */
  readonly laterMs: number;
  /** Hears what a pass has failed with: it is tried over and over, and said once. */
  readonly onFailure: (message: string) => void;
}

/** Goes over everything whenever there may be something new: one pass at a time, of which the last alone goes to its end. */
export class Passes {
  readonly #options: PassesOptions;
  #failure: string | undefined;
  #nextPass: Timer | undefined;
  #pass = 0;
  #isClosed = false;
  #work: Promise<void> = Promise.resolve();

  constructor(options: PassesOptions) {
    this.#options = options;
  }

  /** There may be something new: what is being done is finished, then everything is gone over again. */
  wake(): void {
    const pass = ++this.#pass;
    const isOver = (): boolean => pass !== this.#pass || this.#isClosed;
    this.#work = this.#work
      .then(async () => {
        if (isOver()) return;
        await this.#options.pass(isOver);
        if (!isOver()) this.#failure = undefined;
      })
      .catch((error: unknown) => {
        const failure = messageOf(error);
        if (failure !== this.#failure) this.#options.onFailure(failure);
        this.#failure = failure;
        this.wakeLater();
      });
  }

  wakeLater(): void {
    const { clock, laterMs } = this.#options;
    this.#nextPass?.cancel();
    if (!this.#isClosed) this.#nextPass = clock.after(laterMs, () => this.wake());
  }

  /** Resolves when nothing is being done. */
  async idle(): Promise<void> {
    for (let work; work !== this.#work;) {
      work = this.#work;
      await work;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#nextPass?.cancel();
    await this.idle();
  }
}
