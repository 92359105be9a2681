/** A timer that has not fired yet; cancelling one that has is harmless. */
export interface Timer {
  cancel(): void;
}

/** Time as the sidecar sees it. Tests wind one of their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch; never steps back while streams are on air. */
  now(): number;
  /** Calls `action` once, `delayMs` from now. */
  after(delayMs: number, action: () => void): Timer;
}

/** Largest share of elapsed time by which the clock is slewed towards wall time. */
const SLEW = 0.05;
/** A difference this large is a step of the wall clock, taken over at once. */
const STEP_MS = 30_000;

/** The machine's monotonic clock, slewed to wall time so that small corrections never make it jump. */
export function systemClock(wall: () => number = Date.now, monotonic: () => number = () => performance.now()): Clock {
  let lastMonotonic = monotonic();
  let current = wall();
  return {
    now() {
      const elapsed = monotonic() - lastMonotonic;
      lastMonotonic += elapsed;
      current += elapsed;
      const behind = wall() - current;
      const limit = elapsed * SLEW;
      current += Math.abs(behind) > STEP_MS ? behind : Math.max(-limit, Math.min(limit, behind));
      return current;
    },
    after(delayMs, action) {
      const timeout = setTimeout(action, Math.max(0, delayMs));
      return { cancel: () => clearTimeout(timeout) };
    },
  };
}
