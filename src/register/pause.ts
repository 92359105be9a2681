import type { Clock } from '../shared/clock.ts';

const LOOK_MS = 1000;

/** The time between two looks at what a media server is doing. */
export function pause(clock: Pick<Clock, 'after'>): Promise<void> {
  return new Promise((resolve) => clock.after(LOOK_MS, resolve));
}
