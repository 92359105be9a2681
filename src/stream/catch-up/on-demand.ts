import { type Channel, gridOf } from '../../catalog/channels/channel.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import type { Developer } from '../../reels/developer.ts';
import type { EncodersHere } from '../../reels/encoders-here.ts';
import type { ReelFormat, ReelJob } from '../../reels/reel-job.ts';
import { type Airing, reelSegmentAt } from '../../schedule/airing.ts';
import { segmentsOf } from '../../schedule/grid.ts';
import type { Clock } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { slateText } from '../cards/card-text.ts';
import type { Cards } from '../cards/cards.ts';
import type { PlannedAiring, PlanOf } from '../plan/programme-window.ts';
import type { Splicer } from '../playout/splicer.ts';

/** So much is developed at once for somebody who waits, and so much when that is used up. */
const FIRST_RUN_SECONDS = 30;
const RUN_SECONDS = 120;
/** What follows is developed before it is asked for. */
const AHEAD_SECONDS = 20;
/** So long is waited for an item, and then as long for the card that is shown instead. */
const PATIENCE_MS = 20_000;
const LOOK_AGAIN_MS = 1000;
/** A reel that nobody has asked for in so long is no longer waited for. */
const WANTED_MS = 60_000;

export interface OnDemandOptions {
  readonly planOf: PlanOf;
  readonly developer: Developer;
  readonly splicer: Splicer;
  readonly cards: Cards;
  readonly encoders: EncodersHere;
  readonly clock: Clock;
}

/** Develops segments when they are asked for, and what follows them before it is. */
export class OnDemand {
  readonly #options: OnDemandOptions;
  /** When each reel was asked for last, on the clock's `elapsed()`. */
  readonly #askedAt = new Map<string, number>();

  constructor(options: OnDemandOptions) {
    this.#options = options;
  }

  /** Segment n of what was planned there: a card where that cannot be had, `starting_timed_out` where not even that comes. */
  async segment(channel: Channel, quality: Quality, segment: number, planned: PlannedAiring): Promise<Buffer> {
    const { encoders, splicer, developer, cards, clock, planOf } = this.#options;
    const [encoder] = encoders.usable;
    const format: ReelFormat = { grid: gridOf(channel), quality, encoder };
    const { airing, item } = planned;
    const [following] = await planOf(channel.id, segment + 1, segment + 2);
    const job = item && splicer.jobOf(item, format);
    const attempt = `catch-up/${channel.id}/${airing.startSegment}`;
    // Without a time: the past is not watched by the clock.
    const text = slateText(channel.name, undefined, 'UTC');
    const isLost = (wanted: ReelJob | undefined, reelSegment: number): boolean =>
      wanted === undefined || developer.prospect(wanted.key, reelSegment, attempt) === 'given up';
    const askedAt = clock.elapsed();
    for (;;) {
      const waitedMs = clock.elapsed() - askedAt;
      const change = this.#change();
      try {
        const content = job && (await splicer.itemContent(segment, job, airing, following?.airing));
        if (content !== undefined) {
          this.#lookAhead(job, airing, segment, attempt);
          return splicer.splice(format.grid, segment, content);
        }
        if (job !== undefined) this.#ask(job, airing, segment, attempt, FIRST_RUN_SECONDS);
        if (isLost(job, reelSegmentAt(airing, segment)) || waitedMs >= PATIENCE_MS) {
          const card = await cards.bytes(text, format, attempt);
          if (card !== undefined) {
            const shown = splicer.cardContent(format.grid, segment, card, airing, following?.airing);
            return splicer.splice(format.grid, segment, shown);
          }
        }
        if (waitedMs >= 2 * PATIENCE_MS) throw tooSlow();
        await change.happened;
      } finally {
        change.cancel();
      }
    }
  }

  /** Whether somebody has just asked for a reel, and may wait for it. */
  wants(key: string): boolean {
    const askedAt = this.#askedAt.get(key);
    return askedAt !== undefined && this.#options.clock.elapsed() - askedAt < WANTED_MS;
  }

  /** The reels that somebody has just asked for. */
  wantedKeys(): readonly string[] {
    return [...this.#askedAt.keys()].filter((key) => this.wants(key));
  }

  #lookAhead(job: ReelJob | undefined, airing: Airing, segment: number, attempt: string): void {
    if (job === undefined) return;
    const ahead = segment + segmentsOf(job.format.grid, AHEAD_SECONDS);
    for (let next = segment + 1; next <= Math.min(ahead, airing.stopSegment - 1); next++) {
      if (!this.#options.splicer.has(job.key, reelSegmentAt(airing, next))) {
        this.#ask(job, airing, next, attempt, RUN_SECONDS);
        return;
      }
    }
    this.#note(job.key);
  }

  #ask(job: ReelJob, airing: Airing, segment: number, attempt: string, seconds: number): void {
    const from = reelSegmentAt(airing, segment);
    const last = reelSegmentAt(airing, airing.stopSegment);
    const until = Math.min(last, from + segmentsOf(job.format.grid, seconds));
    const urgency = seconds === FIRST_RUN_SECONDS ? 'tune-in' : 'ahead';
    this.#note(job.key);
    this.#options.developer.develop(job, { from, until, urgency, airing: attempt });
  }

  #note(key: string): void {
    for (const known of [...this.#askedAt.keys()]) if (!this.wants(known)) this.#askedAt.delete(known);
    this.#askedAt.set(key, this.#options.clock.elapsed());
  }

  /** The next time that anything was developed or a run ended, or it is time to look again. */
  #change(): { readonly happened: Promise<void>; readonly cancel: () => void } {
    const { developer, clock } = this.#options;
    let cancel: () => void = () => {};
    const happened = new Promise<void>((resolve) => {
      const stopListening = developer.onChange(() => resolve());
      const timer = clock.after(LOOK_AGAIN_MS, resolve);
      cancel = () => {
        stopListening();
        timer.cancel();
      };
    });
    return { happened, cancel };
  }
}

function tooSlow(): AppError {
  return new AppError('starting_timed_out', 'the programme did not come in time; see /api/health, then try again');
}
