import type { Clock, Timer } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { TellHealth } from '../../shared/health.ts';
import type { Logger } from '../../shared/logger.ts';
import type { StreamSession } from './session.ts';
import { canTransitionTo, STATE_FAILED, STATE_STARTING } from './state.ts';

/** Milliseconds before a stream that failed is tried again, the first, second … time; then it is given up. */
const RETRY_MS = [1000, 2000, 4000, 8000];
/** As long as somebody watches it is tried on: a media server never comes back to a stream that has ended. */
const RETRY_WATCHED_MS = 8000;

export interface RetryOptions {
  readonly session: StreamSession;
  readonly channelName: () => string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Why the stream cannot be aired. */
  readonly tellHealth: TellHealth;
  /** Begins anew; what it throws is the next failure. */
  readonly startAgain: () => Promise<void>;
  /** It failed too often, and nobody watches. */
  readonly onGivenUp: () => void;
}

/** Has a stream that failed begin again, with back-off. */
export class Retry {
  readonly #options: RetryOptions;
  #timer: Timer | undefined;

  constructor(options: RetryOptions) {
    this.#options = options;
  }

  /** Nothing can be published: told, tried again later, and given up in the end where nobody watches. */
  failed(error: unknown): void {
    const { session, clock } = this.#options;
    if (!canTransitionTo(session.getState(), STATE_FAILED)) return;
    session.setState(STATE_FAILED);
    session.setLastError(error);
    const isWatched = session.getClientCount() > 0;
    const waitMs = RETRY_MS[session.getErrorCount()] ?? (isWatched ? RETRY_WATCHED_MS : undefined);
    session.incrementErrorCount();
    this.#tell(error);
    this.#timer = clock.after(waitMs ?? 0, () => {
      if (waitMs === undefined) this.#options.onGivenUp();
      else void this.#startAgain();
    });
  }

  cancel(): void {
    this.#timer?.cancel();
  }

  async #startAgain(): Promise<void> {
    const { session, startAgain } = this.#options;
    if (!canTransitionTo(session.getState(), STATE_STARTING)) return;
    session.setState(STATE_STARTING);
    try {
      await startAgain();
    } catch (error) {
      this.failed(error);
    }
  }

  #tell(error: unknown): void {
    const { session, channelName, logger, tellHealth } = this.#options;
    const facts = { channel: channelName(), failures: session.getErrorCount() };
    const problem = `"${facts.channel}" cannot be aired: ${messageOf(error)}`;
    if (facts.failures <= RETRY_MS.length) logger.error(facts, problem);
    tellHealth(problem);
  }
}
