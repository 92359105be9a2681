import type { Airing } from '../airing.ts';
import { type Grid, segmentStartMs } from '../grid.ts';
import type { Fillers, FillerUse } from './fillers.ts';
import type { History } from './history.ts';
import type { Part } from './parts.ts';

export interface BlockOptions {
  readonly channelId: string;
  readonly start: number;
  readonly grid: Grid;
  readonly fillers: Fillers;
  readonly history: History;
}

/** Airings that are planned together, one after the other: a programme with all that belongs to it, or a piece of a gap. */
export class Block {
  readonly #options: BlockOptions;
  readonly #startMs: number;
  #airings: Airing[] = [];
  /** The fillers in it, the least recent first. */
  readonly #chosen = new Set<string>();

  constructor(options: BlockOptions) {
    this.#options = options;
    this.#startMs = segmentStartMs(options.grid, options.start);
  }

  get airings(): readonly Airing[] {
    return this.#airings;
  }

  /** The first segment after it. */
  get end(): number {
    return this.#airings.at(-1)?.stopSegment ?? this.#options.start;
  }

  /** Adds an item in its parts, with so many fillers at each break. */
  addProgramme(
    { strand, parts }: { readonly strand: string; readonly parts: readonly Part[] },
    fillersPerBreak: number,
  ): void {
    for (const { itemId, from, to, afterBreak } of parts) {
      for (let count = 0; afterBreak && count < fillersPerBreak; count++) this.addFiller('mid_roll', Infinity);
      const last = this.#airings.at(-1);
      // Without a break the parts that follow one another are one.
      const isSame = last?.kind === 'programme' && last.itemId === itemId;
      if (isSame && last.reelStart + last.stopSegment - last.startSegment === from) {
        this.#airings.splice(-1, 1, { ...last, stopSegment: last.stopSegment + to - from });
      } else this.#airings.push({ ...this.#span(to - from), kind: 'programme', itemId, strand, reelStart: from });
    }
  }

  /** Adds the filler that was shown least recently and ends in time; false when there is none. */
  addFiller(use: FillerUse, until: number): boolean {
    const { fillers, history } = this.#options;
    const filler = fillers.choose(use, { atMs: this.#startMs, room: until - this.end, history, chosen: this.#chosen });
    if (filler === undefined) return false;
    this.#chosen.delete(filler.id);
    this.#chosen.add(filler.id);
    this.#airings.push({ ...this.#span(filler.segments), kind: 'filler', itemId: filler.id, reelStart: 0 });
    return true;
  }

  addCard(kind: 'card' | 'off-air', until: number): void {
    this.#airings.push({ ...this.#span(until - this.end), kind, reelStart: 0 });
  }

  clear(): this {
    this.#airings = [];
    this.#chosen.clear();
    return this;
  }

  /** Drops what would be shown at a segment or later. */
  cutAt(segment: number): void {
    this.#airings = this.#airings
      .filter(({ startSegment }) => startSegment < segment)
      .map((airing) => ({ ...airing, stopSegment: Math.min(airing.stopSegment, segment) }));
  }

  #span(segments: number) {
    const { channelId, start } = this.#options;
    return { channelId, startSegment: this.end, stopSegment: this.end + segments, block: start };
  }
}
