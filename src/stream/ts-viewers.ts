import { type Channel, gridOf } from '../catalog/channels/channel.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { segmentAt } from '../schedule/grid.ts';
import type { Clock } from '../shared/clock.ts';
import type { Logger } from '../shared/logger.ts';
import { continuousSegments } from './broadcast/continuous.ts';
import { notOnAir } from './not-on-air.ts';
import type { StreamManager } from './stream-manager.ts';
import { whileWatching } from './viewers/while-watching.ts';

export interface TsViewersOptions {
  readonly manager: Pick<StreamManager, 'registerClient' | 'unregisterClient' | 'renditionOf'>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** One was too slow. */
  readonly onSkipped: () => void;
}

/** Gives the continuous TS to viewers, who are present for as long as they are connected. */
export class TsViewers {
  readonly #options: TsViewersOptions;
  #count = 0;

  constructor(options: TsViewersOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#count;
  }

  /** From what is on air now on, until the stream ends or the signal aborts. */
  async watch(channel: Channel, quality: Quality, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const { manager, clock, logger, onSkipped } = this.#options;
    const session = await manager.registerClient(channel.id, { quality });
    const leave = (): Promise<void> => manager.unregisterClient(channel.id, { quality, session });
    const rendition = manager.renditionOf(channel.id, quality);
    if (rendition === undefined) {
      await leave().catch(() => {});
      throw notOnAir(channel.id);
    }
    const segments = continuousSegments(rendition, {
      signal,
      onAir: () => segmentAt(gridOf(channel), clock.now()),
      onSkip: () => {
        logger.info({ channel: channel.name }, `a slow viewer of "${channel.name}" skipped to what is on air`);
        onSkipped();
      },
    });
    this.#count++;
    return whileWatching(segments, signal, () => {
      this.#count--;
      // A stream that was stopped has counted everybody out.
      void leave().catch(() => {});
    });
  }
}
