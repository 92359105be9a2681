import type { Clock } from './clock.ts';

/** Does something again and again, the first time after one period; returns what ends it. */
export function every(clock: Clock, periodMs: number, action: () => void): () => void {
  let timer = clock.after(periodMs, tick);
  function tick(): void {
    timer = clock.after(periodMs, tick);
    action();
  }
  return () => timer.cancel();
}
