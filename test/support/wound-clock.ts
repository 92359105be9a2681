import { setImmediate } from 'node:timers/promises';
import type { Clock, Timer } from '../../src/shared/clock.ts';

interface WoundTimer {
  readonly at: number;
  readonly action: () => void;
}

/** Time that stands still until a test winds it on. */
export class WoundClock implements Clock {
  #now: number;
  readonly #timers = new Set<WoundTimer>();

  constructor(startMs: number) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, action: () => void): Timer {
    const timer = { at: this.#now + Math.max(0, delayMs), action };
    this.#timers.add(timer);
    return { cancel: () => void this.#timers.delete(timer) };
  }

  /** Lets `ms` pass: each timer fires at its time, and what it begins gets a turn before the next one. */
  async wind(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (let timer = this.#dueBy(until); timer !== undefined; timer = this.#dueBy(until)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.action();
      await setImmediate();
    }
    this.#now = until;
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
