import type { Channel } from '../catalog/channels/channel.ts';
import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { AppError } from '../shared/errors.ts';
import { Capacity } from './live/capacity.ts';
import type { Rendition } from './broadcast/rendition.ts';
import { SessionManager } from './session/session-manager.ts';
import type { StreamSession } from './session/session.ts';
import type { StreamState } from './session/state.ts';
import { Streams, type StreamsOptions } from './live/streams.ts';
import { Sweep } from './live/sweep.ts';
import { ViewerLimits, type ViewerLimitsOptions } from './live/viewer-limits.ts';

export interface StreamManagerOptions extends StreamsOptions, ViewerLimitsOptions {
  readonly cleanupIntervalMs: number;
}

/** Which rendition a viewer wants; the channel's tuner quality where nothing is said. */
export interface TuneIn {
  readonly quality?: Quality | undefined;
  /** The name of a viewer that may be in several renditions of a channel at once; it counts as one client. */
  readonly viewer?: string | undefined;
}

/** Which viewer leaves: with the session that counted it in, one that outlived its stream is not counted twice. */
export interface TuneOut extends TuneIn {
  readonly session?: StreamSession | undefined;
}

/** Starts and stops streams, counts their viewers, and ends what nobody watches. */
export class StreamManager {
  readonly #options: StreamManagerOptions;
  readonly #sessions = new SessionManager();
  readonly #streams: Streams;
  readonly #limits: ViewerLimits;
  readonly #capacity: Capacity;
  readonly #sweep: Sweep;
  #stopped: Promise<void> | undefined;

  constructor(options: StreamManagerOptions) {
    this.#options = options;
    this.#limits = new ViewerLimits(options, this.#sessions);
    this.#streams = new Streams(options, {
      sessions: this.#sessions,
      refuseWhenStopped: () => this.#refuseWhenStopped(),
      admit: (channel, quality, candidates, viewer) => this.#capacity.admit(channel, quality, candidates, viewer),
      onGone: () => this.#sweep.expectOrphans(),
    });
    this.#capacity = new Capacity({ tools: options, streams: this.#streams });
    this.#sweep = new Sweep({ ...options, sessions: this.#sessions, streams: this.#streams });
  }

  /** Begins to look for streams that nobody watches; `manager_stopped` after stop(). */
  start(): void {
    this.#refuseWhenStopped();
    const { logger, cleanupIntervalMs, gracePeriodMs } = this.#options;
    this.#sweep.start();
    logger.debug({ cleanupIntervalMs, gracePeriodMs }, 'stream manager started');
  }

  /** Stops the sweep, then all streams. Any number of calls do no harm; each resolves when all has ended. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopAll();
    return this.#stopped;
  }

  /** Starts a channel's stream in its tuner quality, or returns the one that is on air. */
  async startStream(channelId: string): Promise<StreamSession> {
    const stream = await this.#streams.enter(channelId, async (found) => {
      if (found.broadcast.qualities.length === 0) await found.start(found.channel.tunerQuality);
    });
    return stream.session;
  }

  /** Stops a stream and removes its tree; `stream_not_found` where none is on air. Reels stay. */
  async stopStream(channelId: string): Promise<void> {
    await this.#streams.begun(channelId);
    if (this.#streams.get(channelId) === undefined && !this.#streams.isEnding(channelId)) throw notFound(channelId);
    await this.#streams.end(channelId);
  }

  /**
   * A channel is another one than before: its stream goes on, also in qualities that it has no more, until nobody
   * watches them. Media servers never come back to a stream that has ended.
   */
  async changeChannel(channel: Channel): Promise<void> {
    await this.#streams.begun(channel.id);
    if (this.#streams.isEnding(channel.id)) return;
    await this.#streams.get(channel.id)?.changeChannel(channel);
  }

  /** The session of a channel that is on air. */
  getStream(channelId: string): StreamSession | undefined {
    const session = this.#sessions.get(channelId);
    const reels = this.#streams.get(channelId)?.broadcast.wantedKeys();
    if (reels !== undefined) session?.setFFmpegPID(this.#options.developer.pidOf(reels));
    return session;
  }

  /** The sessions: all, or those of which `filter` says so. */
  listStreams(filter: (session: StreamSession) => boolean = () => true): StreamSession[] {
    return this.#sessions.getAll(filter).flatMap(({ channelId }) => this.getStream(channelId) ?? []);
  }

  /** How many streams are in each state. */
  countByState(): Record<StreamState, number> {
    const counts = { idle: 0, starting: 0, active: 0, stopping: 0, failed: 0 };
    for (const session of this.#sessions) counts[session.getState()]++;
    return counts;
  }

  /** A viewer tunes in: starts what it needs and counts it. `too_many_viewers` where there are as many as may be. */
  async registerClient(channelId: string, { quality, viewer }: TuneIn = {}): Promise<StreamSession> {
    // Before a stream is begun for one that may not come in, and again when it is there: others have come meanwhile.
    this.refuseWhenFull(channelId, viewer);
    const stream = await this.#streams.enter(channelId, async (found) => {
      this.refuseWhenFull(channelId, viewer);
      const isOnAir = quality !== undefined && found.broadcast.get(quality) !== undefined;
      await found.join(isOnAir ? quality : offeredQuality(found.channel, quality), viewer);
    });
    return stream.session;
  }

  /** The qualities that a viewer may have of a channel at this moment: those on air, and what the machine carries. */
  carriedQualities(channel: Channel): Promise<Quality[]> {
    return this.#capacity.qualitiesOf(channel);
  }

  /** `too_many_viewers` where one more of a channel is too many. Who is here already is let in once more. */
  refuseWhenFull(channelId: string, viewer?: string): void {
    this.#limits.refuse(channelId, this.#streams.get(channelId), viewer);
  }

  /** The encoder of a segment of a channel, on air or not. */
  encoderAt(channelId: string, quality: Quality, segment: number): EncoderFamily {
    return this.#streams.get(channelId)?.broadcast.encoderAt(quality, segment) ?? this.#options.encoders.usable[0];
  }

  /** A viewer is still there. */
  renewClient(channelId: string): void {
    this.#sessions.get(channelId)?.updateLastAccess();
  }

  /** A viewer is gone; the grace period begins when it was the last. */
  async unregisterClient(channelId: string, { quality, viewer, session }: TuneOut = {}): Promise<void> {
    const stream = this.#streams.get(channelId);
    if (stream === undefined || (session !== undefined && session !== stream.session)) throw notFound(channelId);
    stream.leave(quality ?? stream.channel.tunerQuality, viewer);
  }

  /** The rendition of a channel if it is on air. */
  renditionOf(channelId: string, quality: Quality): Rendition | undefined {
    return this.#streams.get(channelId)?.broadcast.get(quality);
  }

  /** The plan may have changed for what is on air now. */
  async reloadPlan(): Promise<void> {
    await Promise.all([...this.#streams].map(({ broadcast }) => broadcast.reloadPlan()));
  }

  /** How far ahead streams on air are developed at this moment. */
  secondsAhead(): number {
    const ahead = [...this.#streams].map(({ broadcast }) => broadcast.secondsAhead());
    return Math.max(this.#options.aheadSeconds, ...ahead);
  }

  /** The reels that streams on air need now and soon. */
  wantedKeys(): ReadonlySet<string> {
    return this.#streams.wantedKeys();
  }

  async #stopAll(): Promise<void> {
    const { developer, logger } = this.#options;
    await this.#sweep.stop();
    const streams = await this.#streams.endAll();
    await developer.close();
    logger.info({ streams }, `stream manager stopped, ${streams} streams ended`);
  }

  #refuseWhenStopped(): void {
    if (this.#stopped !== undefined)
      throw new AppError('manager_stopped', 'stream manager has been stopped; start the sidecar again');
  }
}

function notFound(channelId: string): AppError {
  return new AppError('stream_not_found', `stream not found: channel ${channelId} is not on air`);
}

/** The quality asked for, or the tuner's; `invalid_quality` for one that the channel does not have. */
export function offeredQuality(channel: Channel, asked: Quality | undefined): Quality {
  if (asked === undefined) return channel.tunerQuality;
  if (channel.qualities.includes(asked)) return asked;
  throw new AppError(
    'invalid_quality',
    `invalid quality level "${asked}" for this channel; it is offered in ${channel.qualities.join(', ')}`,
  );
}
