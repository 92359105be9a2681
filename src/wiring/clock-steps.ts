import type { StreamManager } from '../stream/stream-manager.ts';
import type { Libraries } from './libraries.ts';
import type { Common } from './parts.ts';

/**
 * Follows the machine's clock when it is set: the plan is made to cover the new time. Streams on air find themselves
 * elsewhere and go on from there.
 */
export function followClock(
  { clock, health, logger, closers }: Common,
  { libraries, streams }: { readonly libraries: Libraries; readonly streams: StreamManager },
): void {
  async function follow(byMs: number): Promise<void> {
    const problem = `the machine's clock was set ${inWords(byMs)}; channels go on with what is on air at its new time`;
    logger.warn({ byMs }, problem);
    health.raise('clock_stepped', '', problem);
    await libraries.extend();
    await streams.reloadPlan();
  }
  closers.add(clock.onStep((byMs) => void follow(byMs)));
}

/** "forward by 1 h 2 min", "back by 45 s". */
function inWords(byMs: number): string {
  const seconds = Math.round(Math.abs(byMs) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const amount = seconds < 60 ? `${seconds} s` : hours === 0 ? `${minutes} min` : `${hours} h ${minutes} min`;
  return `${byMs < 0 ? 'back' : 'forward'} by ${amount}`;
}
