import type { RunRange } from './run-command.ts';

/** Reels that cannot be developed the straight way, and how they can: found out by trying. */
export class Detours {
  readonly #seeksBadly = new Set<string>();
  readonly #silent = new Map<string, Set<number>>();

  /** A seek in the file lands too late: it is read from its start from now on. */
  readFromStart(key: string): void {
    this.#seeksBadly.add(key);
  }

  /**
   * Where sound changes its channels within a file, ffmpeg begins anew and loses its place. The segment is developed
   * without sound, better silent than not at all, and what follows by a run that begins behind it.
   */
  silence(key: string, reelSegment: number): void {
    const silent = this.#silent.get(key) ?? new Set<number>();
    this.#silent.set(key, silent.add(reelSegment));
  }

  /** The file is another one now, or it was not the seek: the straight way is tried again. */
  forget(key: string): void {
    this.#seeksBadly.delete(key);
    this.#silent.delete(key);
  }

  /** What a run can do of [from, until). */
  rangeOf(key: string, from: number, until: number): RunRange {
    const silent = [...(this.#silent.get(key) ?? [])];
    const fromStart = this.#seeksBadly.has(key);
    if (silent.includes(from)) return { from, until: from + 1, fromStart, withoutSound: true };
    return { from, until: Math.min(until, ...silent.filter((segment) => segment > from)), fromStart };
  }
}
