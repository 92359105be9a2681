import { type Channel, gridOf } from '../../catalog/channels/channel.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import { renderCatchUpPlaylist } from '../../playlist/catch-up-playlist.ts';
import { segmentStartMs } from '../../schedule/grid.ts';
import { pause } from '../../shared/clock.ts';
import { AppError } from '../../shared/errors.ts';
import type { PlannedAiring } from '../plan/programme-window.ts';
import { whileWatching } from '../viewers/while-watching.ts';
import { CatchUpAudience } from './catch-up-audience.ts';
import { OnDemand, type OnDemandOptions } from './on-demand.ts';
import { Past, type PastOptions } from './past.ts';

/** A playlist that grew is told as ended for so many segments; players have seen it by then. */
const ENDED_SEGMENTS = 30;

export interface CatchUpOptions extends OnDemandOptions, Pick<PastOptions, 'catchUpDays'> {
  /** Refuses one viewer more where there are as many as may be. */
  readonly refuseWhenFull: (channelId: string) => void;
}

/** Plays airings of the past from the schedule: nothing was recorded, what is missing is developed when it is asked for. */
export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #past: Past;
  readonly #onDemand: OnDemand;
  readonly #audience: CatchUpAudience;

  constructor(options: CatchUpOptions) {
    this.#options = options;
    const { clock, refuseWhenFull } = options;
    this.#past = new Past({ ...options, now: () => clock.now() });
    this.#onDemand = new OnDemand(options);
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
  startOfNow(channel: Channel): Promise<number> {
    return this.#past.startOfNow(channel);
  }

  /** The playlist of the airing that was on at a moment, from that moment to its end, for a viewer who counts from then on. */
  async playlist(channel: Channel, quality: Quality, startMs: number, viewer: string): Promise<string> {
    const { from, until } = await this.#past.partFrom(channel, startMs);
    this.#audience.hear(channel.id, quality, viewer);
    const onAir = this.#past.onAir(channel);
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
    const { from, until } = await this.#past.partFrom(channel, startMs);
    const leave = this.#audience.enter(channel.id);
    const segmentOf = (segment: number) =>
      this.#planOfPast(channel, segment).then((planned) => this.#onDemand.segment(channel, quality, segment, planned));
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
    return this.#onDemand.segment(channel, quality, segment, planned);
  }

  /** Whether somebody has just asked for a reel, and may wait for it. */
  wants(key: string): boolean {
    return this.#onDemand.wants(key);
  }

  /** The reels that somebody has just asked for. */
  wantedKeys(): readonly string[] {
    return this.#onDemand.wantedKeys();
  }

  async #planOfPast(channel: Channel, segment: number): Promise<PlannedAiring> {
    const planned =
      segment > this.#past.onAir(channel) ? undefined : await this.#past.at(channel, segment).catch(() => {});
    if (planned !== undefined) return planned;
    throw new AppError('segment_not_found', `segment ${segment} is not to be had; ask the playlist for those that are`);
  }

  async #due(channel: Channel, segment: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    while (segment > this.#past.onAir(channel) && !signal.aborted) {
      await pause(clock, segmentStartMs(gridOf(channel), segment) - clock.now(), signal);
    }
  }
}
