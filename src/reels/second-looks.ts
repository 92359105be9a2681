/** How often a file that was given up is looked at while somebody waits for it. */
const LOOK_MS = 10_000;

/** True when the file can be opened and is a film; false where it cannot, or does not answer in time. */
export type CanBeRead = (file: string) => Promise<boolean>;

interface GivenUp {
  readonly file: string;
  /** What the last look found; undefined before the first one of a file that could be read when it was given up. */
  couldBeRead: boolean | undefined;
  lookedAt: number;
  wantedAt: number;
  isLooking: boolean;
}

/** Notices when a file that was given up can be read again. */
export class SecondLooks {
  readonly #options: { readonly now: () => number; readonly canBeRead: CanBeRead };
  readonly #givenUp = new Map<string, GivenUp>();

  constructor(options: { readonly now: () => number; readonly canBeRead: CanBeRead }) {
    this.#options = options;
  }

  /** `isUnreachable`: it was given up because the file could not be read. */
  giveUp(key: string, file: string, { isUnreachable }: { readonly isUnreachable: boolean }): void {
    const now = this.#options.now();
    const couldBeRead = isUnreachable ? false : undefined;
    this.#givenUp.set(key, { file, couldBeRead, lookedAt: now, wantedAt: now, isLooking: false });
  }

  /** Somebody waits for it. */
  want(key: string): void {
    const givenUp = this.#givenUp.get(key);
    if (givenUp !== undefined) givenUp.wantedAt = this.#options.now();
  }

  /** Looks at what is due; calls back for each file that can be read and could not be before. */
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
    const canBeRead = await this.#options.canBeRead(givenUp.file);
    givenUp.isLooking = false;
    givenUp.lookedAt = this.#options.now();
    const isBack = canBeRead && givenUp.couldBeRead === false;
    givenUp.couldBeRead = canBeRead;
    if (!isBack || this.#givenUp.get(key) !== givenUp) return;
    this.#givenUp.delete(key);
    onReadable(key);
  }
}
