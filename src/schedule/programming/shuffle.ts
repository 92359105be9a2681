import { chance } from './chance.ts';
import type { History } from './history.ts';
import type { ProgrammeItem } from './library.ts';
import type { Pool } from './pool.ts';
import type { IsFit } from './turn.ts';

export interface ShuffleOptions {
  readonly seed: number;
  readonly distance: number;
  readonly showsApart: boolean;
  readonly loop: boolean;
}

/** Draws every item once before any again. */
export class Shuffle {
  readonly #options: ShuffleOptions;
  #deck: Deck | undefined;

  constructor(options: ShuffleOptions) {
    this.#options = options;
  }

  next(pool: Pool, history: History, isFit: IsFit): ProgrammeItem | undefined {
    this.#deck = this.#deck?.isOf(pool, history) ? this.#deck : new Deck(pool, history, this.#options.seed, false);
    const distance = Math.min(this.#options.distance, pool.items.maxDistance);
    const options = { ...this.#options, distance };
    const found = this.#deck.draw(history, isFit, options);
    if (found !== undefined || !this.#options.loop || history.count === 0) return found;
    return new Deck(pool, history, this.#options.seed, true).draw(history, isFit, options);
  }
}

/** More than any library has of items. */
const MOST_CARDS = 2 ** 21;

/** What is left of a turn, in the order of chance. */
class Deck {
  readonly #pool: Pool;
  /** Those that were drawn leave a gap: to close it each time takes long. */
  readonly #cards: (ProgrammeItem | undefined)[];
  #first = 0;
  #size: number;
  /** How many there are of each show. */
  readonly #left: Map<string | null, number>;
  #count: number;

  constructor(pool: Pool, history: History, seed: number, isNewTurn: boolean) {
    this.#pool = pool;
    this.#count = history.count;
    const turn = isNewTurn ? history.count : history.turnStart;
    const { airable, numbers, shows } = pool.items;
    this.#left = new Map(shows);
    // Key and place as one number: numbers are sorted ten times as fast as items.
    const keys = new Float64Array(airable.length);
    this.#size = 0;
    for (const [place, { id, show }] of airable.entries()) {
      if (isNewTurn || !history.isInTurn(id)) {
        keys[this.#size++] = chance(seed, turn, numbers[place] ?? 0) * MOST_CARDS + place;
      } else this.#take(show);
    }
    this.#cards = [];
    for (const key of keys.subarray(0, this.#size).sort()) this.#cards.push(airable[key % MOST_CARDS]);
  }

  /** True as long as nothing else happened than that what was drawn was shown. */
  isOf(pool: Pool, history: History): boolean {
    if (this.#pool !== pool) return false;
    if (history.count === this.#count) return true;
    const drawn = this.#placeOf(history.newest);
    const card = this.#cards[drawn];
    if (card === undefined || history.count !== this.#count + 1) return false;
    this.#cards[drawn] = undefined;
    while (this.#first < this.#cards.length && this.#cards[this.#first] === undefined) this.#first++;
    this.#size--;
    this.#count++;
    this.#take(card.show);
    return true;
  }

  #take(show: string | null): void {
    this.#left.set(show, (this.#left.get(show) ?? 1) - 1);
  }

  #placeOf(id: string | undefined): number {
    for (let place = this.#first; place < this.#cards.length; place++) {
      if (this.#cards[place]?.id === id) return place;
    }
    return -1;
  }

  draw(
    history: History,
    isFit: IsFit,
    { distance, showsApart }: Pick<ShuffleOptions, 'distance' | 'showsApart'>,
  ): ProgrammeItem | undefined {
    const last = showsApart ? (this.#pool.items.get(history.newest)?.show ?? null) : null;
    const most = showsApart ? this.#majority(last) : undefined;
    let best: ProgrammeItem | undefined;
    let bestRank = Infinity;
    for (let place = this.#first; place < this.#cards.length; place++) {
      const card = this.#cards[place];
      if (card === undefined || !isFit(card)) continue;
      const isTooSoon = history.isAmongLast(card.id, distance);
      const isSameShow = card.show !== null && card.show === last;
      const isLate = most !== undefined && card.show !== most;
      const rank = (isTooSoon ? 4 : 0) + (isSameShow ? 2 : 0) + (isLate ? 1 : 0);
      if (rank >= bestRank) continue;
      best = card;
      bestRank = rank;
      if (rank === 0) break;
    }
    return best;
  }

  /** A show with more than half of what is left: unless it is drawn now, its episodes meet in the end. */
  #majority(last: string | null): string | undefined {
    for (const [show, count] of this.#left) {
      if (show !== null && show !== last && count * 2 > this.#size) return show;
    }
    return undefined;
  }
}
