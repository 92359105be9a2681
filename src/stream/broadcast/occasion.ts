/** Something that happens again and again, and those who wait for the next time. */
export class Occasion {
  readonly #waiting = new Set<() => void>();

  /** Resolves the next time, or when the signal aborts. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        this.#waiting.delete(done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  come(): void {
    for (const done of [...this.#waiting]) done();
  }
}
