import { AppError, messageOf } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';

/** So long the same is not said again: players and media servers ask on, some of them every second. */
const QUIET_MS = 600_000;
/** Of so many it is known that they were said. */
const MOST_SAID = 1000;

export interface RefusalLogOptions {
  readonly logger: Logger;
  /** Milliseconds. */
  readonly now: () => number;
  /** Called for every one, with its code and its words. */
  readonly onRefused: (code: string, message: string) => void;
}

/** What was refused at an address, and was said last. */
interface Said {
  readonly atMs: number;
  repeated: number;
}

/** Says which requests are refused or fail, and why: each cause at each address at once, and then now and then. */
export class RefusalLog {
  readonly #options: RefusalLogOptions;
  readonly #said = new Map<string, Said>();

  constructor(options: RefusalLogOptions) {
    this.#options = options;
  }

  tell(error: unknown, path: string, status: number): void {
    const { logger, now, onRefused } = this.#options;
    const isOurs = error instanceof AppError;
    onRefused(isOurs ? error.code : 'internal_error', messageOf(error));
    const nowMs = now();
    // Of segments each has its own address.
    const about = `${isOurs ? error.code : messageOf(error)} ${path.replace(/_\d+\.ts$/, '')}`;
    const before = this.#said.get(about);
    // A clock that was set back keeps nothing quiet for longer.
    if (before !== undefined && Math.abs(nowMs - before.atMs) < QUIET_MS) {
      before.repeated++;
      return;
    }
    this.#forget(nowMs);
    this.#said.delete(about);
    this.#said.set(about, { atMs: nowMs, repeated: 0 });
    const repeated = before?.repeated ?? 0;
    const again = repeated === 0 ? '' : `, and ${repeated} times since that was said last`;
    logger.error({ err: error, path, repeated }, `A request failed with ${status}${again}`);
  }

  /** What was said long ago, and of very much what was said first: a disk that is lost has an address for each picture. */
  #forget(nowMs: number): void {
    for (const [about, { atMs }] of this.#said) {
      if (Math.abs(nowMs - atMs) < QUIET_MS && this.#said.size < MOST_SAID) return;
      this.#said.delete(about);
    }
  }
}
