import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

// What is allocated here lives briefly or for ever, and segments are outside this heap: a large nursery only costs memory.
// Its largest size is fixed when V8 starts (scripts/start gives it); that it does not grow can still be said.
setFlagsFromString('--semi-space-growth-factor=1');
// Segments on air count as growth of the heap: a collection for every few of them would cost more than all that is done
// with them. V8 alone decides by its own speed, and that may be more often still.
setFlagsFromString('--heap-growing-percent=100');
// A context that is made after the flag was set has the collector by name.
setFlagsFromString('--expose-gc');
const collectGarbage: unknown = runInNewContext('gc');
/** By then whatever ended has let go of its buffers. */
const LET_GO_MS = 1000;

/** A process that does nothing allocates nothing, so V8 alone would keep until the next viewer what the last one needed. */
export function giveMemoryBack(): void {
  if (isAction(collectGarbage)) setTimeout(collectGarbage, LET_GO_MS).unref();
}

function isAction(value: unknown): value is () => void {
  return typeof value === 'function';
}
