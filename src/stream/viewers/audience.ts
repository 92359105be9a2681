import type { Quality } from '../../ffmpeg/quality.ts';

/** Those who watch a quality, or did. */
interface Watching {
  readonly count: number;
  /** When somebody came or went last, on the clock's `elapsed()`. */
  readonly changedAt: number;
  /** How often each viewer is here that has a name. */
  readonly names: Map<string, number>;
}

/**
 * Who watches a stream, by quality: how many, and since when nobody. A viewer that has a name may be in several of them
 * for a while, as a player is that goes from one to another; it counts as one.
 */
export class Audience {
  readonly #elapsed: () => number;
  readonly #watching = new Map<Quality, Watching>();
  #expectedUntil = -Infinity;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** A quality goes on air for nobody yet: for so long the stream is kept going as if somebody watched all of it. */
  expect(quality: Quality, durationMs: number): void {
    this.#expectedUntil = this.#elapsed() + durationMs;
    this.#set(quality, 0);
  }

  /** True for a viewer that was not here before; one without a name is always another. */
  join(quality: Quality, name?: string): boolean {
    const isNew = name === undefined || !this.has(name);
    this.#set(quality, 1, name);
    return isNew;
  }

  /** `wasThere`: somebody watched that quality. `isGone`: and watches nothing here any more. */
  leave(quality: Quality, name?: string): { readonly wasThere: boolean; readonly isGone: boolean } {
    if (this.count(quality) === 0) return { wasThere: false, isGone: false };
    const wasHere = name === undefined || this.has(name);
    this.#set(quality, -1, name);
    return { wasThere: true, isGone: wasHere && (name === undefined || !this.has(name)) };
  }

  /** Whether a viewer of that name is here, in whatever quality. */
  has(name: string): boolean {
    return [...this.#watching.values()].some(({ names }) => names.has(name));
  }

  count(quality: Quality): number {
    return this.#watching.get(quality)?.count ?? 0;
  }

  /** Somebody watches the quality, or is expected. */
  isWatched(quality: Quality): boolean {
    return this.count(quality) > 0 || this.#elapsed() < this.#expectedUntil;
  }

  /** Whether a viewer of that name is the only one of a quality. */
  isOnly(quality: Quality, name: string | undefined): boolean {
    return name !== undefined && this.count(quality) === 1 && this.#watching.get(quality)?.names.has(name) === true;
  }

  /** Nobody has watched the quality for longer than this. */
  isAbandoned(quality: Quality, durationMs: number): boolean {
    const watching = this.#watching.get(quality);
    return watching !== undefined && watching.count === 0 && this.#elapsed() - watching.changedAt > durationMs;
  }

  /** The qualities that somebody watches, or did. */
  qualities(): Quality[] {
    return [...this.#watching.keys()];
  }

  forget(quality: Quality): void {
    this.#watching.delete(quality);
  }

  #set(quality: Quality, more: number, name?: string): void {
    const { count, names } = this.#watching.get(quality) ?? { count: 0, names: new Map<string, number>() };
    if (name !== undefined) {
      const times = (names.get(name) ?? 0) + more;
      if (times > 0) names.set(name, times);
      else names.delete(name);
    }
    this.#watching.set(quality, { count: count + more, changedAt: this.#elapsed(), names });
  }
}
