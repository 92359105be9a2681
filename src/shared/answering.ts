/** Who is answered for longer is being sent a stream, or waits for something else. */
const LONGEST_MS = 1000;

/** Counts those who are being answered, so that work that can wait gives way to them. */
export class Answering {
  #count = 0;

  get isAnybody(): boolean {
    return this.#count > 0;
  }

  /** Somebody waits until `answer` is over, however it ends, for a second at most. */
  async during(answer: () => Promise<unknown>): Promise<void> {
    let isCounted = true;
    this.#count++;
    const over = (): void => {
      if (isCounted) this.#count--;
      isCounted = false;
    };
    const limit = setTimeout(over, LONGEST_MS).unref();
    try {
      await answer();
    } finally {
      clearTimeout(limit);
      over();
    }
  }
}
