import type { Quality } from '../ffmpeg/quality.ts';
import type { Clock, Timer } from '../shared/clock.ts';

/** A viewer who was counted in. */
export interface Admission {
  /** The stream that the viewer was counted in to has ended, and with it the admission. */
  readonly isOver: () => boolean;
  /** Counts the viewer out; does nothing where the stream has ended. */
  readonly leave: () => Promise<void>;
}

export type TuneViewerIn = (channelId: string, quality: Quality) => Promise<Admission>;

interface Lease {
  readonly channelId: string;
  readonly quality: Quality;
  readonly admitted: Promise<Admission>;
  /** On the clock's `elapsed()`. */
  expiresAt: number;
  /** The newest segment that the viewer was shown. */
  shown: number;
}

/** HLS has no disconnect: a viewer is present while it keeps asking for its playlist. */
export class Presence {
  readonly #clock: Clock;
  readonly #tuneIn: TuneViewerIn;
  readonly #leases = new Map<string, Lease>();
  #timer: Timer | undefined;
  #wakesAt = Infinity;
  #closed = false;

  constructor(clock: Clock, tuneIn: TuneViewerIn) {
    this.#clock = clock;
    this.#tuneIn = tuneIn;
  }

  /** How many viewers are present. */
  get size(): number {
    return this.#leases.size;
  }

  /** A viewer asked for a playlist: tunes it in, or renews its lease of `leaseMs`. Fails where the tune-in fails. */
  async touch(viewer: string, channelId: string, quality: Quality, leaseMs: number): Promise<void> {
    if (this.renew(viewer, channelId, quality, leaseMs)) {
      const admission = await this.#leases.get(viewer)?.admitted;
      if (admission?.isOver() === false) return;
    }
    const held = this.#leases.get(viewer);
    const admitted = this.#tuneIn(channelId, quality);
    const lease: Lease = { channelId, quality, expiresAt: this.#clock.elapsed() + leaseMs, shown: -1, admitted };
    this.#leases.set(viewer, lease);
    this.#wakeBy(lease.expiresAt);
    // The new quality first, so that a switch never leaves the channel without viewers.
    try {
      await admitted;
    } catch (error) {
      if (this.#leases.get(viewer) === lease) this.#leases.delete(viewer);
      throw error;
    } finally {
      if (held !== undefined) await tuneOut(held);
    }
  }

  /** Renews the lease that a viewer holds on this quality; false where it holds none. */
  renew(viewer: string, channelId: string, quality: Quality, leaseMs: number): boolean {
    const held = this.#leases.get(viewer);
    if (held === undefined || held.channelId !== channelId || held.quality !== quality) return false;
    held.expiresAt = this.#clock.elapsed() + leaseMs;
    this.#wakeBy(held.expiresAt);
    return true;
  }

  /** Notes which segment a viewer is shown last. One that was shown a later one is sent away: false. */
  show(viewer: string, newest: number): boolean {
    const held = this.#leases.get(viewer);
    if (held === undefined || newest >= held.shown) {
      if (held !== undefined) held.shown = newest;
      return true;
    }
    this.#leases.delete(viewer);
    void tuneOut(held);
    return false;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#leases.clear();
  }

  #wakeBy(moment: number): void {
    if (this.#closed || moment >= this.#wakesAt) return;
    this.#timer?.cancel();
    this.#wakesAt = moment;
    this.#timer = this.#clock.after(Math.max(50, moment - this.#clock.elapsed()), () => void this.#expire());
  }

  async #expire(): Promise<void> {
    const now = this.#clock.elapsed();
    const gone = [...this.#leases].filter(([, lease]) => lease.expiresAt <= now);
    for (const [viewer] of gone) this.#leases.delete(viewer);
    this.#wakesAt = Infinity;
    const soonest = Math.min(Infinity, ...[...this.#leases.values()].map(({ expiresAt }) => expiresAt));
    if (soonest < Infinity) this.#wakeBy(soonest);
    await Promise.all(gone.map(([, lease]) => tuneOut(lease)));
  }
}

/** One that was never admitted has nothing to leave. */
async function tuneOut({ admitted }: Lease): Promise<void> {
  const admission = await admitted.catch(() => undefined);
  await admission?.leave().catch(() => {});
}
