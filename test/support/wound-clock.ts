import { setImmediate } from 'node:timers/promises';
import { type Clock, systemClock, type Timer } from '../../src/shared/clock.ts';

interface WoundTimer {
  /** On `elapsed()`. */
  readonly at: number;
  readonly action: () => void;
}

/** Time that stands still until a test winds it on. */
export class WoundClock implements Clock {
  #elapsed = 0;
  /** What the machine's clock showed at `elapsed()` 0, as it has been set since. */
  #startMs: number;
  readonly #clock: Clock;
  readonly #timers = new Set<WoundTimer>();

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#clock = systemClock(
      () => this.#startMs + this.#elapsed,
      () => this.#elapsed,
    );
  }

  now(): number {
    return this.#clock.now();
  }

  elapsed(): number {
    return this.#elapsed;
  }

  after(delayMs: number, action: () => void): Timer {
    const timer = { at: this.#elapsed + Math.max(0, delayMs), action };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  onStep(listener: (byMs: number) => void): () => void {
    return this.#clock.onStep(listener);
  }

  /** How many timers would still fire. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Somebody sets the machine's clock; no time passes. */
  step(ms: number): void {
    this.#startMs += ms;
  }

  /** Lets `ms` pass: each timer fires at its time, and what it begins gets a turn before the next one. */
  async wind(ms: number): Promise<void> {
    const until = this.#elapsed + ms;
    for (let timer = this.#dueBy(until); timer !== undefined; timer = this.#dueBy(until)) {
      this.#timers.delete(timer);
      this.#elapsed = Math.max(this.#elapsed, timer.at);
      timer.action();
      await setImmediate();
    }
    this.#elapsed = until;
  }

  /** Time passes by itself, as fast as in the world, until it is disposed of. */
  run(): AsyncDisposable & { elapsedMs(): number } {
    const started = performance.now();
    let last = started;
    let winding = Promise.resolve();
    const interval = setInterval(() => {
      const now = performance.now();
      const ms = now - last;
      last = now;
      winding = winding.then(() => this.wind(ms));
    }, 20);
    return {
      elapsedMs: () => last - started,
      async [Symbol.asyncDispose]() {
        clearInterval(interval);
        await winding;
      },
    };
  }

  #dueBy(until: number): WoundTimer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= until);
    return due.reduce<WoundTimer | undefined>(
      (first, timer) => (first && first.at <= timer.at ? first : timer),
      undefined,
    );
  }
}
