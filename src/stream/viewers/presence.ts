import type { Quality } from '../../ffmpeg/quality.ts';
import type { Clock, Timer } from '../../shared/clock.ts';

/** A viewer who was counted in. */
export interface Admission {
  /** The stream that the viewer was counted in to has ended, and with it the admission. */
  readonly isOver: () => boolean;
  /** Counts the viewer out; does nothing where the stream has ended. */
  readonly leave: () => Promise<void>;
}

/** A viewer by its name, and the rendition that it asks for. */
export interface Asking {
  readonly viewer: string;
  readonly channelId: string;
  readonly quality: Quality;
}

export type TuneViewerIn = (asking: Asking) => Promise<Admission>;

interface Lease {
  readonly admitted: Promise<Admission>;
  /** Once it is. */
  admission: Admission | undefined;
  /** On the clock's `elapsed()`. */
  expiresAt: number;
  /** The newest segment that the viewer was shown. */
  shown: number;
}

/**
 * HLS has no disconnect: a viewer is present in a rendition while it keeps asking for that one's playlist. A player that
 * goes from one to another, or reads two for a while, is present in both: what it has left it has not left too early.
 */
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

  /** How many leases run: a viewer has one for each rendition that it reads. */
  get size(): number {
    return this.#leases.size;
  }

  /** A viewer asked for a playlist: tunes it in, or renews its lease of `leaseMs`. Fails where the tune-in fails. */
  async touch(asking: Asking, leaseMs: number): Promise<void> {
    const key = keyOf(asking);
    for (let held = this.#leases.get(key); held !== undefined; held = this.#leases.get(key)) {
      this.#extend(held, leaseMs);
      const admission = await held.admitted;
      if (!admission.isOver()) return;
      // The first of those who notice that the stream has ended tunes in anew, for all of them.
      if (this.#leases.get(key) === held) this.#leases.delete(key);
    }
    const admitted = this.#tuneIn(asking);
    const lease: Lease = { expiresAt: 0, shown: -1, admitted, admission: undefined };
    this.#leases.set(key, lease);
    this.#extend(lease, leaseMs);
    try {
      lease.admission = await admitted;
    } catch (error) {
      if (this.#leases.get(key) === lease) this.#leases.delete(key);
      throw error;
    }
  }

  /**
   * Renews the lease of a viewer who is shown `newest` now: the short way, for one who has been let in to a stream that
   * is still on, and was shown no later segment. False, and nothing done, for all others.
   */
  stays(asking: Asking, newest: number, leaseMs: number): boolean {
    const held = this.#leases.get(keyOf(asking));
    if (held?.admission?.isOver() !== false || newest < held.shown) return false;
    held.shown = newest;
    this.#extend(held, leaseMs);
    return true;
  }

  /** Renews the lease that a viewer holds on a rendition; false where it holds none. */
  renew(asking: Asking, leaseMs: number): boolean {
    const held = this.#leases.get(keyOf(asking));
    if (held !== undefined) this.#extend(held, leaseMs);
    return held !== undefined;
  }

  /** Notes which segment a viewer is shown last. One that was shown a later one is sent away: false. */
  show(asking: Asking, newest: number): boolean {
    const held = this.#leases.get(keyOf(asking));
    if (held === undefined || newest >= held.shown) {
      if (held !== undefined) held.shown = newest;
      return true;
    }
    this.#leases.delete(keyOf(asking));
    void tuneOut(held);
    return false;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#leases.clear();
  }

  #extend(lease: Lease, leaseMs: number): void {
    lease.expiresAt = this.#clock.elapsed() + leaseMs;
    this.#wakeBy(lease.expiresAt);
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
    for (const [key] of gone) this.#leases.delete(key);
    this.#wakesAt = Infinity;
    const soonest = Math.min(Infinity, ...[...this.#leases.values()].map(({ expiresAt }) => expiresAt));
    if (soonest < Infinity) this.#wakeBy(soonest);
    await Promise.all(gone.map(([, lease]) => tuneOut(lease)));
  }
}

function keyOf({ viewer, channelId, quality }: Asking): string {
  return `${viewer} ${channelId} ${quality}`;
}

/** One that was never admitted has nothing to leave. */
async function tuneOut({ admitted }: Lease): Promise<void> {
  const admission = await admitted.catch(() => undefined);
  await admission?.leave().catch(() => {});
}
