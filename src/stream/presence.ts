import type { Quality } from '../ffmpeg/quality.ts';
import type { Clock, Timer } from '../shared/clock.ts';

/** What presence tells of viewers: the stream manager's two calls. */
export interface PresenceEvents {
  readonly tuneIn: (channelId: string, quality: Quality) => Promise<void>;
  readonly tuneOut: (channelId: string, quality: Quality) => Promise<void>;
}

interface Lease {
  readonly channelId: string;
  readonly quality: Quality;
  readonly admitted: Promise<void>;
  expiresAt: number;
}

/** HLS has no disconnect: a viewer is present while it keeps asking for its playlist. */
export class Presence {
  readonly #clock: Clock;
  readonly #events: PresenceEvents;
  readonly #leases = new Map<string, Lease>();
  #timer: Timer | undefined;

  constructor(clock: Clock, events: PresenceEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  /** A viewer asked for a playlist: tunes it in, or renews its lease of `leaseMs`. Fails where the tune-in fails. */
  async touch(viewer: string, channelId: string, quality: Quality, leaseMs: number): Promise<void> {
    const expiresAt = this.#clock.now() + leaseMs;
    const held = this.#leases.get(viewer);
    if (held !== undefined && held.channelId === channelId && held.quality === quality) {
      held.expiresAt = Math.max(held.expiresAt, expiresAt);
      await held.admitted;
      return;
    }
    const lease: Lease = { channelId, quality, expiresAt, admitted: this.#events.tuneIn(channelId, quality) };
    this.#leases.set(viewer, lease);
    this.#arm();
    // The new quality first, so that a switch never leaves the channel without viewers.
    try {
      await lease.admitted;
    } catch (error) {
      if (this.#leases.get(viewer) === lease) this.#leases.delete(viewer);
      throw error;
    } finally {
      if (held !== undefined) await this.#tuneOut(held);
    }
  }

  /** Forgets the viewers of a channel whose stream has ended. */
  forget(channelId: string): void {
    for (const [viewer, lease] of this.#leases) if (lease.channelId === channelId) this.#leases.delete(viewer);
  }

  close(): void {
    this.#timer?.cancel();
    this.#leases.clear();
  }

  #arm(): void {
    this.#timer?.cancel();
    const [soonest] = [...this.#leases.values()].map(({ expiresAt }) => expiresAt).sort((a, b) => a - b);
    if (soonest === undefined) return;
    this.#timer = this.#clock.after(Math.max(50, soonest - this.#clock.now()), () => void this.#expire());
  }

  async #expire(): Promise<void> {
    const now = this.#clock.now();
    const gone = [...this.#leases].filter(([, lease]) => lease.expiresAt <= now);
    for (const [viewer] of gone) this.#leases.delete(viewer);
    this.#arm();
    for (const [, lease] of gone) await this.#tuneOut(lease);
  }

  async #tuneOut(lease: Lease): Promise<void> {
    // One that was never admitted has nothing to leave; one whose stream has ended has left already.
    const wasAdmitted = await lease.admitted.then(
      () => true,
      () => false,
    );
    if (wasAdmitted) await this.#events.tuneOut(lease.channelId, lease.quality).catch(() => {});
  }
}
