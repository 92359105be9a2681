import { type Channel, gridOf } from '../../catalog/channels/channel.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import { renderCatchUpPlaylist } from '../../playlist/catch-up-playlist.ts';
import type { Developer } from '../../reels/developer.ts';
import type { EncodersHere } from '../../reels/encoders-here.ts';
import type { ReelFormat, ReelJob } from '../../reels/reel-job.ts';
import { type Airing, reelSegmentAt } from '../../schedule/airing.ts';
import { segmentAt, segmentsOf, segmentStartMs } from '../../schedule/grid.ts';
import { type Clock, pause } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import { slateText } from '../cards/card-text.ts';
import { CatchUpAudience } from './catch-up-audience.ts';
import type { Cards } from '../cards/cards.ts';
import type { PlannedAiring, PlanOf } from '../plan/programme-window.ts';
import type { Splicer } from '../playout/splicer.ts';
import { whileWatching } from '../viewers/while-watching.ts';

/** Guides give whole seconds: a programme may have begun half a second after the one that they say. */
const ROUNDED_MS = 500;
const DAY_MS = 86_400_000;
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
/** A playlist that grew is told as ended for so many segments; players have seen it by then. */
const ENDED_SEGMENTS = 30;

export interface CatchUpOptions {
  readonly planOf: PlanOf;
  readonly developer: Developer;
  readonly splicer: Splicer;
  readonly cards: Cards;
  readonly encoders: EncodersHere;
  readonly clock: Clock;
  /** How many days back; 0 leaves what is on air, from its beginning. */
  readonly catchUpDays: number;
  /** Refuses one viewer more where there are as many as may be. */
  readonly refuseWhenFull: (channelId: string) => void;
}

/** A part of an airing that somebody wants to see. */
interface Part {
  readonly from: number;
  readonly until: number;
}

/** Plays airings of the past from the schedule: nothing was recorded, what is missing is developed when it is asked for. */
export class CatchUp {
  readonly #options: CatchUpOptions;
  /** When each reel was asked for last, on the clock's `elapsed()`. */
  readonly #askedAt = new Map<string, number>();
  readonly #audience: CatchUpAudience;

  constructor(options: CatchUpOptions) {
    this.#options = options;
    const { clock, refuseWhenFull } = options;
    this.#audience = new CatchUpAudience({ elapsed: () => clock.elapsed(), refuseWhenFull });
  }

  /** How many watch the past: of a channel, or of all. */
  viewers(channelId?: string): number {
    return this.#audience.count(channelId);
  }

  isWatched(channelId: string, quality: Quality): boolean {
    return this.#audience.isWatching(channelId, quality);
  }

  /** When the programme on air began, milliseconds since the epoch; `not_aired` where nothing is planned. */
  async startOfNow(channel: Channel): Promise<number> {
    const { airing } = await this.#planned(channel, this.#onAir(channel));
    return segmentStartMs(gridOf(channel), airing.startSegment);
  }

  /** The playlist of the airing that was on at a moment, from that moment to its end, for a viewer who counts from then on. */
  async playlist(channel: Channel, quality: Quality, startMs: number, viewer: string): Promise<string> {
    const { from, until } = await this.#partAt(channel, startMs);
    this.#audience.hear(channel.id, quality, viewer);
    const onAir = this.#onAir(channel);
    const state = until > onAir ? 'growing' : until + ENDED_SEGMENTS > onAir ? 'over' : 'past';
    return renderCatchUpPlaylist({
      grid: gridOf(channel),
      from,
      until: Math.min(until, onAir + 1),
      state,
      pathOf: (segment) => `past/${quality}/${segment}.ts`,
    });
  }

  /** The airing that was on at a moment, from that moment to its end, as fast as it is read but never before its time. */
  async stream(
    channel: Channel,
    quality: Quality,
    startMs: number,
    signal: AbortSignal,
  ): Promise<AsyncIterable<Uint8Array>> {
    const { from, until } = await this.#partAt(channel, startMs);
    const leave = this.#audience.enter(channel.id);
    const segmentOf = (segment: number) =>
      this.#planOfPast(channel, segment).then((planned) => this.#bytes(channel, quality, segment, planned));
    const due = (segment: number) => this.#due(channel, segment, signal);
    const segments = (async function* () {
      for (let segment = from; segment < until; segment++) {
        await due(segment);
        if (signal.aborted) return;
        yield await segmentOf(segment);
      }
    })();
    return whileWatching(segments, signal, leave);
  }

  /** Segment n, developed now if it has to be. `segment_not_found` for one that is not of the past, or too long ago. */
  async segment(channel: Channel, quality: Quality, segment: number, viewer: string): Promise<Buffer> {
    const planned = await this.#planOfPast(channel, segment);
    this.#audience.hear(channel.id, quality, viewer);
    return this.#bytes(channel, quality, segment, planned);
  }

  async #planOfPast(channel: Channel, segment: number): Promise<PlannedAiring> {
    const planned = segment > this.#onAir(channel) ? undefined : await this.#planned(channel, segment).catch(() => {});
    if (planned !== undefined) return planned;
    throw new AppError('segment_not_found', `segment ${segment} is not to be had; ask the playlist for those that are`);
  }

  async #bytes(channel: Channel, quality: Quality, segment: number, planned: PlannedAiring): Promise<Buffer> {
    const { encoders, splicer, developer, cards, clock } = this.#options;
    const [encoder] = encoders.usable;
    const format: ReelFormat = { grid: gridOf(channel), quality, encoder };
    const { airing, item } = planned;
    const [following] = await this.#options.planOf(channel.id, segment + 1, segment + 2);
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

  async #partAt(channel: Channel, startMs: number): Promise<Part> {
    const from = segmentAt(gridOf(channel), startMs + ROUNDED_MS);
    if (from > this.#onAir(channel)) throw notAired('that moment is still to come');
    const { airing } = await this.#planned(channel, from);
    return { from, until: airing.stopSegment };
  }

  /** What was on air at segment n; `not_aired` where nothing is known of it, or nothing may be played any more. */
  async #planned(channel: Channel, segment: number): Promise<PlannedAiring> {
    const [planned] = await this.#options.planOf(channel.id, segment, segment + 1);
    if (planned === undefined) throw notAired('nothing was on air then, or it is gone');
    const { catchUpDays, clock } = this.#options;
    const { startSegment, stopSegment } = planned.airing;
    // Whoever began with the beginning while it was on air sees it to its end.
    const isStartedOver = 2 * stopSegment - startSegment >= this.#onAir(channel);
    const oldest = segmentAt(gridOf(channel), clock.now() - catchUpDays * DAY_MS);
    if (isStartedOver || segment >= oldest) return planned;
    throw notAired(
      catchUpDays === 0
        ? 'programmes of the past are not offered; set SIDECAST_CATCH_UP_DAYS'
        : `it was more than ${catchUpDays} days ago`,
    );
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

  #onAir(channel: Channel): number {
    return segmentAt(gridOf(channel), this.#options.clock.now());
  }

  async #due(channel: Channel, segment: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (segment > this.#onAir(channel) && !signal.aborted) {
      await pause(clock, segmentStartMs(gridOf(channel), segment) - clock.now(), signal);
    }
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

function notAired(why: string): AppError {
  return new AppError('not_aired', `there is nothing to see: ${why}`);
}
