import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { end, start } from './cleanup.mjs';
import { familyTimes, residentMB } from './proc.mjs';

const PROGRAM = path.join(import.meta.dirname, 'viewers.mjs');
const ARRIVAL_LIMIT_MS = 60_000;
/** What was there when they came has gone out, and the next segment too. */
const SETTLE_MS = 4000;

/**
 * Has many viewers watch, from a process of their own, and tells what that costs the server `pid` and its children:
 * megabytes, processor time in the program and in the kernel, segments, how many came late, and memory.
 */
export async function measureCrowd({ pid, seconds, segmentMs, ...crowd }) {
  const child = start(process.execPath, [PROGRAM, JSON.stringify({ ...crowd, segmentMs })], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const count = async () => {
    child.send('count');
    const [seen] = await once(child, 'message');
    if (seen.failures > 0) throw new Error(`${seen.failures} viewers failed: ${seen.lastFailure}`);
    return seen;
  };
  const deadline = performance.now() + ARRIVAL_LIMIT_MS;
  while ((await count()).present < crowd.viewers) {
    if (performance.now() > deadline) throw new Error(`not all viewers were let in within ${ARRIVAL_LIMIT_MS} ms`);
    await delay(200);
  }
  await delay(SETTLE_MS);
  const before = { ...(await count()), cpu: await familyTimes(pid), at: performance.now() };
  await delay(seconds * 1000);
  const after = { ...(await count()), cpu: await familyTimes(pid), at: performance.now() };
  const memoryMB = await residentMB(pid);
  await end(child);
  const programSeconds = after.cpu.program - before.cpu.program;
  const kernelSeconds = after.cpu.kernel - before.cpu.kernel;
  const megabytes = (after.bytes - before.bytes) / 1e6;
  return {
    megabytes,
    programSeconds,
    kernelSeconds,
    cpuSeconds: programSeconds + kernelSeconds,
    memoryMB,
    seconds: (after.at - before.at) / 1000,
    segments: after.segments - before.segments,
    late: after.late - before.late,
    slowestMs: after.slowestMs,
  };
}
