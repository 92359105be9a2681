import { messageOf } from './errors.ts';

/** What was opened and has to be closed, the last one first. */
export class Closers {
  readonly #closers: (() => PromiseLike<void> | void)[] = [];
  #closed: Promise<void> | undefined;

  /** What is opened while everything is being closed is closed at once. */
  add(close: () => PromiseLike<void> | void): void {
    this.#closers.push(close);
    if (this.#closed !== undefined) this.#closed = this.#closed.then(() => this.#closeAll());
  }

  /** Closes everything; one that fails does not keep the others open. Any number of calls do no harm. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      try {
        await close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(messageOf).join('; '));
  }
}
