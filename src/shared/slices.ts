import { setTimeout } from 'node:timers/promises';

/** For how long others may have to wait, each time that they have to. */
const SLICE_MS = 3;
/** Between slices: what has been waiting takes several turns of the loop, one after each answer of a disk. */
const REST_MS = 1;
/** The longest rest, longer than most answers take: however many there are to be given, work comes to its end. */
const LONGEST_REST_MS = 40;

export interface SlicesOptions {
  /** While somebody waits for an answer, rests are longer. */
  readonly isAnswering?: () => boolean;
  /** Between slices, a millisecond unless told; who answers nobody else need only let in what has come meanwhile. */
  readonly rest?: () => Promise<unknown>;
}

/** For work that takes long: others have their turn in between. */
export class Slices {
  readonly #isAnswering: () => boolean;
  readonly #rest: () => Promise<unknown>;
  #ends = performance.now() + SLICE_MS;

  constructor({ isAnswering = () => false, rest = () => setTimeout(REST_MS) }: SlicesOptions = {}) {
    this.#isAnswering = isAnswering;
    this.#rest = rest;
  }

  /** Takes all steps of some work, and rests between them. */
  async through<T>(steps: Iterator<unknown, T>): Promise<T> {
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      await this.next();
    }
  }

  /** Rests once a slice is over. */
  async next(): Promise<void> {
    if (performance.now() < this.#ends) return;
    await this.#rest();
    await this.giveWay();
  }

  /** Rests as long as somebody waits for an answer: for work that waits for something itself now and then. */
  async giveWay(): Promise<void> {
    const latest = performance.now() + LONGEST_REST_MS;
    while (this.#isAnswering() && performance.now() < latest) await setTimeout(REST_MS);
    this.#ends = performance.now() + SLICE_MS;
  }
}
