import { setTimeout } from 'node:timers/promises';

/** For how long others may have to wait, each time that they have to. */
const SLICE_MS = 2;
/** Between slices: what has been waiting takes several turns of the loop, one after each answer of a disk. */
const REST_MS = 1;
/** The longest rest: however many there are to be answered, work comes to its end. */
const LONGEST_REST_MS = 20;

/** For work that takes long: others have their turn in between. */
export class Slices {
  readonly #isAnswering: () => boolean;
  #ends = performance.now() + SLICE_MS;

  /** While `isAnswering` says that somebody waits for an answer, rests are longer. */
  constructor(isAnswering: () => boolean = () => false) {
    this.#isAnswering = isAnswering;
  }

  /** Rests once a slice is over. */
  async next(): Promise<void> {
    if (performance.now() < this.#ends) return;
    const latest = performance.now() + LONGEST_REST_MS;
    do await setTimeout(REST_MS);
    while (this.#isAnswering() && performance.now() < latest);
    this.#ends = performance.now() + SLICE_MS;
  }
}
