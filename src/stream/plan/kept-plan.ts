import type { Clock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import { every } from '../../shared/every.ts';
import type { ProgrammeWindow } from './programme-window.ts';

/** How often the next hour of airings is read anew: a new plan is known before the first airing that it changes. */
const RELOAD_MS = 30_000;

/** Reads a channel's programme window anew for as long as the channel is on air. */
export class KeptPlan implements Disposable {
  readonly #window: ProgrammeWindow;
  readonly #clock: Clock;
  readonly #onRead: () => void;
  readonly #onLost: (why: string) => void;
  readonly #stop: () => void;
  #isLost = false;

  /** `onRead` hears of each reading that succeeds; `onLost` of the first that fails after one that did not. */
  constructor(
    window: ProgrammeWindow,
    options: { readonly clock: Clock; readonly onRead: () => void; readonly onLost: (why: string) => void },
  ) {
    this.#window = window;
    this.#clock = options.clock;
    this.#onRead = options.onRead;
    this.#onLost = options.onLost;
    this.#stop = every(options.clock, RELOAD_MS, () => void this.reload());
  }

  /** Where the plan cannot be read, what was read before stays. */
  async reload(): Promise<void> {
    try {
      await this.#window.load(this.#clock.now());
      this.#isLost = false;
      this.#onRead();
    } catch (error) {
      if (!this.#isLost) this.#onLost(messageOf(error));
      this.#isLost = true;
    }
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
