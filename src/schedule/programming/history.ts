import { z } from 'zod';

/** A history as it is stored: items and the ordinals of their last showings, the oldest first. */
export const storedHistory = z.object({
  shown: z.array(z.tuple([z.string(), z.number()])),
  count: z.number(),
  turnStart: z.number(),
});

export type StoredHistory = z.infer<typeof storedHistory>;

/** What was shown, the least recent first: all that the order of what comes next depends on. */
export class History {
  readonly #ordinals: Map<string, number>;
  #count: number;
  #turnStart: number;
  #newest: string | undefined;

  constructor({ shown, count, turnStart }: StoredHistory = { shown: [], count: 0, turnStart: 0 }) {
    this.#ordinals = new Map(shown);
    this.#count = count;
    this.#turnStart = turnStart;
    this.#newest = shown.at(-1)?.[0];
  }

  /** What was shown last. */
  get newest(): string | undefined {
    return this.#newest;
  }

  /** How many showings there were. */
  get count(): number {
    return this.#count;
  }

  /** The ordinal of the first showing of the turn: since then no item was shown twice. */
  get turnStart(): number {
    return this.#turnStart;
  }

  show(id: string): void {
    if (this.isInTurn(id)) this.#turnStart = this.#count;
    this.#ordinals.delete(id);
    this.#ordinals.set(id, this.#count++);
    this.#newest = id;
  }

  /** The ordinal of its last showing, -1 for what was never shown. */
  lastOf(id: string): number {
    return this.#ordinals.get(id) ?? -1;
  }

  isInTurn(id: string): boolean {
    return this.lastOf(id) >= this.#turnStart;
  }

  /** True when it was among the last showings, so many. */
  isAmongLast(id: string, showings: number): boolean {
    return this.#ordinals.has(id) && this.lastOf(id) >= this.#count - showings;
  }

  /** Items that were shown, the least recent first. */
  leastRecent(): Iterable<string> {
    return this.#ordinals.keys();
  }

  toJSON(): StoredHistory {
    return { shown: [...this.#ordinals], count: this.#count, turnStart: this.#turnStart };
  }
}
