import { chance, numberOf } from './chance.ts';
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

/** What is left of a turn, in the order of chance. */
class Deck {
  readonly #pool: Pool;
  readonly #cards: ProgrammeItem[];
  readonly #left = new Map<string | null, number>();
  #count: number;

  constructor(pool: Pool, history: History, seed: number, isNewTurn: boolean) {
    this.#pool = pool;
    this.#count = history.count;
    const turn = isNewTurn ? history.count : history.turnStart;
    const cards = pool.items.items.filter(
      ({ id, durationMs }) => durationMs !== null && (isNewTurn || !history.isInTurn(id)),
    );
    const keys = new Map(cards.map((item) => [item, chance(seed, turn, numberOf(item.id))]));
    this.#cards = cards.sort((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
    for (const { show } of this.#cards) this.#left.set(show, (this.#left.get(show) ?? 0) + 1);
  }

  /** True as long as nothing else happened than that what was drawn was shown. */
  isOf(pool: Pool, history: History): boolean {
    if (this.#pool !== pool) return false;
    if (history.count === this.#count) return true;
    const drawn = this.#cards.findIndex(({ id }) => id === history.newest);
    const [card] = drawn === -1 ? [] : this.#cards.splice(drawn, 1);
    if (card === undefined || history.count !== this.#count + 1) return false;
    this.#count++;
    this.#left.set(card.show, (this.#left.get(card.show) ?? 1) - 1);
    return true;
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
    for (const card of this.#cards) {
      if (!isFit(card)) continue;
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
      if (show !== null && show !== last && count * 2 > this.#cards.length) return show;
    }
    return undefined;
  }
}
