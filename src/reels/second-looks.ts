/** How often a file that was given up is looked at while somebody waits for it. */
const LOOK_MS = 10_000;

/**
 * What tells a file as it is now from what it was or will be; undefined where it cannot be opened, is no film, or does
 * not answer in time.
 */
export type MarkOf = (file: string) => Promise<string | undefined>;

interface GivenUp {
  readonly file: string;
  /** What the last look found; undefined before the first one. */
  seen: { readonly mark: string | undefined } | undefined;
  lookedAt: number;
  wantedAt: number;
  isLooking: boolean;
}

/** Notices when a file that was given up can be read again, or has become another one. */
export class SecondLooks {
  readonly #options: { readonly now: () => number; readonly markOf: MarkOf };
  readonly #givenUp = new Map<string, GivenUp>();

  constructor(options: { readonly now: () => number; readonly markOf: MarkOf }) {
    this.#options = options;
  }

  /** `isUnreachable`: it was given up because the file could not be read. Else it is looked at once right away. */
  giveUp(key: string, file: string, { isUnreachable }: { readonly isUnreachable: boolean }): void {
    const now = this.#options.now();
    const looked = isUnreachable
      ? { seen: { mark: undefined }, lookedAt: now }
      : { seen: undefined, lookedAt: -Infinity };
    this.#givenUp.set(key, { file, ...looked, wantedAt: now, isLooking: false });
  }

  /** Somebody waits for it. */
  want(key: string): void {
    const givenUp = this.#givenUp.get(key);
    if (givenUp !== undefined) givenUp.wantedAt = this.#options.now();
  }

  /** Looks at what is due; calls back for each file that can be read and could not be before, or was another one. */
  look(onReadable: (key: string) => void): void {
    const now = this.#options.now();
    for (const [key, givenUp] of this.#givenUp) {
      // Its next airing begins with a try of its own.
      if (now - givenUp.wantedAt > 2 * LOOK_MS) this.#givenUp.delete(key);
      else if (!givenUp.isLooking && now - givenUp.lookedAt >= LOOK_MS) void this.#lookAt(key, givenUp, onReadable);
    }
  }

  async #lookAt(key: string, givenUp: GivenUp, onReadable: (key: string) => void): Promise<void> {
    givenUp.isLooking = true;
    const mark = await this.#options.markOf(givenUp.file);
    givenUp.isLooking = false;
    givenUp.lookedAt = this.#options.now();
    const { seen } = givenUp;
    givenUp.seen = { mark };
    const isBack = seen !== undefined && mark !== undefined && mark !== seen.mark;
    if (!isBack || this.#givenUp.get(key) !== givenUp) return;
    this.#givenUp.delete(key);
    onReadable(key);
  }
}
