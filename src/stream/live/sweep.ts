import { cleanupOrphanedDirectories } from '../../segments/cleanup.ts';
import type { Clock, Timer } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { SessionManager } from '../session/session-manager.ts';
import type { Streams } from './streams.ts';

export interface SweepOptions {
  readonly streamsDirectory: string;
  readonly cleanupIntervalMs: number;
  readonly gracePeriodMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly sessions: SessionManager;
  readonly streams: Streams;
}

/** Looks again and again for what nobody watches: ends it, and takes folders away that no stream has. */
export class Sweep {
  readonly #options: SweepOptions;
  #timer: Timer | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #startedAt = 0;
  #isStopped = false;
  /** An earlier sidecar may have left a folder. Else the disk is left to sleep. */
  #mayHaveOrphans = true;

  constructor(options: SweepOptions) {
    this.#options = options;
  }

  start(): void {
    this.#startedAt = this.#options.clock.elapsed();
    this.#timer?.cancel();
    this.#sweepLater();
  }

  /** Resolves when nothing is looked for any more. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#sweeping;
  }

  /** A stream that has ended, or could not begin, may have left a folder. */
  expectOrphans(): void {
    this.#mayHaveOrphans = true;
  }

  #sweepLater(): void {
    const { clock, cleanupIntervalMs, logger } = this.#options;
    this.#timer = clock.after(cleanupIntervalMs, () => {
      this.#sweeping = this.#sweepNow()
        .catch((error: unknown) => logger.error({}, `looking for streams to end failed: ${messageOf(error)}`))
        .then(() => {
          if (!this.#isStopped) this.#sweepLater();
        });
    });
  }

  async #sweepNow(): Promise<void> {
    const { gracePeriodMs, clock, streamsDirectory, sessions, streams } = this.#options;
    for (const session of sessions.list()) {
      // Looked at only now: somebody may have come while the one before was stopped.
      if (session.shouldCleanup(gracePeriodMs)) await streams.end(session.channelId);
    }
    for (const stream of streams) await stream.stopAbandoned();
    // Players that kept asking while the sidecar was away find their segments first.
    const isSettled = clock.elapsed() - this.#startedAt > gracePeriodMs;
    if (!isSettled || !this.#mayHaveOrphans) return;
    this.#mayHaveOrphans = false;
    await cleanupOrphanedDirectories(streamsDirectory, sessions);
  }
}
