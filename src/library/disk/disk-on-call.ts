import { systemClock, type Timer } from '../../shared/clock.ts';
import { DiskProcess, type DiskProcessOptions } from './disk-process.ts';

/** Nobody has asked for so long: nobody will soon. */
const IDLE_MS = 30_000;

/** A process for questions that come one by one: there from the first until none has come for a while. */
export class DiskOnCall implements Disposable {
  readonly #options: DiskProcessOptions;
  #disk: DiskProcess | undefined;
  #asking = 0;
  #idle: Timer | undefined;

  constructor(options: DiskProcessOptions = {}) {
    this.#options = options;
  }

  async ask<T>(question: (disk: DiskProcess) => Promise<T>): Promise<T> {
    const { clock = systemClock() } = this.#options;
    this.#idle?.cancel();
    // One that was ended, as it did not answer, is of no use any more.
    if (this.#disk === undefined || this.#disk.hasEnded) this.#disk = new DiskProcess(this.#options);
    this.#asking++;
    try {
      return await question(this.#disk);
    } finally {
      if (--this.#asking === 0) this.#idle = clock.after(IDLE_MS, () => this[Symbol.dispose]());
    }
  }

  [Symbol.dispose](): void {
    this.#idle?.cancel();
    this.#disk?.[Symbol.dispose]();
    this.#disk = undefined;
  }
}
