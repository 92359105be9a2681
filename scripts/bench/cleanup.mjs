import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const children = new Set();
const folders = new Set();

/** A child in a group of its own, so that Ctrl-C reaches it through us alone and its children end with it. */
export function start(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options, detached: true });
  children.add(child);
  child.once('close', () => children.delete(child));
  child.once('error', () => children.delete(child));
  return child;
}

/** Ends a child in order, and by force after the limit. */
export async function end(child, limitMs = 10_000) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const force = setTimeout(() => killGroup(child), limitMs);
  await gone;
  clearTimeout(force);
}

/** A folder that is removed at the end, whatever happens. In memory where that is possible and wanted. */
export async function makeTempFolder(prefix, { inMemory = false } = {}) {
  const parent = inMemory && existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = await mkdtemp(path.join(parent, prefix));
  folders.add(folder);
  return folder;
}

/** Removes a folder before the end. */
export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  folders.delete(folder);
}

/** Ends all children and removes all folders. */
export async function cleanUp() {
  await Promise.all([...children].map((child) => end(child)));
  await Promise.all([...folders].map((folder) => removeFolder(folder)));
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.once(signal, () => {
    void cleanUp().finally(() => process.exit(code));
  });
}

process.on('exit', () => {
  for (const child of children) killGroup(child);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function killGroup(child) {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
