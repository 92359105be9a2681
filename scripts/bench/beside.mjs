import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { familySeconds, TICKS_PER_SECOND } from './proc.mjs';

/** Watches how busy others keep the machine meanwhile: a figure without it says little. */
export async function watchOthers() {
  const before = await look();
  return {
    async stop() {
      const after = await look();
      if (before === undefined || after === undefined) return 'what ran beside is not known here';
      const seconds = (after.atMs - before.atMs) / 1000;
      const others = Math.max(0, after.all - before.all - (after.own - before.own)) / seconds;
      return `beside: other programs kept ${others.toFixed(1)} of ${cpus().length} cores busy, for ${seconds.toFixed(0)} s`;
    },
  };
}

async function look() {
  try {
    const [, user, nice, system, , , irq, softirq, steal] = (await readFile('/proc/stat', 'utf8')).split(/\s+/);
    const ticks = [user, nice, system, irq, softirq, steal].reduce((sum, field) => sum + Number(field), 0);
    return { atMs: performance.now(), all: ticks / TICKS_PER_SECOND, own: await familySeconds(process.pid) };
  } catch {
    return undefined;
  }
}
