import type { Channel } from '../catalog/channels/channel.ts';
import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';
import type { TellHealth } from '../shared/health.ts';
import type { BroadcastTools } from './broadcast.ts';
import { Capacity } from './capacity.ts';
import { LiveStream } from './live-stream.ts';
import type { Published } from './playout.ts';
import type { Rendition } from './rendition.ts';
import { SessionManager } from './session-manager.ts';
import { StreamSession } from './session.ts';
import { STATE_STARTING, type StreamState } from './state.ts';
import { Sweep } from './sweep.ts';
import { ViewerLimits, type ViewerLimitsOptions } from './viewer-limits.ts';

export interface StreamManagerOptions extends BroadcastTools, ViewerLimitsOptions {
  /** The channel, or undefined where there is none of that id. */
  readonly channelOf: (channelId: string) => Promise<Channel | undefined>;
  readonly gracePeriodMs: number;
  readonly cleanupIntervalMs: number;
  /** Whether others than streams on air need a reel. */
  readonly isWantedElsewhere?: ((key: string) => boolean) | undefined;
  /** The last stream has ended. */
  readonly onIdle?: (() => void) | undefined;
  /** Refuses a stream more, in words. */
  readonly admit: () => Promise<void>;
  /** Says of a channel why it cannot be aired, or that it can. */
  readonly tellHealth: (channelId: string) => TellHealth;
  /** A segment more is on air. */
  readonly onPublished: (published: Published) => void;
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
  readonly #streams = new Map<string, LiveStream>();
  readonly #starting = new Map<string, Promise<LiveStream>>();
  readonly #stopping = new Map<string, Promise<void>>();
  readonly #limits: ViewerLimits;
  readonly #capacity: Capacity;
  readonly #sweep: Sweep;
  #stopped: Promise<void> | undefined;

  constructor(options: StreamManagerOptions) {
    this.#options = options;
    this.#limits = new ViewerLimits(options, this.#sessions);
    this.#capacity = new Capacity({ tools: options, streams: this.#streams });
    this.#sweep = new Sweep({
      ...options,
      sessions: this.#sessions,
      streams: this.#streams,
      endStream: (channelId) => this.#stop(channelId),
    });
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
    const stream = await this.#enter(channelId, async (found) => {
      if (found.broadcast.qualities.length === 0) await found.start(found.channel.tunerQuality);
    });
    return stream.session;
  }

  /** Stops a stream and removes its tree; `stream_not_found` where none is on air. Reels stay. */
  async stopStream(channelId: string): Promise<void> {
    await this.#starting.get(channelId)?.catch(() => {});
    if (!this.#streams.has(channelId) && !this.#stopping.has(channelId)) throw notFound(channelId);
    await this.#stop(channelId);
  }

  /**
   * A channel is another one than before: its stream goes on, also in qualities that it has no more, until nobody
   * watches them. Media servers never come back to a stream that has ended.
   */
  async changeChannel(channel: Channel): Promise<void> {
    await this.#starting.get(channel.id)?.catch(() => {});
    if (this.#stopping.has(channel.id)) return;
    await this.#streams.get(channel.id)?.changeChannel(channel);
  }

  /** The session of a channel that is on air. */
  getStream(channelId: string): StreamSession | undefined {
    const session = this.#sessions.get(channelId);
    const reels = this.#streams.get(channelId)?.broadcast.wantedKeys();
    if (reels !== undefined) session?.setFFmpegPid(this.#options.developer.pidOf(reels));
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
    const stream = await this.#enter(channelId, async (found) => {
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
    await Promise.all([...this.#streams.values()].map(async ({ broadcast }) => broadcast.reloadPlan()));
  }

  /** How far ahead streams on air are developed at this moment. */
  secondsAhead(): number {
    const ahead = [...this.#streams.values()].map(({ broadcast }) => broadcast.secondsAhead());
    return Math.max(this.#options.aheadSeconds, ...ahead);
  }

  /** The reels that streams on air need now and soon. */
  wantedKeys(): ReadonlySet<string> {
    return new Set([...this.#streams.values()].flatMap(({ broadcast }) => [...broadcast.wantedKeys()]));
  }

  /** Opens the stream and does what one came for; with the next stream where this one is stopped meanwhile. */
  async #enter(channelId: string, action: (stream: LiveStream) => Promise<void>): Promise<LiveStream> {
    for (;;) {
      const stream = await this.#open(channelId);
      try {
        await action(stream);
        return stream;
      } catch (error) {
        if (hasCode(error, 'machine_at_capacity') && stream.isUnused) await this.#stop(channelId);
        if (!hasCode(error, 'stream_not_found')) throw error;
      }
    }
  }

  async #stopAll(): Promise<void> {
    const { developer, logger } = this.#options;
    await this.#sweep.stop();
    await Promise.allSettled(this.#starting.values());
    const channels = new Set([...this.#streams.keys(), ...this.#stopping.keys()]);
    const results = await Promise.allSettled([...channels].map((channelId) => this.#stop(channelId)));
    for (const result of results) {
      if (result.status === 'rejected') logger.error({}, `a stream did not stop well: ${messageOf(result.reason)}`);
    }
    await developer.close();
    logger.info({ streams: channels.size }, `stream manager stopped, ${channels.size} streams ended`);
  }

  async #open(channelId: string): Promise<LiveStream> {
    this.#refuseWhenStopped();
    // A tune-in while stopping waits for the end and starts anew.
    for (let ending = this.#stopping.get(channelId); ending !== undefined; ending = this.#stopping.get(channelId)) {
      await ending.catch(() => {});
      this.#refuseWhenStopped();
    }
    const existing = this.#streams.get(channelId);
    if (existing !== undefined) return existing;
    const starting = this.#starting.get(channelId) ?? this.#begin(channelId);
    this.#starting.set(channelId, starting);
    try {
      return await starting;
    } finally {
      // Not that of one who has begun anew since.
      if (this.#starting.get(channelId) === starting) this.#starting.delete(channelId);
    }
  }

  async #begin(channelId: string): Promise<LiveStream> {
    const { channelOf, gracePeriodMs, logger, admit, clock } = this.#options;
    const channel = await channelOf(channelId);
    if (channel === undefined) {
      throw new AppError(
        'channel_not_found',
        `there is no channel ${channelId}; see /api/channels for those there are`,
      );
    }
    await admit();
    this.#refuseWhenStopped();
    const onGivenUp = (): void =>
      void this.#stop(channelId).catch((error: unknown) => logger.error({ channel: channel.name }, messageOf(error)));
    const session = new StreamSession(channelId, { now: () => clock.now(), elapsed: () => clock.elapsed() });
    // Registered before its folders exist, so that nobody takes them for an orphan's.
    this.#sessions.set(channelId, session);
    try {
      const stream = await LiveStream.open({
        session,
        channel,
        tools: this.#options,
        gracePeriodMs,
        onGivenUp,
        tellHealth: this.#options.tellHealth(channelId),
        admit: (quality, candidates, viewer) => this.#capacity.admit(channel, quality, candidates, viewer),
        onPublished: this.#options.onPublished,
      });
      this.#streams.set(channelId, stream);
      return stream;
    } catch (error) {
      this.#sessions.delete(channelId);
      this.#sweep.expectOrphans();
      throw error;
    }
  }

  async #stop(channelId: string): Promise<void> {
    const stopping = this.#stopping.get(channelId) ?? this.#stopNow(channelId);
    this.#stopping.set(channelId, stopping);
    try {
      await stopping;
    } finally {
      if (this.#stopping.get(channelId) === stopping) this.#stopping.delete(channelId);
    }
  }

  async #stopNow(channelId: string): Promise<void> {
    const stream = this.#streams.get(channelId);
    if (stream === undefined) return;
    const { developer, cards, logger, isWantedElsewhere = () => false } = this.#options;
    const { name } = stream.channel;
    // Of one that never came on air nobody has heard.
    const level = stream.session.getState() === STATE_STARTING ? 'debug' : 'info';
    try {
      await stream.close(async () => {
        this.#streams.delete(channelId);
        const wanted = this.wantedKeys();
        // Without a stream nobody needs a card.
        const isOnAir = this.#streams.size > 0;
        await developer.endUnwanted(
          (key) => wanted.has(key) || (isOnAir && cards.keys().has(key)) || isWantedElsewhere(key),
        );
      });
    } finally {
      this.#streams.delete(channelId);
      this.#sessions.delete(channelId);
      this.#sweep.expectOrphans();
    }
    if (this.#streams.size === 0) this.#options.onIdle?.();
    logger[level]({ channel: name }, `"${name}" stopped`);
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
