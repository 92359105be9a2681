import { z } from 'zod';
import type { Airing } from '../airing.ts';
import { History, storedHistory } from './history.ts';
import { MOST_PROGRAMMES } from './programming.ts';

/** A ledger as it is stored. */
export const storedLedger = z.object({
  strands: z.array(z.tuple([z.string(), storedHistory])),
  fillers: storedHistory,
  programmes: z.number(),
  starts: z.array(z.tuple([z.string(), z.number()])),
});

export type StoredLedger = z.infer<typeof storedLedger>;

/**
 * All of the past that the future depends on. It follows from the airings alone, one after the other: so it is the same
 * whether they were planned in one go, in slices or long ago.
 */
export class Ledger {
  readonly #strands: Map<string, History>;
  readonly #fillers: History;
  /** Where the last programmes of each strand began: as many as are counted of a daypart. */
  readonly #starts = new Map<string, number[]>();
  #programmes: number;

  constructor(stored?: StoredLedger) {
    this.#strands = new Map((stored?.strands ?? []).map(([name, history]) => [name, new History(history)]));
    this.#fillers = new History(stored?.fillers);
    for (const [strand, segment] of stored?.starts ?? []) this.#enterStart(strand, segment);
    this.#programmes = stored?.programmes ?? 0;
  }

  /** Writes down what was planned; airings come in order. */
  enter(airing: Airing): void {
    if (airing.kind === 'filler') this.#fillers.show(airing.itemId);
    // The parts of a programme are one showing.
    if (airing.kind !== 'programme' || airing.startSegment !== airing.block) return;
    this.historyOf(airing.strand).show(airing.itemId);
    this.#programmes++;
    this.#enterStart(airing.strand, airing.startSegment);
  }

  /** What a strand has shown. */
  historyOf(strand: string): History {
    const known = this.#strands.get(strand) ?? new History();
    this.#strands.set(strand, known);
    return known;
  }

  /** The fillers that were shown, over all strands. */
  get fillers(): History {
    return this.#fillers;
  }

  /** How many programmes there were, over all strands. */
  get programmes(): number {
    return this.#programmes;
  }

  /** How many programmes of a strand have begun at a segment or later: at most as many as a daypart may show. */
  programmesSince(strand: string, segment: number): number {
    return (this.#starts.get(strand) ?? []).filter((start) => start >= segment).length;
  }

  toJSON(): StoredLedger {
    return {
      strands: [...this.#strands].map(([name, history]) => [name, history.toJSON()]),
      fillers: this.#fillers.toJSON(),
      programmes: this.#programmes,
      starts: [...this.#starts].flatMap(([strand, starts]) =>
        starts.map((segment): [string, number] => [strand, segment]),
      ),
    };
  }

  #enterStart(strand: string, segment: number): void {
    const starts = this.#starts.get(strand) ?? [];
    this.#starts.set(strand, starts);
    starts.push(segment);
    if (starts.length > MOST_PROGRAMMES) starts.shift();
  }
}
