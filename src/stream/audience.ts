import type { Quality } from '../ffmpeg/quality.ts';

/** Who watches a stream, by quality: how many, and since when nobody. */
export class Audience {
  readonly #now: () => number;
  readonly #viewers = new Map<Quality, { count: number; changedAt: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  join(quality: Quality): void {
    this.#change(quality, 1);
  }

  leave(quality: Quality): void {
    this.#change(quality, -1);
  }

  count(quality: Quality): number {
    return this.#viewers.get(quality)?.count ?? 0;
  }

  /** The qualities that nobody has watched for longer than this. */
  abandonedFor(durationMs: number): Quality[] {
    return [...this.#viewers]
      .filter(([, { count, changedAt }]) => count === 0 && this.#now() - changedAt > durationMs)
      .map(([quality]) => quality);
  }

  forget(quality: Quality): void {
    this.#viewers.delete(quality);
  }

  #change(quality: Quality, by: number): void {
    this.#viewers.set(quality, { count: Math.max(0, this.count(quality) + by), changedAt: this.#now() });
  }
}
