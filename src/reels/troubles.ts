import { isPassing, type RunFailure } from './run-failure.ts';

/** Seconds to wait after the first, second … failure in a row; after the last the item is given up. */
const BACK_OFF_SECONDS = [1, 2, 4, 8];
const LONGEST_WAIT_SECONDS = 8;
/** Showings of a reel of which it is known that it failed in them; more than there are channels. */
const REMEMBERED_AIRINGS = 100;
/** Nobody asks any more for what has been forgotten for a day. */
const REMEMBERED_MS = 86_400_000;

/** A run that did not hand in all that it should have. */
export interface Failed {
  readonly key: string;
  /** The showing in which it failed: the next one tries anew. */
  readonly airing: string;
  readonly failure: RunFailure;
  /** Something was handed in before it failed. */
  readonly gotOn: boolean;
  /** It failed for what its file was before: what that is now may be tried at once. */
  readonly answersAgain: boolean;
  /** Segments from here on are not in the file. */
  readonly endsAt: number | undefined;
}

/** What follows from a failure. */
export type Consequence =
  | { readonly kind: 'card for the rest' }
  | { readonly kind: 'retry'; readonly seconds: number }
  | { readonly kind: 'given up' };

interface Trouble {
  /** Several channels may show it at once: what was given up in one stays so while another one tries. */
  readonly airings: readonly string[];
  readonly failures: number;
  readonly at: number;
  /** Undefined where it is given up. */
  readonly retryAt: number | undefined;
  readonly failure: RunFailure;
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
    const isSameAiring = trouble.airings.includes(airing);
    if (trouble.endsAt !== undefined) {
      return isSameAiring && reelSegment >= trouble.endsAt ? 'given up' : 'not asked for';
    }
    if (trouble.retryAt === undefined) return isSameAiring ? 'given up' : 'not asked for';
    return this.#now() < trouble.retryAt ? 'waiting to retry' : 'not asked for';
  }

  /** Why a reel has failed of late. */
  failureOf(key: string): RunFailure | undefined {
    return this.#byKey.get(key)?.failure;
  }

  hasGivenUp(key: string): boolean {
    const trouble = this.#byKey.get(key);
    return trouble !== undefined && trouble.retryAt === undefined && trouble.endsAt === undefined;
  }

  /** Where the reel's file was found to end, if it ends too early. */
  endOf(key: string): number | undefined {
    return this.#byKey.get(key)?.endsAt;
  }

  /** Remembers a failure and says what follows from it. */
  record({ key, airing, failure, gotOn, answersAgain, endsAt }: Failed): Consequence {
    const before = this.#byKey.get(key);
    const isKnown = before?.airings.includes(airing) === true;
    const failures = (gotOn || !isKnown ? 0 : before.failures) + 1;
    const pause = BACK_OFF_SECONDS[failures - 1] ?? (isPassing(failure.cause) ? LONGEST_WAIT_SECONDS : undefined);
    const seconds = answersAgain ? 0 : pause;
    const now = this.#now();
    const retryAt = seconds === undefined ? undefined : now + seconds * 1000;
    const airings = isKnown ? before.airings : [...(before?.airings ?? []), airing].slice(-REMEMBERED_AIRINGS);
    this.#byKey.set(key, { airings, failures, at: now, retryAt, failure, endsAt });
    this.#forgetOld(now);
    if (endsAt !== undefined) return { kind: 'card for the rest' };
    return seconds === undefined ? { kind: 'given up' } : { kind: 'retry', seconds };
  }

  /** A run handed in all it should have. Where a file ends stays known. */
  overcome(key: string): void {
    if (this.endOf(key) === undefined) this.#byKey.delete(key);
  }

  /** Its cause is gone: it may be tried at once. */
  forgive(key: string): void {
    this.#byKey.delete(key);
  }

  #forgetOld(now: number): void {
    for (const [key, { at }] of this.#byKey) if (now - at > REMEMBERED_MS) this.#byKey.delete(key);
  }
}
