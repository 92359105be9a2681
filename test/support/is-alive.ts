import { readFileSync } from 'node:fs';

/** Whether a process of this number is at work; one that has ended and that nobody waits for is not. */
export function isAlive(pid: number | undefined): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
