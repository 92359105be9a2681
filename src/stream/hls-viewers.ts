import { type Channel, gridOf } from '../catalog/channels/channel.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { segmentDuration } from '../schedule/grid.ts';
import type { Clock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import type { Rendition } from './broadcast/rendition.ts';
import { STATE_IDLE, STATE_STOPPING } from './session/state.ts';
import { notOnAir } from './not-on-air.ts';
import type { StreamManager } from './stream-manager.ts';
import { type Asking, Presence } from './viewers/presence.ts';

/** An HLS viewer that has not asked for so many target durations has gone. */
const LEASE_TARGET_DURATIONS = 3;
/** Longer than the card of a slow start takes to come. */
const FIRST_SEGMENT_MS = 15_000;

export interface HlsViewersOptions {
  readonly clock: Clock;
  readonly manager: Pick<StreamManager, 'registerClient' | 'unregisterClient' | 'renewClient' | 'renditionOf'>;
}

/** Gives media playlists to viewers, who are present for as long as they ask for them. */
export class HlsViewers {
  readonly #options: HlsViewersOptions;
  readonly #presence: Presence;

  constructor(options: HlsViewersOptions) {
    this.#options = options;
    const { clock, manager } = options;
    this.#presence = new Presence(clock, async ({ viewer, channelId, quality }) => {
      const session = await manager.registerClient(channelId, { quality, viewer });
      return {
        isOver: () => session.getState() === STATE_STOPPING || session.getState() === STATE_IDLE,
        leave: () => manager.unregisterClient(channelId, { quality, viewer, session }),
      };
    });
  }

  /** How many there are: one that reads two qualities is two. */
  get count(): number {
    return this.#presence.size;
  }

  /** The playlist of a viewer who is present, renewing the lease; undefined where that takes more. */
  playlistAtHand(channelId: string, quality: Quality, viewer: string): { readonly text: string } | undefined {
    const { manager } = this.#options;
    const rendition = manager.renditionOf(channelId, quality);
    if (rendition?.playlist === undefined) return undefined;
    const leaseMs = LEASE_TARGET_DURATIONS * rendition.segmentSeconds * 1000;
    if (!this.#presence.stays({ viewer, channelId, quality }, rendition.newest ?? -1, leaseMs)) return undefined;
    manager.renewClient(channelId);
    return rendition.playlist;
  }

  /** Begins or renews the viewer's lease, and waits until the playlist lists a segment. */
  async playlist(channel: Channel, quality: Quality, viewer: string): Promise<string> {
    const { manager } = this.#options;
    const asking: Asking = { viewer, channelId: channel.id, quality };
    const leaseMs = LEASE_TARGET_DURATIONS * segmentDuration(gridOf(channel)) * 1000;
    // Present while it waits: a start may take longer than a lease.
    const isListed = manager.renditionOf(channel.id, quality)?.playlist !== undefined;
    await this.#presence.touch(asking, isListed ? leaseMs : FIRST_SEGMENT_MS + leaseMs);
    const rendition = manager.renditionOf(channel.id, quality);
    if (rendition === undefined) throw notOnAir(channel.id);
    manager.renewClient(channel.id);
    const playlist = rendition.playlist?.text ?? (await this.#firstPlaylist(rendition));
    if (!this.#presence.show(asking, rendition.newest ?? -1)) throw clockSetBack(channel.id);
    this.#presence.renew(asking, leaseMs);
    return playlist;
  }

  close(): void {
    this.#presence.close();
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
}

/** RFC 8216, 6.2.2: the media sequence of a playlist never decreases; most players would wait until it has caught up. */
function clockSetBack(channelId: string): AppError {
  const what = `stream not found: the clock was set back, and channel ${channelId} began anew`;
  return new AppError('stream_not_found', `${what}; tune in again`);
}
