/** A timer that has not fired yet; cancelling one that has is harmless. */
export interface Timer {
  cancel(): void;
}

/** Time as the sidecar sees it. Tests wind one of their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch: what is on air goes by it. Goes forward only, but for what `onStep` tells. */
  now(): number;
  /** Milliseconds since some moment, whatever is done to the wall clock: how long something takes, or is ago. */
  elapsed(): number;
  /** Calls `action` once, `delayMs` from now. */
  after(delayMs: number, action: () => void): Timer;
  /** Calls back after each step of the wall clock that was taken over at once; returns what ends that. */
  onStep(listener: (byMs: number) => void): () => void;
}

/** Resolves after `delayMs`, or as soon as the signal aborts. */
export function pause(clock: Pick<Clock, 'after'>, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = clock.after(delayMs, done);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}

/**
 * Largest share of elapsed time by which the clock is slewed towards wall time. Streams are sent out that much faster or
 * slower than they are watched, so a player's buffer has to make up for it: 300 ms of difference are gone in 6 s, unseen.
 */
const SLEW = 0.05;
/**
 * A difference this large is a step of the wall clock, taken over at once; suspended machines wake up with one, since
 * their monotonic clock stood still. What is smaller is slewed, though it takes up to ten minutes: forward, viewers come
 * to lag by so much and see nothing of it, where a step would cut a part out; backward, they wait once, when their
 * buffer is used up, where a step would break off the stream. The guide is off for as long, by less than a minute's half.
 */
const STEP_MS = 30_000;
/** A longer timer of Node's would fire at once. Whoever waits longer, once the clock was set back, looks and waits on. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's monotonic clock, slewed to wall time so that small corrections never make it jump. */
export function systemClock(wall: () => number = Date.now, monotonic: () => number = () => performance.now()): Clock {
  const listeners = new Set<(byMs: number) => void>();
  let lastMonotonic = monotonic();
  let current = wall();
  return {
    now() {
      const elapsed = monotonic() - lastMonotonic;
      lastMonotonic += elapsed;
      current += elapsed;
      const behind = wall() - current;
      const limit = elapsed * SLEW;
      if (Math.abs(behind) <= STEP_MS) {
        current += Math.max(-limit, Math.min(limit, behind));
        return current;
      }
      current += behind;
      // Later: whoever asked for the time is in the middle of something.
      queueMicrotask(() => listeners.forEach((listener) => listener(behind)));
      return current;
    },
    elapsed: monotonic,
    after(delayMs, action) {
      const timeout = setTimeout(action, Math.min(Math.max(0, delayMs), LONGEST_MS));
      return { cancel: () => clearTimeout(timeout) };
    },
    onStep(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
