import type { History } from './history.ts';
import type { ProgrammeItem } from './library.ts';

/** Items in an order, and the place of each. */
export class Sequence {
  readonly items: readonly ProgrammeItem[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #airable: number;

  constructor(items: readonly ProgrammeItem[]) {
    this.items = items;
    this.#places = new Map(items.map(({ id }, place) => [id, place]));
    this.#airable = items.filter(({ durationMs }) => durationMs !== null).length;
  }

  /** How many programmes can lie between two showings of an item, at most. */
  get maxDistance(): number {
    return this.#airable - 1;
  }

  get(id: string | undefined): ProgrammeItem | undefined {
    const place = this.placeOf(id);
    return place === -1 ? undefined : this.items[place];
  }

  placeOf(id: string | undefined): number {
    return (id === undefined ? undefined : this.#places.get(id)) ?? -1;
  }

  /** The place of the one that was shown most recently, -1 when none was. */
  latest(history: History): number {
    const newest = this.placeOf(history.newest);
    if (newest !== -1) return newest;
    let [latest, ordinal] = [-1, -1];
    for (const [place, { id }] of this.items.entries()) {
      if (history.lastOf(id) > ordinal) [latest, ordinal] = [place, history.lastOf(id)];
    }
    return latest;
  }
}
