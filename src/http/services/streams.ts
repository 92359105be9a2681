import type { Channel } from '../../catalog/channels/channel.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import type { StreamState } from '../../stream/session/state.ts';

/**
 * Programmes of the past, from their place in the schedule. What was not on air is `not_aired`. Milliseconds since the
 * epoch. `viewer` is who asks: as many may watch as of what is on air.
 */
export interface CatchUpService {
  startOfNow(channel: Channel): Promise<number>;
  /** VOD, or EVENT while the programme is on air. Segments are "past/1080p/123.ts". */
  playlist(channel: Channel, quality: Quality, startMs: number, viewer: string): Promise<string>;
  segment(channel: Channel, quality: Quality, segment: number, viewer: string): Promise<Uint8Array>;
  stream(channel: Channel, quality: Quality, startMs: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

/** Streams as HTTP needs them. What cannot be had is an AppError. */
export interface StreamService {
  readonly catchUp: CatchUpService;
  /** An HLS viewer asks for a media playlist: begins or renews the viewer's lease, waits for the first segment. */
  mediaPlaylist(channelId: string, quality: Quality, viewer: string): Promise<string>;
  /** Whether a quality is on air, or watched of the past: one that the channel has no more stays until its viewers have left. */
  isWatched(channelId: string, quality: Quality): boolean;
  /** The master playlist of a channel; starts nothing. Variants are "1080p.m3u8" and so on. */
  masterPlaylist(channelId: string): Promise<string>;
  /** The bytes of segment n; never starts a stream; throws `segment_not_found`. */
  segment(channelId: string, quality: Quality, segment: number): Promise<Uint8Array>;
  /** The playlist of a viewer whom it keeps present, where that takes no waiting: the same object while it stays as it is. */
  playlistAtHand(channelId: string, quality: Quality, viewer: string): ListedPlaylist | undefined;
  /** A segment that is in memory, and for how long it may be cached. */
  segmentAtHand(
    channelId: string,
    quality: Quality,
    segment: number,
  ): { readonly bytes: Uint8Array; readonly lifetimeSeconds: number } | undefined;
  /** For how long a segment may be cached. */
  segmentLifetimeSeconds(channel: Channel): number;
  /**
   * The continuous MPEG-TS; a viewer while it is iterated. Resolves when admitted. Without a quality it is the one that
   * the channel has for tuners. Must end when `signal` aborts.
   */
  watch(channelId: string, quality: Quality | undefined, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** The sessions as their JSON: all, or those in a state. */
  list(state?: StreamState): object[];
  get(channelId: string): object | undefined;
  start(channelId: string): Promise<object>;
  stop(channelId: string): Promise<void>;
}

/** A media playlist as it was written last. */
export interface ListedPlaylist {
  readonly text: string;
}
