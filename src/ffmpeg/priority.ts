import { readdirSync } from 'node:fs';
import os from 'node:os';

/**
 * Gives a process another priority: 0 is normal, 19 the lowest. Throws the system's error where it has ended or may not
 * have it.
 */
export function setNiceness(pid: number, niceness: number): void {
  for (const id of schedulable(pid)) os.setPriority(id, niceness);
}

/** Linux gives priorities to threads: one that is there already keeps its own. */
function schedulable(pid: number): number[] {
  if (process.platform !== 'linux') return [pid];
  return readdirSync(`/proc/${pid}/task`).map(Number);
}
