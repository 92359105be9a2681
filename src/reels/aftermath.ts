import type { Logger } from '../shared/logger.ts';
import { Detours } from './detours.ts';
import type { ReelJob } from './reel-job.ts';
import type { RunRange } from './run-command.ts';
import { causeOf, isPassing, isUnreachable, type RunFailure, runFailure } from './run-failure.ts';
import type { Run, RunOutcome } from './run.ts';
import { type MarkOf, SecondLooks } from './second-looks.ts';
import { type Consequence, Troubles } from './troubles.ts';

export interface AftermathOptions {
  readonly now: () => number;
  readonly logger: Logger;
  readonly markOf: MarkOf;
  /** A file cannot be had, and what to do; or, with undefined, that it can again. */
  readonly tell: (file: string, failure: RunFailure | undefined) => void;
}

/** How a run came to its end, besides what it says itself. */
export interface Circumstances {
  /** The showing that it was for. */
  readonly airing: string;
  /** It was ended because it stood still. */
  readonly hung: boolean;
  /** Meanwhile its file answered others. */
  readonly answersAgain: boolean;
  /** Why its pieces were not taken in, if they were not. */
  readonly refusal: string | undefined;
}

/** What follows from how runs ended: when a reel is tried again, and how. */
export class Aftermath {
  readonly #options: AftermathOptions;
  readonly #troubles: Troubles;
  readonly #detours = new Detours();
  readonly #looks: SecondLooks;
  /** Files of which it was told that they cannot be had. */
  readonly #told = new Set<string>();

  constructor(options: AftermathOptions) {
    this.#options = options;
    this.#troubles = new Troubles(options.now);
    this.#looks = new SecondLooks(options);
  }

  /** Whether a segment that nobody develops may be tried, for a showing that wants it. */
  prospect(key: string, reelSegment: number, airing: string): ReturnType<Troubles['prospect']> {
    const prospect = this.#troubles.prospect(key, reelSegment, airing);
    if (prospect === 'given up') this.#looks.want(key);
    return prospect;
  }

  /** What a run can do of [from, until). */
  rangeOf(key: string, from: number, until: number): RunRange {
    return this.#detours.rangeOf(key, from, until);
  }

  /** Why a reel has failed of late. */
  failureOf(key: string): RunFailure | undefined {
    return this.#troubles.failureOf(key);
  }

  /** True for a reel that could not be had at all when it was tried last. */
  hasGivenUp(key: string): boolean {
    return this.#troubles.hasGivenUp(key);
  }

  /** Notices which of the files that were given up are others now, or can be read again: their reels may be tried at once. */
  look(onReadable: (key: string) => void): void {
    this.#looks.look((key) => {
      this.#troubles.forgive(key);
      this.#detours.forget(key);
      onReadable(key);
    });
  }

  /** A run has handed a segment in: the file can be had, though it may end early. */
  goesOn({ key, inputFile }: ReelJob): void {
    this.#troubles.overcome(key);
    if (this.#troubles.failureOf(key) !== undefined || !this.#told.delete(inputFile)) return;
    this.#options.tell(inputFile, undefined);
  }

  /** A run has ended. */
  judge({ job, range }: Run, outcome: RunOutcome, { airing, hung, answersAgain, refusal }: Circumstances): void {
    const { tell, logger } = this.#options;
    const { key, inputFile, itemId, name } = job;
    if (outcome.taken >= range.until) return;
    const said = { ...outcome, problem: refusal ?? outcome.problem };
    // Of a disk that is full, or cannot be read, it says something and goes on as if nothing were wrong.
    const cause = causeOf(said);
    const hasEnded = outcome.exitCode === 0 && !outcome.isGarbage && !isPassing(cause) && cause !== 'unreadable';
    if (outcome.isUnwanted || this.#goesRound(key, range, outcome, hasEnded)) return;
    const gotOn = outcome.taken > range.from;
    const endsEarly = hasEnded && (gotOn || range.fromStart === true || this.#isBehindEnd(key, range.from));
    const failure = runFailure(job, said, { hung, endsEarly });
    const endsAt = endsEarly ? outcome.taken : undefined;
    if (range.fromStart === true && hasEnded && !gotOn) this.#detours.forget(key);
    const consequence = this.#troubles.record({ key, airing, failure, gotOn, answersAgain, endsAt });
    if (consequence.kind !== 'retry') {
      // Where only a part of it cannot be read, it can still be opened; one that ends early may be on its way here.
      this.#looks.giveUp(key, inputFile, { isUnreachable: isUnreachable(failure.cause) && outcome.exitCode !== 0 });
    }
    // A card that cannot be had is told by the stream that has nothing else to show.
    if (itemId !== null) {
      this.#told.add(inputFile);
      tell(inputFile, failure);
    }
    const facts = { item: name, quality: job.format.quality, segment: outcome.taken, lines: outcome.lines };
    logger.warn(facts, `"${name}" cannot be had: ${failure.message}; ${inWords(consequence)}`);
  }

  /** True where nothing failed but the straight way. */
  #goesRound(key: string, range: RunRange, outcome: RunOutcome, hasEnded: boolean): boolean {
    if (outcome.lostSoundAt === outcome.taken && range.withoutSound !== true) {
      this.#detours.silence(key, outcome.taken);
      return true;
    }
    const hasNothing = hasEnded && outcome.taken === range.from;
    if (!hasNothing || range.from === 0 || range.fromStart === true || this.#isBehindEnd(key, range.from)) return false;
    // The seek may have landed too late.
    this.#detours.readFromStart(key);
    return true;
  }

  #isBehindEnd(key: string, reelSegment: number): boolean {
    return reelSegment >= (this.#troubles.endOf(key) ?? Infinity);
  }
}

function inWords(consequence: Consequence): string {
  switch (consequence.kind) {
    case 'card for the rest':
      return 'the card is shown for the rest';
    case 'retry':
      return consequence.seconds === 0 ? 'trying again at once' : `trying again in ${consequence.seconds} s`;
    case 'given up':
      return 'given up until it airs again or can be read again';
  }
}
