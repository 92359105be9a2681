import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from './errors.ts';

/** How long a process may take to be gone after SIGKILL. */
const KILLED_MS = 1000;

/**
 * A process, first, and all that it has started: on many a NAS ffmpeg is a script that starts the real one. Only Linux
 * tells; elsewhere it is the process alone.
 */
export function familyOf(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(familyOf)];
}

/** Ends a process and all that it has started. Throws the system's error where one of them may not be ended. */
export async function endFamily(pid: number, options: { readonly graceMs: number }): Promise<void> {
  await Promise.all(familyOf(pid).map((member) => endProcess(member, options)));
}

/** Ends a process: SIGTERM, then SIGKILL after the grace time. Throws the system's error where it may not be ended. */
export async function endProcess(pid: number, { graceMs }: { readonly graceMs: number }): Promise<void> {
  if (!send(pid, 'SIGTERM') || (await goneWithin(pid, graceMs))) return;
  if (send(pid, 'SIGKILL')) await goneWithin(pid, KILLED_MS);
}

/** Linux lists them by the thread that started them: programs that only start others have one. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

async function goneWithin(pid: number, limitMs: number): Promise<boolean> {
  const deadline = performance.now() + limitMs;
  while (send(pid, 0) && !isZombie(pid)) {
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return false;
    await delay(Math.min(20, leftMs));
  }
  return true;
}

/** It has ended. Where nobody waits for it, as in many a container, it stays in the table for ever. */
function isZombie(pid: number): boolean {
  try {
    return /^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** False when there is no such process. Numbers below 1 name groups of processes, never one. */
function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  if (!Number.isSafeInteger(pid) || pid < 1) return false;
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    throw error;
  }
}
