import { type Channel, gridOf } from '../catalog/channels/channel.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { channelMasterPlaylist } from '../playlist/channel-master-playlist.ts';
import { segmentAt, segmentDuration } from '../schedule/grid.ts';
import { AppError } from '../shared/errors.ts';
import { refusalOf } from './admission/admission.ts';
import { CatchUp } from './catch-up/catch-up.ts';
import { continuousSegments } from './broadcast/continuous.ts';
import { LEAD_SEGMENTS } from './playout/playout.ts';
import { type Asking, Presence } from './viewers/presence.ts';
import type { Rendition } from './broadcast/rendition.ts';
import { offeredQuality, StreamManager, type StreamManagerOptions } from './stream-manager.ts';
import type { StreamSessionJson } from './session/session.ts';
import { STATE_IDLE, STATE_STOPPING, type StreamState } from './session/state.ts';
import { whileWatching } from './viewers/while-watching.ts';

/** An HLS viewer that has not asked for so many target durations has gone. */
const LEASE_TARGET_DURATIONS = 3;
/** Longer than the card of a slow start takes to come. */
const FIRST_SEGMENT_MS = 15_000;

export interface StreamServiceOptions extends Omit<StreamManagerOptions, 'isWantedElsewhere' | 'viewersElsewhere'> {
  /** A viewer of the continuous stream was too slow. */
  readonly onSkipped: () => void;
  /** How many days back programmes may be watched. */
  readonly catchUpDays: number;
}

/** Streams as viewers see them: playlists, segments and the continuous TS, over the stream manager. */
export class StreamService {
  readonly manager: StreamManager;
  /** Programmes of the past. */
  readonly catchUp: CatchUp;
  readonly #options: StreamServiceOptions;
  readonly #presence: Presence;
  #watching = 0;

  constructor(options: StreamServiceOptions) {
    this.#options = options;
    this.catchUp = new CatchUp({ ...options, refuseWhenFull: (channelId) => this.manager.refuseWhenFull(channelId) });
    this.manager = new StreamManager({
      ...options,
      isWantedElsewhere: (key) => this.catchUp.wants(key),
      viewersElsewhere: (channelId) => this.catchUp.viewers(channelId),
    });
    this.#presence = new Presence(options.clock, async ({ viewer, channelId, quality }) => {
      const session = await this.manager.registerClient(channelId, { quality, viewer });
      return {
        isOver: () => session.getState() === STATE_STOPPING || session.getState() === STATE_IDLE,
        leave: () => this.manager.unregisterClient(channelId, { quality, viewer, session }),
      };
    });
  }

  /** The playlist of a viewer who is present, renewing the lease; undefined where that takes more. */
  playlistAtHand(channelId: string, quality: Quality, viewer: string): { readonly text: string } | undefined {
    const rendition = this.manager.renditionOf(channelId, quality);
    if (rendition?.playlist === undefined) return undefined;
    const leaseMs = LEASE_TARGET_DURATIONS * rendition.segmentSeconds * 1000;
    if (!this.#presence.stays({ viewer, channelId, quality }, rendition.newest ?? -1, leaseMs)) return undefined;
    this.manager.renewClient(channelId);
    return rendition.playlist;
  }

  /** Also in a quality that the channel does not offer any more, as long as somebody watches it. */
  isWatched(channelId: string, quality: Quality): boolean {
    return this.manager.renditionOf(channelId, quality) !== undefined || this.catchUp.isWatched(channelId, quality);
  }

  /** Begins or renews the viewer's lease, and waits until the playlist lists a segment. */
  async mediaPlaylist(channelId: string, quality: Quality, viewer: string): Promise<string> {
    const channel = await this.#channel(channelId, quality);
    const asking: Asking = { viewer, channelId, quality };
    const leaseMs = LEASE_TARGET_DURATIONS * segmentDuration(gridOf(channel)) * 1000;
    // Present while it waits: a start may take longer than a lease.
    const isListed = this.manager.renditionOf(channelId, quality)?.playlist !== undefined;
    await this.#presence.touch(asking, isListed ? leaseMs : FIRST_SEGMENT_MS + leaseMs);
    const rendition = this.manager.renditionOf(channelId, quality);
    if (rendition === undefined) throw notOnAir(channelId);
    this.manager.renewClient(channelId);
    const playlist = rendition.playlist?.text ?? (await this.#firstPlaylist(rendition));
    if (!this.#presence.show(asking, rendition.newest ?? -1)) throw clockSetBack(channelId);
    this.#presence.renew(asking, leaseMs);
    return playlist;
  }

  async masterPlaylist(channelId: string): Promise<string> {
    const channel = await this.#channel(channelId);
    const qualities = await this.manager.carriedQualities(channel);
    const [lowest] = channel.qualities.slice(-1);
    if (qualities.length === 0 && lowest !== undefined) {
      throw new AppError('machine_at_capacity', refusalOf(lowest, []));
    }
    return channelMasterPlaylist(gridOf(channel), qualities);
  }

  /** A segment that is in memory. */
  segmentAtHand(
    channelId: string,
    quality: Quality,
    segment: number,
  ): { readonly bytes: Buffer; readonly lifetimeSeconds: number } | undefined {
    const rendition = this.manager.renditionOf(channelId, quality);
    const bytes = rendition?.atHand(segment);
    return rendition && bytes && { bytes, lifetimeSeconds: this.#lifetimeSeconds(rendition.segmentSeconds) };
  }

  /** From the tree, or spliced for this request where the reel is there; never starts a stream. */
  async segment(channelId: string, quality: Quality, segment: number): Promise<Buffer> {
    const channel = await this.#channel(channelId, quality);
    const onAir = segmentAt(gridOf(channel), this.#options.clock.now());
    const isWithinReach = segment <= onAir + LEAD_SEGMENTS && segment >= onAir - 2 * this.#options.windowSegments;
    const bytes =
      (await this.manager.renditionOf(channelId, quality)?.read(segment)) ??
      (isWithinReach ? await this.#spliced(channel, quality, segment) : undefined);
    if (bytes !== undefined) return bytes;
    throw new AppError('segment_not_found', `segment ${segment} is not there; ask the playlist for those that are`);
  }

  /** No longer than the tree keeps it: a segment lasts a second or more. */
  segmentLifetimeSeconds(channel: Channel): number {
    return this.#lifetimeSeconds(segmentDuration(gridOf(channel)));
  }

  /** A tuner: the continuous TS, a viewer for as long as it is read. */
  async watch(channelId: string, asked: Quality | undefined, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const channel = await this.#channel(channelId, asked);
    const quality = asked ?? channel.tunerQuality;
    const session = await this.manager.registerClient(channelId, { quality });
    const leave = (): Promise<void> => this.manager.unregisterClient(channelId, { quality, session });
    const rendition = this.manager.renditionOf(channelId, quality);
    if (rendition === undefined) {
      await leave().catch(() => {});
      throw notOnAir(channelId);
    }
    const segments = continuousSegments(rendition, {
      signal,
      onAir: () => segmentAt(gridOf(channel), this.#options.clock.now()),
      onSkip: () => {
        const { logger, onSkipped } = this.#options;
        logger.info({ channel: channel.name }, `a slow viewer of "${channel.name}" skipped to what is on air`);
        onSkipped();
      },
    });
    this.#watching++;
    return whileWatching(segments, signal, () => {
      this.#watching--;
      // A stream that was stopped has counted everybody out.
      void leave().catch(() => {});
    });
  }

  /** How many watch, and how. */
  get viewers(): { readonly hls: number; readonly ts: number; readonly catch_up: number } {
    return { hls: this.#presence.size, ts: this.#watching, catch_up: this.catchUp.viewers() };
  }

  /** The sessions: all, or those in a state. */
  list(state?: StreamState): StreamSessionJson[] {
    const sessions = this.manager.listStreams((session) => state === undefined || session.getState() === state);
    return sessions.map((session) => session.toJSON());
  }

  get(channelId: string): StreamSessionJson | undefined {
    return this.manager.getStream(channelId)?.toJSON();
  }

  async start(channelId: string): Promise<StreamSessionJson> {
    await this.manager.startStream(channelId);
    const session = this.get(channelId);
    if (session === undefined) throw notOnAir(channelId);
    return session;
  }

  async stop(channelId: string): Promise<void> {
    await this.manager.stopStream(channelId);
  }

  async close(): Promise<void> {
    this.#presence.close();
    await this.manager.stop();
  }

  #lifetimeSeconds(segmentSeconds: number): number {
    return Math.floor((2 * this.#options.windowSegments + LEAD_SEGMENTS) * segmentSeconds);
  }

  async #firstPlaylist(rendition: Rendition): Promise<string> {
    const limit = new AbortController();
    const timer = this.#options.clock.after(FIRST_SEGMENT_MS, () => limit.abort());
    try {
      while (!limit.signal.aborted && !rendition.isClosed) {
        if (rendition.playlist !== undefined) return rendition.playlist.text;
        await rendition.listed(limit.signal);
      }
    } finally {
      timer.cancel();
    }
    throw new AppError(
      'starting_timed_out',
      'the channel did not begin in time; see /api/health for the cause, then try again',
    );
  }

  /** What the tree does not have, once for all who ask at the same time. */
  #spliced(channel: Channel, quality: Quality, segment: number): Promise<Buffer | undefined> {
    const name = `${channel.id}/${quality}/${segment}`;
    return this.#options.memory.share(name, () => this.#splice(channel, quality, segment));
  }

  async #splice(channel: Channel, quality: Quality, segment: number): Promise<Buffer | undefined> {
    const { planOf, splicer } = this.#options;
    const grid = gridOf(channel);
    const planned = await planOf(channel.id, segment, segment + 2);
    const found = planned.find(({ airing }) => airing.startSegment <= segment && segment < airing.stopSegment);
    const following = planned.find(
      ({ airing }) => airing.startSegment <= segment + 1 && segment + 1 < airing.stopSegment,
    );
    const encoder = this.manager.encoderAt(channel.id, quality, segment);
    const job = found?.item && splicer.jobOf(found.item, { grid, quality, encoder });
    if (found === undefined || job === undefined) return undefined;
    const content = await splicer.itemContent(segment, job, found.airing, following?.airing);
    return content && splicer.splice(grid, segment, content);
  }

  async #channel(channelId: string, quality?: Quality): Promise<Channel> {
    const channel = await this.#options.channelOf(channelId);
    if (channel === undefined) throw new AppError('channel_not_found', `there is no channel ${channelId}`);
    if (quality !== undefined && !this.isWatched(channelId, quality)) offeredQuality(channel, quality);
    return channel;
  }
}

/** RFC 8216, 6.2.2: the media sequence of a playlist never decreases; most players would wait until it has caught up. */
function clockSetBack(channelId: string): AppError {
  const what = `stream not found: the clock was set back, and channel ${channelId} began anew`;
  return new AppError('stream_not_found', `${what}; tune in again`);
}

function notOnAir(channelId: string): AppError {
  return new AppError('stream_not_found', `stream not found: channel ${channelId} has just been stopped; ask again`);
}
