import { chance, numberOf } from './chance.ts';
import type { Order } from './content.ts';
import { drawByWeight } from './draw.ts';
import type { History } from './history.ts';
import type { ProgrammeItem, ProgrammeLibrary } from './library.ts';
import { type Pool, type Pools, poolsOf } from './pool.ts';
import type { Strand } from './programming.ts';
import { Shuffle } from './shuffle.ts';
import { type IsFit, nextInOrder, nextInRotation } from './turn.ts';

type Next = (pool: Pool, history: History, isFit: IsFit) => ProgrammeItem | undefined;

/** What is next of some content: undefined when everything was shown, or nothing is fit to be. */
export type NextItem = (history: History, atMs: number, isFit: IsFit) => ProgrammeItem | undefined;

/** What a strand shows, in its order. */
export interface StrandItems {
  readonly pools: Pools;
  readonly next: NextItem;
}

/** The name and the seed make chance differ between strands and channels. */
export function itemsOf(strand: Strand, name: string, seed: number, library: ProgrammeLibrary): StrandItems {
  const pools = poolsOf(library, strand.content, strand.order.kind);
  const next = nextOf(strand.order, strand.loop, chance(seed, numberOf(name)));
  return { pools, next: (history, atMs, isFit) => next(pools.at(atMs), history, isFit) };
}

function nextOf(order: Order, loop: boolean, seed: number): Next {
  switch (order.kind) {
    case 'as_listed':
    case 'season_episode':
    case 'air_date':
      return ({ items }, history, isFit) => nextInOrder(items, history, isFit, loop);
    case 'rotate':
      return (pool, history, isFit) => nextInRotation(pool, history, isFit, loop);
    case 'shuffle': {
      const shuffle = new Shuffle({ seed, loop, distance: order.distance, showsApart: order.shows_apart });
      return (pool, history, isFit) => shuffle.next(pool, history, isFit);
    }
    case 'random':
      return (pool, history, isFit) => drawByWeight(pool, history, isFit, { seed, loop, distance: order.distance });
  }
}
