/** An ffmpeg that reports nothing for so long stands still. */
const SILENT_MS = 5_000;
/** Before its first picture the disk may have to spin up. */
const SPIN_UP_MS = 20_000;
/** It reports and does not get on: it may have to read far on for sound before it writes another picture. */
const READING_ON_MS = 20_000;
/** And before the first picture it may have to decode for long from where the seek landed, */
const SEEKING_MS = 60_000;
/** or from the start of the file. */
const FROM_START_MS = 600_000;

/** How far ffmpeg says that it is. Some versions report on and on while nothing moves. */
export interface RunProgress {
  readonly frame: number;
  readonly outTimeMs: number | null;
}

/** Tells from its reports, and from the pieces that it hands in, whether an ffmpeg gets on. */
export class Liveness {
  readonly #now: () => number;
  readonly #seekingMs: number;
  #reportedAt: number;
  #movedAt: number;
  #farthest = 0;

  constructor(options: { readonly now: () => number; readonly fromStart: boolean }) {
    this.#now = options.now;
    this.#seekingMs = options.fromStart ? FROM_START_MS : SEEKING_MS;
    this.#reportedAt = options.now();
    this.#movedAt = this.#reportedAt;
  }

  /** It has got somewhere. */
  get hasBegun(): boolean {
    return this.#farthest > 0;
  }

  /** Nothing came of it for a while: what it should have written may have to be replaced. */
  get isStalled(): boolean {
    return this.#now() - this.#movedAt > SILENT_MS;
  }

  /** There is no hope that it gets on. */
  get isHung(): boolean {
    const { hasBegun } = this;
    const now = this.#now();
    if (now - this.#reportedAt > (hasBegun ? SILENT_MS : SPIN_UP_MS)) return true;
    return now - this.#movedAt > (hasBegun ? READING_ON_MS : this.#seekingMs);
  }

  /** It has not said a word, though what it is to read has answered others since. */
  isDeafSince(answeredAt: number): boolean {
    return !this.hasBegun && this.#now() - Math.max(answeredAt, this.#reportedAt) > SILENT_MS;
  }

  report({ frame, outTimeMs }: RunProgress): void {
    this.#reportedAt = this.#now();
    const farthest = Math.max(frame, outTimeMs ?? 0);
    if (farthest > this.#farthest) this.#moved(farthest);
  }

  /** A piece is there, which it may not have reported yet. */
  handedIn(): void {
    this.#reportedAt = this.#now();
    this.#moved(Math.max(this.#farthest, 1));
  }

  #moved(farthest: number): void {
    this.#farthest = farthest;
    this.#movedAt = this.#reportedAt;
  }
}
