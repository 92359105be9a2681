import { type Channel, gridOf } from '../../catalog/channels/channel.ts';
import { segmentAt, segmentStartMs } from '../../schedule/grid.ts';
import { AppError } from '../../shared/errors.ts';
import type { PlannedAiring, PlanOf } from '../plan/programme-window.ts';

/** Guides give whole seconds: a programme may have begun half a second after the one that they say. */
const ROUNDED_MS = 500;
const DAY_MS = 86_400_000;

export interface PastOptions {
  readonly planOf: PlanOf;
  /** How many days back; 0 leaves what is on air, from its beginning. */
  readonly catchUpDays: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** A part of an airing that somebody wants to see. */
export interface Part {
  readonly from: number;
  readonly until: number;
}

/** What was on air, as far as it may still be played. */
export class Past {
  readonly #options: PastOptions;

  constructor(options: PastOptions) {
    this.#options = options;
  }

  /** The segment of a channel that is on air now. */
  onAir(channel: Channel): number {
    return segmentAt(gridOf(channel), this.#options.now());
  }

  /** When the programme on air began, milliseconds since the epoch; `not_aired` where nothing is planned. */
  async startOfNow(channel: Channel): Promise<number> {
    const { airing } = await this.at(channel, this.onAir(channel));
    return segmentStartMs(gridOf(channel), airing.startSegment);
  }

  /** The airing that was on at a moment, from that moment to its end; `not_aired` for what is still to come, too. */
  async partFrom(channel: Channel, startMs: number): Promise<Part> {
    const from = segmentAt(gridOf(channel), startMs + ROUNDED_MS);
    if (from > this.onAir(channel)) throw notAired('that moment is still to come');
    const { airing } = await this.at(channel, from);
    return { from, until: airing.stopSegment };
  }

  /** What was on air at segment n; `not_aired` where nothing is known of it, or nothing may be played any more. */
  async at(channel: Channel, segment: number): Promise<PlannedAiring> {
    const { planOf, catchUpDays, now } = this.#options;
    const [planned] = await planOf(channel.id, segment, segment + 1);
    if (planned === undefined) throw notAired('nothing was on air then, or it is gone');
    const { startSegment, stopSegment } = planned.airing;
    // Whoever began with the beginning while it was on air sees it to its end.
    const isStartedOver = 2 * stopSegment - startSegment >= this.onAir(channel);
    const oldest = segmentAt(gridOf(channel), now() - catchUpDays * DAY_MS);
    if (isStartedOver || segment >= oldest) return planned;
    throw notAired(
      catchUpDays === 0
        ? 'programmes of the past are not offered; set SIDECAST_CATCH_UP_DAYS'
        : `it was more than ${catchUpDays} days ago`,
    );
  }
}

function notAired(why: string): AppError {
  return new AppError('not_aired', `there is nothing to see: ${why}`);
}
