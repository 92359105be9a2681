/** Seconds to wait after the first, second … failure in a row; after the last the item is given up. */
const BACK_OFF_SECONDS = [1, 2, 4, 8];
/** Nobody asks any more for what has been forgotten for a day. */
const REMEMBERED_MS = 86_400_000;

/** A run that did not hand in all that it should have. */
export interface Failure {
  readonly key: string;
  /** The showing in which it failed: the next one tries anew. */
  readonly airing: string;
  readonly reason: string;
  /** Something was handed in before it failed. */
  readonly gotOn: boolean;
  /** Segments from here on are not in the file. */
  readonly endsAt: number | undefined;
}

interface Trouble {
  readonly airing: string;
  readonly failures: number;
  readonly at: number;
  readonly retryAt: number;
  readonly reason: string;
  readonly endsAt: number | undefined;
}

/** What went wrong with reels of late: when they are tried again, and which are given up until they air again. */
export class Troubles {
  readonly #now: () => number;
  readonly #byKey = new Map<string, Trouble>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether a segment that nobody develops may be tried, for a showing that wants it. */
  prospect(key: string, reelSegment: number, airing: string): 'not asked for' | 'waiting to retry' | 'given up' {
    const trouble = this.#byKey.get(key);
    if (trouble === undefined) return 'not asked for';
    const isSameAiring = trouble.airing === airing;
    if (trouble.endsAt !== undefined) {
      if (reelSegment >= trouble.endsAt) return isSameAiring ? 'given up' : 'not asked for';
      return 'not asked for';
    }
    if (trouble.failures > BACK_OFF_SECONDS.length) return isSameAiring ? 'given up' : 'not asked for';
    return this.#now() < trouble.retryAt ? 'waiting to retry' : 'not asked for';
  }

  reasonOf(key: string): string | undefined {
    return this.#byKey.get(key)?.reason;
  }

  /** Where the reel's file was found to end, if it ends too early. */
  endOf(key: string): number | undefined {
    return this.#byKey.get(key)?.endsAt;
  }

  /** Remembers a failure and says in words what follows from it. */
  record({ key, airing, reason, gotOn, endsAt }: Failure): string {
    const before = this.#byKey.get(key);
    const failures = (gotOn || before?.airing !== airing ? 0 : before.failures) + 1;
    const waitSeconds = BACK_OFF_SECONDS[failures - 1];
    const now = this.#now();
    this.#byKey.set(key, { airing, failures, at: now, retryAt: now + (waitSeconds ?? 0) * 1000, reason, endsAt });
    this.#forgetOld(now);
    if (endsAt !== undefined) return 'the file holds no more; the card is shown for the rest';
    return waitSeconds === undefined ? 'given up until it airs again' : `trying again in ${waitSeconds} s`;
  }

  /** A run handed in all it should have. Where a file ends stays known. */
  overcome(key: string): void {
    if (this.endOf(key) === undefined) this.#byKey.delete(key);
  }

  #forgetOld(now: number): void {
    for (const [key, { at }] of this.#byKey) if (now - at > REMEMBERED_MS) this.#byKey.delete(key);
  }
}
