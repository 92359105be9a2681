import type { LibrarySource } from '../../library/library-reading.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';

/** A server at work writes all the time: this often at most it is asked whether its library has changed. */
const LEAST_APART_MS = 300_000;
/** What belongs together is written within so long. */
const SETTLES_MS = 10_000;

export interface HostChangesOptions {
  readonly source: LibrarySource;
  /** The library's mark at the last sync. */
  readonly lastMark: () => Promise<string | null>;
  readonly sync: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Decides when a host's database that was written to is read anew: soon, seldom, and only when its library has changed. */
export class HostChanges {
  readonly #options: HostChangesOptions;
  #lastLookMs = -Infinity;
  #look: Timer | undefined;

  constructor(options: HostChangesOptions) {
    this.#options = options;
  }

  /** Its files were written to. */
  written(): void {
    const { clock } = this.#options;
    const earliestMs = this.#lastLookMs + LEAST_APART_MS - clock.elapsed();
    this.#look ??= clock.after(Math.max(SETTLES_MS, earliestMs), () => void this.#compare());
  }

  close(): void {
    this.#look?.cancel();
  }

  async #compare(): Promise<void> {
    const { source, lastMark, sync, clock, logger } = this.#options;
    this.#look = undefined;
    this.#lastLookMs = clock.elapsed();
    try {
      await using reading = await source.open();
      const mark = await reading.changeMark();
      if (mark === null || mark !== (await lastMark())) await sync();
    } catch (error) {
      // The next sync tells of it, if it lasts.
      logger.debug({ source: source.id }, messageOf(error));
    }
  }
}
