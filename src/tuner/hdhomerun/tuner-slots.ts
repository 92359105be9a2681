/** The tuners of a device: each serves one viewer at a time, and there are no more than the device says. */
export class TunerSlots {
  readonly #showing: (string | undefined)[];

  constructor(count: number) {
    this.#showing = Array.from({ length: count });
  }

  /** Takes a free tuner for a channel and gives what frees it again; undefined where all are in use. */
  take(what: string): (() => void) | undefined {
    const index = this.#showing.indexOf(undefined);
    if (index === -1) return undefined;
    this.#showing[index] = what;
    let isMine = true;
    return () => {
      if (isMine) this.#showing[index] = undefined;
      isMine = false;
    };
  }

  /** What each tuner is at. */
  get showing(): readonly (string | undefined)[] {
    return this.#showing;
  }
}
