export interface PumpOptions {
  readonly work: () => Promise<void>;
  /** It went well. */
  readonly onDone: () => void;
  /** It did not: nothing more is done until it is asked for again. */
  readonly onFailure: (error: unknown) => void;
}

/** Does its work whenever it is asked for, once at a time; who asks meanwhile has it done once more. */
export class Pump {
  readonly #options: PumpOptions;
  #working: Promise<void> | undefined;
  #again = false;
  #isClosed = false;

  constructor(options: PumpOptions) {
    this.#options = options;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  pump(): void {
    if (this.#isClosed) return;
    if (this.#working === undefined) void this.#do(this.#options.work);
    else this.#again = true;
  }

  /** Does another piece of work in its turn, and its own after that; nothing where it is closed. */
  async doFirst(work: () => Promise<void>): Promise<void> {
    while (this.#working !== undefined) await this.#working;
    if (this.#isClosed) return;
    this.#again = true;
    await this.#do(work);
  }

  /** Resolves when what is being done is done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#working;
  }

  #do(work: () => Promise<void>): Promise<void> {
    const { onDone, onFailure } = this.#options;
    this.#working = work()
      .then(onDone, (error: unknown) => {
        this.#again = false;
        onFailure(error);
      })
      .finally(() => {
        this.#working = undefined;
        if (!this.#again) return;
        this.#again = false;
        this.pump();
      });
    return this.#working;
  }
}
