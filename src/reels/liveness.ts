/** For so long reports alone are life: ffmpeg may have to read far on for sound before it writes another picture. */
const STANDSTILL_MS = 20_000;

/** How far ffmpeg says that it is. Some versions report on and on while nothing moves. */
export interface RunProgress {
  readonly frame: number;
  readonly outTimeMs: number | null;
}

/** Tells from its reports whether an ffmpeg gets on. */
export class Liveness {
  readonly #now: () => number;
  #aliveAt: number;
  #movedAt: number;
  #farthest = 0;

  constructor(now: () => number) {
    this.#now = now;
    this.#aliveAt = now();
    this.#movedAt = this.#aliveAt;
  }

  /** Milliseconds without a sign that it gets on. */
  get stalledMs(): number {
    return this.#now() - this.#aliveAt;
  }

  report({ frame, outTimeMs }: RunProgress): void {
    const now = this.#now();
    const farthest = Math.max(frame, outTimeMs ?? 0);
    // Before the first picture it may have to decode for long from where the seek landed.
    if (farthest > this.#farthest || farthest === 0) this.#movedAt = now;
    this.#farthest = Math.max(farthest, this.#farthest);
    if (now - this.#movedAt < STANDSTILL_MS) this.#aliveAt = now;
  }
}
