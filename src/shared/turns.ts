/** Work that is done one after another, whatever became of the work before. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Begins when all that was taken in before is done; settles as the work does. */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }

  /** Resolves when all that was taken in until now is done. */
  async over(): Promise<void> {
    await this.#last;
  }
}
