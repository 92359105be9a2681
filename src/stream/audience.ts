import type { Quality } from '../ffmpeg/quality.ts';

/** Who watches a stream, by quality: how many, and since when nobody. */
export class Audience {
  readonly #elapsed: () => number;
  readonly #viewers = new Map<Quality, { count: number; changedAt: number }>();
  readonly #names = new Map<Quality, Set<string>>();

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** A quality goes on air for nobody yet: whoever it is for has as long as one who comes back. */
  expect(quality: Quality): void {
    this.#set(quality, this.count(quality));
  }

  /** A viewer may have a name. */
  join(quality: Quality, name?: string): void {
    if (name !== undefined) this.#names.set(quality, new Set([...(this.#names.get(quality) ?? []), name]));
    this.#set(quality, this.count(quality) + 1);
  }

  /** False where nobody watches that quality. */
  leave(quality: Quality, name?: string): boolean {
    if (name !== undefined) this.#names.get(quality)?.delete(name);
    const count = this.count(quality);
    if (count > 0) this.#set(quality, count - 1);
    return count > 0;
  }

  count(quality: Quality): number {
    return this.#viewers.get(quality)?.count ?? 0;
  }

  /** Whether a viewer of that name is the only one of a quality. */
  isOnly(quality: Quality, name: string | undefined): boolean {
    return name !== undefined && this.count(quality) === 1 && this.#names.get(quality)?.has(name) === true;
  }

  /** Nobody has watched the quality for longer than this. */
  isAbandoned(quality: Quality, durationMs: number): boolean {
    const viewers = this.#viewers.get(quality);
    return viewers !== undefined && viewers.count === 0 && this.#elapsed() - viewers.changedAt > durationMs;
  }

  /** The qualities that somebody watches, or did. */
  qualities(): Quality[] {
    return [...this.#viewers.keys()];
  }

  forget(quality: Quality): void {
    this.#viewers.delete(quality);
    this.#names.delete(quality);
  }

  #set(quality: Quality, count: number): void {
    this.#viewers.set(quality, { count, changedAt: this.#elapsed() });
  }
}
