import type { Clock } from '../shared/clock.ts';
import type { TellHealth } from '../shared/health.ts';
import { databaseFailure } from './database-failure.ts';

const RETRY_MS = 10_000;

export interface WriteWatchOptions {
  readonly clock: Pick<Clock, 'after'>;
  readonly tell: TellHealth;
  /** Writes something small. */
  readonly tryWrite: () => Promise<void>;
  /** It can be written again: what was to be written meanwhile is tried anew. */
  readonly onRecovered: () => void;
}

/** Says that our database cannot be written, tries until it can, and then has done what was left out. */
export class WriteWatch {
  readonly #options: WriteWatchOptions;
  #isInTrouble = false;
  #cancel: () => void = () => {};
  #closed = false;

  constructor(options: WriteWatchOptions) {
    this.#options = options;
  }

  /** Hears of every query that failed. */
  failed(error: unknown): void {
    const failure = databaseFailure(error);
    if (this.#closed || failure === undefined) return;
    this.#options.tell(failure.message);
    if (this.#isInTrouble) return;
    this.#isInTrouble = true;
    this.#tryLater();
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #tryLater(): void {
    if (this.#closed) return;
    const timer = this.#options.clock.after(RETRY_MS, () => void this.#try());
    this.#cancel = () => timer.cancel();
  }

  async #try(): Promise<void> {
    const { tell, tryWrite, onRecovered } = this.#options;
    try {
      await tryWrite();
    } catch {
      this.#tryLater();
      return;
    }
    this.#isInTrouble = false;
    tell(undefined);
    if (!this.#closed) onRecovered();
  }
}
