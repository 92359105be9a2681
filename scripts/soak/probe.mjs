// Loaded into the sidecar beside its own code, with --expose-gc: tells what it holds when it is asked. The sidecar's own
// helpers are started with the same options: they are left alone.
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';

if (path.basename(process.argv[1]) === 'main.js') {
  process.on('message', () => void tell());
  process.channel.unref();
}

async function tell() {
  for (let times = 0; times < 3; times++) {
    globalThis.gc();
    await setImmediate();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send({ heapUsed, arrayBuffers, resources: process.getActiveResourcesInfo() });
}
