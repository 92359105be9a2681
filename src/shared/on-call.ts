import type { Clock, Timer } from './clock.ts';

/** What may end by itself, and is of no use then. */
export interface Ending extends Disposable {
  readonly hasEnded: boolean;
}

export interface OnCallOptions<T> {
  readonly open: () => T;
  /** How long it is kept while nobody uses it. */
  readonly idleMs: number;
  readonly clock: Pick<Clock, 'after'>;
}

/** Something that costs memory, such as a process: there from the first use until none has come for a while. */
export class OnCall<T extends Ending> implements Disposable {
  readonly #options: OnCallOptions<T>;
  #opened: T | undefined;
  #users = 0;
  #idle: Timer | undefined;

  constructor(options: OnCallOptions<T>) {
    this.#options = options;
  }

  async use<R>(work: (opened: T) => Promise<R>): Promise<R> {
    this.#idle?.cancel();
    if (this.#opened === undefined || this.#opened.hasEnded) this.#opened = this.#options.open();
    this.#users++;
    try {
      return await work(this.#opened);
    } finally {
      if (--this.#users === 0) {
        this.#idle = this.#options.clock.after(this.#options.idleMs, () => this[Symbol.dispose]());
      }
    }
  }

  [Symbol.dispose](): void {
    this.#idle?.cancel();
    this.#opened?.[Symbol.dispose]();
    this.#opened = undefined;
  }
}
