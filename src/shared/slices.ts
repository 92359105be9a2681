import { setTimeout } from 'node:timers/promises';

/** For how long others may have to wait, each time that they have to. */
const SLICE_MS = 2;
/** Between slices: what has been waiting takes several turns of the loop, one after each answer of a disk. */
const REST_MS = 1;

/** For work that takes long: others have their turn in between. */
export class Slices {
  #ends = performance.now() + SLICE_MS;

  /** Rests once a slice is over. */
  async next(): Promise<void> {
    if (performance.now() < this.#ends) return;
    await setTimeout(REST_MS);
    this.#ends = performance.now() + SLICE_MS;
  }
}
