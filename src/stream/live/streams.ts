import type { Channel } from '../../catalog/channels/channel.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import { AppError, hasCode, messageOf } from '../../shared/errors.ts';
import type { TellHealth } from '../../shared/health.ts';
import type { Candidate } from '../admission/admission.ts';
import type { BroadcastTools } from '../broadcast/broadcast.ts';
import { LiveStream } from './live-stream.ts';
import type { Published } from '../playout/playout.ts';
import type { SessionManager } from '../session/session-manager.ts';
import { StreamSession } from '../session/session.ts';
import { STATE_STARTING } from '../session/state.ts';
import type { Manner } from '../admission/work-to-do.ts';

export interface StreamsOptions extends BroadcastTools {
  /** The channel, or undefined where there is none of that id. */
  readonly channelOf: (channelId: string) => Promise<Channel | undefined>;
  readonly gracePeriodMs: number;
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

/** What the streams' owner has to say. */
export interface StreamsOwner {
  readonly sessions: SessionManager;
  /** Throws where no stream may begin any more. */
  readonly refuseWhenStopped: () => void;
  /** Chooses how a rendition of a channel is developed, or throws `machine_at_capacity`. */
  readonly admit: (
    channel: Channel,
    quality: Quality,
    candidates: readonly Candidate[],
    viewer: string | undefined,
  ) => Manner;
  /** A stream has ended, or could not begin: it may have left a folder. */
  readonly onGone: () => void;
}

/** The streams on air, by channel: each is begun once for all who ask for it at the same time, and ended once. */
export class Streams implements Iterable<LiveStream> {
  readonly #options: StreamsOptions;
  readonly #owner: StreamsOwner;
  readonly #onAir = new Map<string, LiveStream>();
  readonly #beginning = new Map<string, Promise<LiveStream>>();
  readonly #ending = new Map<string, Promise<void>>();

  constructor(options: StreamsOptions, owner: StreamsOwner) {
    this.#options = options;
    this.#owner = owner;
  }

  get(channelId: string): LiveStream | undefined {
    return this.#onAir.get(channelId);
  }

  /** Those that are on air at that moment. */
  [Symbol.iterator](): Iterator<LiveStream> {
    return [...this.#onAir.values()][Symbol.iterator]();
  }

  isEnding(channelId: string): boolean {
    return this.#ending.has(channelId);
  }

  /** Resolves when a stream that is just beginning has begun, or could not. */
  async begun(channelId: string): Promise<void> {
    await this.#beginning.get(channelId)?.catch(() => {});
  }

  /** Begins the stream where it is not on air, and does what one came for; with the next one where it ends meanwhile. */
  async enter(channelId: string, action: (stream: LiveStream) => Promise<void>): Promise<LiveStream> {
    for (;;) {
      const stream = await this.#open(channelId);
      try {
        await action(stream);
        return stream;
      } catch (error) {
        if (hasCode(error, 'machine_at_capacity') && stream.isUnused) await this.end(channelId);
        if (!hasCode(error, 'stream_not_found')) throw error;
      }
    }
  }

  /** Ends a stream and removes its tree; does nothing where none is on air. Reels stay. */
  async end(channelId: string): Promise<void> {
    const ending = this.#ending.get(channelId) ?? this.#endNow(channelId);
    this.#ending.set(channelId, ending);
    try {
      await ending;
    } finally {
      if (this.#ending.get(channelId) === ending) this.#ending.delete(channelId);
    }
  }

  /** Ends all, also those that are just beginning, and says how many there were. */
  async endAll(): Promise<number> {
    await Promise.allSettled(this.#beginning.values());
    const channels = new Set([...this.#onAir.keys(), ...this.#ending.keys()]);
    const results = await Promise.allSettled([...channels].map((channelId) => this.end(channelId)));
    for (const result of results) {
      if (result.status === 'rejected')
        this.#options.logger.error({}, `a stream did not stop well: ${messageOf(result.reason)}`);
    }
    return channels.size;
  }

  /** The reels that they need now and soon. */
  wantedKeys(): ReadonlySet<string> {
    return new Set([...this].flatMap(({ broadcast }) => [...broadcast.wantedKeys()]));
  }

  async #open(channelId: string): Promise<LiveStream> {
    this.#owner.refuseWhenStopped();
    // A tune-in while it ends waits for that and begins anew.
    for (let ending = this.#ending.get(channelId); ending !== undefined; ending = this.#ending.get(channelId)) {
      await ending.catch(() => {});
      this.#owner.refuseWhenStopped();
    }
    const existing = this.#onAir.get(channelId);
    if (existing !== undefined) return existing;
    const beginning = this.#beginning.get(channelId) ?? this.#begin(channelId);
    this.#beginning.set(channelId, beginning);
    try {
      return await beginning;
    } finally {
      // Not that of one who has begun anew since.
      if (this.#beginning.get(channelId) === beginning) this.#beginning.delete(channelId);
    }
  }

  async #begin(channelId: string): Promise<LiveStream> {
    const { channelOf, gracePeriodMs, logger, admit, tellHealth, onPublished, clock } = this.#options;
    const { sessions, refuseWhenStopped, onGone } = this.#owner;
    const channel = await channelOf(channelId);
    if (channel === undefined) {
      throw new AppError(
        'channel_not_found',
        `there is no channel ${channelId}; see /api/channels for those there are`,
      );
    }
    await admit();
    refuseWhenStopped();
    const session = new StreamSession(channelId, { now: () => clock.now(), elapsed: () => clock.elapsed() });
    // Registered before its folders exist, so that nobody takes them for an orphan's.
    sessions.set(channelId, session);
    try {
      const stream = await LiveStream.open({
        ...{ session, channel, tools: this.#options, gracePeriodMs, onPublished },
        tellHealth: tellHealth(channelId),
        admit: (quality, candidates, viewer) => this.#owner.admit(channel, quality, candidates, viewer),
        onGivenUp: () =>
          void this.end(channelId).catch((error: unknown) => logger.error({ channel: channel.name }, messageOf(error))),
      });
      this.#onAir.set(channelId, stream);
      return stream;
    } catch (error) {
      sessions.delete(channelId);
      onGone();
      throw error;
    }
  }

  async #endNow(channelId: string): Promise<void> {
    const stream = this.#onAir.get(channelId);
    if (stream === undefined) return;
    const { logger, onIdle } = this.#options;
    const { name } = stream.channel;
    // Of one that never came on air nobody has heard.
    const level = stream.session.getState() === STATE_STARTING ? 'debug' : 'info';
    try {
      await stream.close(async () => {
        this.#onAir.delete(channelId);
        await this.#endUnwantedRuns();
      });
    } finally {
      this.#onAir.delete(channelId);
      this.#owner.sessions.delete(channelId);
      this.#owner.onGone();
    }
    if (this.#onAir.size === 0) onIdle?.();
    logger[level]({ channel: name }, `"${name}" stopped`);
  }

  async #endUnwantedRuns(): Promise<void> {
    const { developer, cards, isWantedElsewhere = () => false } = this.#options;
    const wanted = this.wantedKeys();
    // Without a stream nobody needs a card.
    const isOnAir = this.#onAir.size > 0;
    await developer.endUnwanted(
      (key) => wanted.has(key) || (isOnAir && cards.keys().has(key)) || isWantedElsewhere(key),
    );
  }
}
