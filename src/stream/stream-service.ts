import { type Channel, gridOf } from '../catalog/channels/channel.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { channelMasterPlaylist } from '../playlist/channel-master-playlist.ts';
import { segmentDuration } from '../schedule/grid.ts';
import { AppError } from '../shared/errors.ts';
import { refusalOf } from './admission/admission.ts';
import { CatchUp } from './catch-up/catch-up.ts';
import { SegmentReader } from './segment-reader.ts';
import { offeredQuality, StreamManager, type StreamManagerOptions } from './stream-manager.ts';
import type { StreamSessionJson } from './session/session.ts';
import type { StreamState } from './session/state.ts';
import { HlsViewers } from './hls-viewers.ts';
import { notOnAir } from './not-on-air.ts';
import { TsViewers } from './ts-viewers.ts';

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
  readonly #hls: HlsViewers;
  readonly #ts: TsViewers;
  readonly #segments: SegmentReader;

  constructor(options: StreamServiceOptions) {
    this.#options = options;
    this.catchUp = new CatchUp({ ...options, refuseWhenFull: (channelId) => this.manager.refuseWhenFull(channelId) });
    this.manager = new StreamManager({
      ...options,
      isWantedElsewhere: (key) => this.catchUp.wants(key),
      viewersElsewhere: (channelId) => this.catchUp.viewers(channelId),
    });
    this.#hls = new HlsViewers({ clock: options.clock, manager: this.manager });
    this.#ts = new TsViewers({ ...options, manager: this.manager });
    this.#segments = new SegmentReader({ ...options, manager: this.manager });
  }

  /** The playlist of a viewer who is present, renewing the lease; undefined where that takes more. */
  playlistAtHand(channelId: string, quality: Quality, viewer: string): { readonly text: string } | undefined {
    return this.#hls.playlistAtHand(channelId, quality, viewer);
  }

  /** Also in a quality that the channel does not offer any more, as long as somebody watches it. */
  isWatched(channelId: string, quality: Quality): boolean {
    return this.manager.renditionOf(channelId, quality) !== undefined || this.catchUp.isWatched(channelId, quality);
  }

  /** Begins or renews the viewer's lease, and waits until the playlist lists a segment. */
  async mediaPlaylist(channelId: string, quality: Quality, viewer: string): Promise<string> {
    const channel = await this.#channel(channelId, quality);
    return this.#hls.playlist(channel, quality, viewer);
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
    return rendition && bytes && { bytes, lifetimeSeconds: this.#segments.lifetimeSeconds(rendition.segmentSeconds) };
  }

  /** From the tree, or spliced for this request where the reel is there; never starts a stream. */
  async segment(channelId: string, quality: Quality, segment: number): Promise<Buffer> {
    const channel = await this.#channel(channelId, quality);
    const bytes = await this.#segments.read(channel, quality, segment);
    if (bytes !== undefined) return bytes;
    throw new AppError('segment_not_found', `segment ${segment} is not there; ask the playlist for those that are`);
  }

  /** No longer than the tree keeps it: a segment lasts a second or more. */
  segmentLifetimeSeconds(channel: Channel): number {
    return this.#segments.lifetimeSeconds(segmentDuration(gridOf(channel)));
  }

  /** A tuner: the continuous TS, a viewer for as long as it is read. */
  async watch(channelId: string, asked: Quality | undefined, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const channel = await this.#channel(channelId, asked);
    return this.#ts.watch(channel, asked ?? channel.tunerQuality, signal);
  }

  /** How many watch, and how. */
  get viewers(): { readonly hls: number; readonly ts: number; readonly catch_up: number } {
    return { hls: this.#hls.count, ts: this.#ts.count, catch_up: this.catchUp.viewers() };
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
    this.#hls.close();
    await this.manager.stop();
  }

  async #channel(channelId: string, quality?: Quality): Promise<Channel> {
    const channel = await this.#options.channelOf(channelId);
    if (channel === undefined) throw new AppError('channel_not_found', `there is no channel ${channelId}`);
    if (quality !== undefined && !this.isWatched(channelId, quality)) offeredQuality(channel, quality);
    return channel;
  }
}
