import { numberOf } from './chance.ts';
import type { History } from './history.ts';
import type { ProgrammeItem } from './library.ts';
import { isStepOver, type Steps } from './steps.ts';

/** Items in an order, and the place of each. */
export class Sequence {
  readonly items: readonly ProgrammeItem[];
  /** Those that can be aired. */
  readonly airable: readonly ProgrammeItem[];
  readonly #places: ReadonlyMap<string, number>;
  #numbers: readonly number[] | undefined;
  #shows: ReadonlyMap<string | null, number> | undefined;
  /** As it was when it was asked for last: to look through all takes long. */
  readonly #latest: { history: History | undefined; count: number; place: number } = {
    ...{ history: undefined, count: 0, place: -1 },
  };

  private constructor(items: readonly ProgrammeItem[], places: ReadonlyMap<string, number>) {
    this.items = items;
    this.#places = places;
    this.airable = items.filter(({ durationMs }) => durationMs !== null);
  }

  static *of(items: readonly ProgrammeItem[]): Steps<Sequence> {
    const places = new Map<string, number>();
    for (const [place, { id }] of items.entries()) {
      places.set(id, place);
      if (isStepOver(place)) yield;
    }
    return new Sequence(items, places);
  }

  /** How many programmes can lie between two showings of an item, at most. */
  get maxDistance(): number {
    return this.airable.length - 1;
  }

  /** Of those that can be aired: what chance knows each by. */
  get numbers(): readonly number[] {
    return (this.#numbers ??= this.airable.map(({ id }) => numberOf(id)));
  }

  /** Of those that can be aired: how many there are of each show. */
  get shows(): ReadonlyMap<string | null, number> {
    return (this.#shows ??= countsOf(this.airable));
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
    const known = this.#latest;
    const newest = this.placeOf(history.newest);
    if (newest !== -1) known.place = newest;
    // One showing since then was of something else.
    else if (known.history !== history || history.count > known.count + 1) known.place = this.#find(history);
    [known.history, known.count] = [history, history.count];
    return known.place;
  }

  #find(history: History): number {
    let [latest, ordinal] = [-1, -1];
    if (history.count === 0) return latest;
    for (const [place, { id }] of this.items.entries()) {
      if (history.lastOf(id) > ordinal) [latest, ordinal] = [place, history.lastOf(id)];
    }
    return latest;
  }
}

function countsOf(items: readonly ProgrammeItem[]): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const { show } of items) counts.set(show, (counts.get(show) ?? 0) + 1);
  return counts;
}
