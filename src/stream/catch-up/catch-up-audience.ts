import type { Quality } from '../../ffmpeg/quality.ts';
import type { Clock } from '../../shared/clock.ts';

/** A player asks for a segment as often as it plays one; one that has asked for none in so long is gone, or paused. */
const LEASE_MS = 30_000;

export interface CatchUpAudienceOptions {
  readonly elapsed: Clock['elapsed'];
  /** Refuses one viewer more of a channel where there are as many as may be. */
  readonly refuseWhenFull: (channelId: string) => void;
}

/**
 * Who watches programmes of the past. Segments there carry no viewer's name, so that caches share them: a viewer of HLS
 * is whoever asks, by its address and the like, while it asks. One of a continuous stream is there while it is read.
 */
export class CatchUpAudience {
  readonly #options: CatchUpAudienceOptions;
  readonly #leases = new Map<string, { readonly channelId: string; readonly expiresAt: number }>();
  /** Until when each quality of a channel is watched, for all that is known. */
  readonly #watchedUntil = new Map<string, number>();
  readonly #connected = new Map<string, number>();

  constructor(options: CatchUpAudienceOptions) {
    this.#options = options;
  }

  /** A viewer of HLS asks for a playlist or a segment. Who is there already is let in once more. */
  hear(channelId: string, quality: Quality, viewer: string): void {
    this.#forgetGone();
    const name = `${channelId} ${viewer}`;
    if (!this.#leases.has(name)) this.#options.refuseWhenFull(channelId);
    const expiresAt = this.#options.elapsed() + LEASE_MS;
    this.#leases.set(name, { channelId, expiresAt });
    this.#watchedUntil.set(`${channelId} ${quality}`, expiresAt);
  }

  /** Whether one of HLS has asked for a quality of late. */
  isWatching(channelId: string, quality: Quality): boolean {
    this.#forgetGone();
    return this.#watchedUntil.has(`${channelId} ${quality}`);
  }

  /** A continuous stream begins; returns what counts its viewer out. */
  enter(channelId: string): () => void {
    this.#options.refuseWhenFull(channelId);
    this.#connected.set(channelId, (this.#connected.get(channelId) ?? 0) + 1);
    return () => this.#connected.set(channelId, (this.#connected.get(channelId) ?? 0) - 1);
  }

  /** How many watch a channel's past, or that of all. */
  count(channelId?: string): number {
    this.#forgetGone();
    const isCounted = (id: string): boolean => channelId === undefined || id === channelId;
    const asking = [...this.#leases.values()].filter((lease) => isCounted(lease.channelId)).length;
    return [...this.#connected].reduce((sum, [id, viewers]) => sum + (isCounted(id) ? viewers : 0), asking);
  }

  #forgetGone(): void {
    const now = this.#options.elapsed();
    for (const [name, { expiresAt }] of this.#leases) if (expiresAt <= now) this.#leases.delete(name);
    for (const [name, expiresAt] of this.#watchedUntil) if (expiresAt <= now) this.#watchedUntil.delete(name);
  }
}
