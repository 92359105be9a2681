import { readFile, statfs } from 'node:fs/promises';
import path from 'node:path';
import { hasCode, messageOf } from '../shared/errors.ts';
import { readReelPictures, readReelSegment } from '../splice/reel-segment.ts';
import type { Grid } from '../schedule/grid.ts';
import type { RunRange } from './run-command.ts';

/** Less than a piece. */
const FULL_BYTES = 65_536;

const PIECE = /^(\d+)\.ts$/;

/** What ffmpeg calls a piece. */
export function pieceName(reelSegment: number): string {
  return `${reelSegment}.ts`;
}

export interface PiecesOptions {
  readonly grid: Grid;
  readonly range: RunRange;
  readonly folder: string;
  /** A whole piece; the file may be renamed away. */
  readonly take: (reelSegment: number, file: string) => Promise<void>;
  /** ffmpeg went on without the sound: nothing that it writes from there on is sure to be in its place. */
  readonly onLostSound: () => void;
  /** The disk is full: ffmpeg may write on all the same. */
  readonly onFull: () => void;
}

/** The pieces in a run's folder: each is looked at once, in order, and handed in if it is whole. */
export class Pieces {
  readonly #options: PiecesOptions;
  /** Those below it have been looked at, or are waiting to be. */
  #seen: number;
  #taken: number;
  readonly #missed = new Set<number>();
  #problem: unknown;
  #soundless: number | undefined;
  #wentOn = false;
  #work: Promise<void> = Promise.resolve();

  constructor(options: PiecesOptions) {
    this.#options = options;
    this.#seen = options.range.from;
    this.#taken = options.range.from;
  }

  /** All segments below it, from the start of the range, were handed in. */
  get taken(): number {
    return this.#taken;
  }

  /** It was looked at and was not whole: it will not be handed in, though those behind it may be. */
  hasMissed(reelSegment: number): boolean {
    return this.#missed.has(reelSegment);
  }

  /** What was wrong with the first one that was not whole, if one was. */
  get problem(): string | undefined {
    return this.#problem === undefined ? undefined : messageOf(this.#problem);
  }

  /** That one was nothing that ffmpeg writes. */
  get isGarbage(): boolean {
    return hasCode(this.#problem, 'invalid_mpegts');
  }

  /** The piece at which ffmpeg lost the sound while it went on with the pictures. `hasEnded`: of itself. */
  lostSoundAt(hasEnded: boolean): number | undefined {
    return hasEnded || this.#wentOn ? this.#soundless : undefined;
  }

  /** A file was seen in the folder. Pieces are finished in order: all up to this one are there. */
  seen(name: string): void {
    const digits = PIECE.exec(name)?.[1];
    if (digits === undefined) return;
    for (; this.#seen < this.#options.range.until && this.#seen <= Number(digits); this.#seen++) {
      const reelSegment = this.#seen;
      this.#work = this.#work.then(() => this.#takeIfWhole(reelSegment));
    }
  }

  /** Resolves when everything that was seen has been looked at. */
  async settled(): Promise<void> {
    await this.#work;
  }

  async #takeIfWhole(reelSegment: number): Promise<void> {
    const { folder, take, onLostSound, onFull } = this.#options;
    if (this.#soundless !== undefined) {
      if (!this.#wentOn) onLostSound();
      this.#wentOn = true;
      return;
    }
    const file = path.join(folder, pieceName(reelSegment));
    try {
      this.#requireWhole(reelSegment, await readFile(file));
      await take(reelSegment, file);
      if (reelSegment === this.#taken) this.#taken++;
    } catch (error) {
      if (this.#soundless === undefined) this.#missed.add(reelSegment);
      const full = await isFull(folder);
      this.#problem ??= full ? new Error(`no space left on device at ${folder}`) : error;
      if (full) onFull();
    }
  }

  #requireWhole(reelSegment: number, bytes: Buffer): void {
    const { grid } = this.#options;
    try {
      readReelSegment(grid, reelSegment, bytes);
    } catch (error) {
      if (reelSegment === this.#taken && hasWholePictures(grid, reelSegment, bytes)) this.#soundless = reelSegment;
      throw error;
    }
  }
}

/** Some versions of ffmpeg write on to a full disk without a word. */
async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder).catch(() => ({ bavail: Infinity, bsize: 1 }));
  return bavail * bsize < FULL_BYTES;
}

function hasWholePictures(grid: Grid, reelSegment: number, bytes: Buffer): boolean {
  try {
    return readReelPictures(grid, reelSegment, bytes).length > 0;
  } catch {
    return false;
  }
}
