import { type Grid, segmentsIn } from '../grid.ts';
import type { History } from './history.ts';
import type { ProgrammeLibrary } from './library.ts';
import { type Pool, type Pools, poolsOf } from './pool.ts';
import type { Steps } from './steps.ts';
import type { Filler } from './programming.ts';

export type FillerUse = Filler['use'][number];

/** A filler and how many segments it lasts. */
export interface ChosenFiller {
  readonly id: string;
  readonly segments: number;
}

/** Finds the filler that was shown least recently among those that fit. */
export class Fillers {
  readonly #grid: Grid;
  readonly #pools: Readonly<Record<FillerUse, Pools>>;
  readonly #segments = new Map<string, number>();
  readonly #unseen = new WeakMap<Pool, readonly string[]>();
  readonly #shortest = new WeakMap<Pool, number>();

  constructor(options: {
    readonly grid: Grid;
    readonly fillers: readonly Filler[];
    readonly library: ProgrammeLibrary;
  }) {
    const poolsFor = (use: FillerUse) =>
      poolsOf(
        options.library,
        options.fillers.flatMap((filler) => (filler.use.includes(use) ? filler.content : [])),
      );
    this.#grid = options.grid;
    this.#pools = { gaps: poolsFor('gaps'), between: poolsFor('between'), mid_roll: poolsFor('mid_roll') };
  }

  /** Looks up what there is at a moment, for who has others to think of. */
  *lookUp(atMs: number): Steps<void> {
    for (const pools of Object.values(this.#pools)) yield* pools.inSteps(atMs);
  }

  /** Undefined when none is short enough. What was `chosen` already for the same block comes last, in its order. */
  choose(
    use: FillerUse,
    options: {
      readonly atMs: number;
      readonly room: number;
      readonly history: History;
      readonly chosen: ReadonlySet<string>;
    },
  ): ChosenFiller | undefined {
    const pool = this.#pools[use].at(options.atMs);
    if (options.room < this.#shortestOf(pool)) return undefined;
    for (const id of this.#inOrder(pool, options.history)) {
      if (options.chosen.has(id)) continue;
      const filler = this.#fitting(pool, id, options);
      if (filler !== undefined) return filler;
    }
    for (const id of options.chosen) {
      const filler = this.#fitting(pool, id, options);
      if (filler !== undefined) return filler;
    }
    return undefined;
  }

  /** Mostly there is no room for any of them: then none needs to be looked at. */
  #shortestOf(pool: Pool): number {
    const known = this.#shortest.get(pool);
    if (known !== undefined) return known;
    const shortestMs = pool.items.airable.reduce(
      (ms, { durationMs }) => Math.min(ms, durationMs ?? Infinity),
      Infinity,
    );
    const shortest = shortestMs === Infinity ? Infinity : segmentsIn(this.#grid, shortestMs);
    this.#shortest.set(pool, shortest);
    return shortest;
  }

  /** Those that were never shown, as they are listed, then the others. */
  *#inOrder(pool: Pool, history: History): Generator<string> {
    const unseen = (this.#unseen.get(pool) ?? pool.items.items.map(({ id }) => id)).filter(
      (id) => history.lastOf(id) === -1,
    );
    this.#unseen.set(pool, unseen);
    yield* unseen;
    yield* history.leastRecent();
  }

  #fitting(
    pool: Pool,
    id: string,
    { room, atMs }: { readonly room: number; readonly atMs: number },
  ): ChosenFiller | undefined {
    const item = pool.items.get(id);
    if (item === undefined || item.durationMs === null) return undefined;
    if (item.leavesMs !== null && item.leavesMs <= atMs) return undefined;
    const segments = this.#segments.get(id) ?? segmentsIn(this.#grid, item.durationMs);
    this.#segments.set(id, segments);
    return segments <= room ? { id, segments } : undefined;
  }
}
