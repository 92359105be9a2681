import { z } from 'zod';
import type { Airing } from '../airing.ts';
import { History, storedHistory } from './history.ts';

/** How many programmes back it is known when each began: enough to count those of one daypart. */
const KEPT_STARTS = 200;

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
  #starts: [strand: string, segment: number][];
  #programmes: number;

  constructor(stored?: StoredLedger) {
    this.#strands = new Map((stored?.strands ?? []).map(([name, history]) => [name, new History(history)]));
    this.#fillers = new History(stored?.fillers);
    this.#starts = stored?.starts ?? [];
    this.#programmes = stored?.programmes ?? 0;
  }

  /** Writes down what was planned; airings come in order. */
  enter(airing: Airing): void {
    if (airing.kind === 'filler') this.#fillers.show(airing.itemId);
    // The parts of a programme are one showing.
    if (airing.kind !== 'programme' || airing.startSegment !== airing.block) return;
    this.historyOf(airing.strand).show(airing.itemId);
    this.#programmes++;
    this.#starts.push([airing.strand, airing.startSegment]);
    if (this.#starts.length >= 2 * KEPT_STARTS) this.#starts = this.#starts.slice(-KEPT_STARTS);
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

  /** How many programmes of a strand have begun at a segment or later. */
  programmesSince(strand: string, segment: number): number {
    let count = 0;
    for (let index = this.#starts.length - 1; index >= 0; index--) {
      const [name, start] = this.#starts[index] ?? ['', -Infinity];
      if (start < segment) break;
      if (name === strand) count++;
    }
    return count;
  }

  toJSON(): StoredLedger {
    return {
      strands: [...this.#strands].map(([name, history]) => [name, history.toJSON()]),
      fillers: this.#fillers.toJSON(),
      programmes: this.#programmes,
      starts: this.#starts.slice(-KEPT_STARTS),
    };
  }
}
