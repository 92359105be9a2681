// Loaded into the sidecar beside its own code, with --expose-gc: tells what it holds when it is asked. It is loaded into
// the sidecar's own helpers, too, which are asked other things.
import { setImmediate } from 'node:timers/promises';

process.on('message', (asked) => {
  if (asked === 'look') void tell();
});
process.channel.unref();

async function tell() {
  for (let times = 0; times < 3; times++) {
    globalThis.gc();
    await setImmediate();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send({ heapUsed, arrayBuffers, resources: process.getActiveResourcesInfo() });
}
