// Loaded into a sidecar: how long its event loop stood still at once. At SIGUSR2 it writes the longest times to the file
// that LOOP_WATCH names, and begins anew. Without the time in which others had the cores: that is not the sidecar's doing.
import { openSync, readSync, renameSync, writeFileSync } from 'node:fs';

const TOLD = 10;
const file = process.env.LOOP_WATCH;
const schedule = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
const text = Buffer.alloc(64);

/** Milliseconds for which this thread has waited for a core, since its start. */
function queuedMs() {
  const length = readSync(schedule, text, 0, text.length, 0);
  return Number(text.toString('latin1', 0, length).split(' ')[1]) / 1e6;
}

let stops = [];
let lastMs = performance.now();
let lastQueuedMs = queuedMs();
setInterval(() => {
  const [now, queued] = [performance.now(), queuedMs()];
  stops.push(now - lastMs - (queued - lastQueuedMs));
  if (stops.length > 1000) stops = longest();
  [lastMs, lastQueuedMs] = [now, queued];
}, 1).unref();

process.on('SIGUSR2', () => {
  writeFileSync(`${file}.new`, JSON.stringify(longest()));
  renameSync(`${file}.new`, file);
  stops = [];
});

function longest() {
  return stops.sort((a, b) => b - a).slice(0, TOLD);
}
