import { ARRANGEMENTS, groupedByShow } from './arrangement.ts';
import type { Content, Order } from './content.ts';
import { type Find, finderOf } from './find-content.ts';
import type { ProgrammeItem, ProgrammeLibrary } from './library.ts';
import { dependsOnTime } from './query.ts';
import { Sequence } from './sequence.ts';
import { allOf, isStepOver, type Steps } from './steps.ts';

/** What a strand has to show at a time, each item once, in the order that it is shown in or chance draws from. */
export interface Pool {
  readonly items: Sequence;
  /** For rotation: the items of each show, and all films as one group, in the order of the first ones. */
  readonly groups: readonly Sequence[];
  /** The same as it was listed, for drawing by weight. */
  readonly parts: readonly { readonly weight: number; readonly items: readonly ProgrammeItem[] }[];
}

const DAY_MS = 86_400_000;
/** What was looked up in a library, of late: many channels show the same, and fillers are put to several uses. */
const found = new WeakMap<ProgrammeLibrary, Map<string, Pools>>();
const MOST_FOUND = 20;

export function poolsOf(
  library: ProgrammeLibrary,
  contents: readonly Content[],
  order: Order['kind'] = 'as_listed',
): Pools {
  const inLibrary = found.get(library) ?? new Map<string, Pools>();
  found.set(library, inLibrary);
  const key = JSON.stringify([order, contents]);
  const pools = inLibrary.get(key) ?? new Pools(library, contents, order);
  inLibrary.set(key, pools);
  const [oldest = key] = inLibrary.keys();
  if (inLibrary.size > MOST_FOUND) inLibrary.delete(oldest);
  return pools;
}

/** Looks content up in a library: once, or once a day where it depends on the day. */
export class Pools {
  readonly #finders: readonly { readonly weight: number; readonly find: Find }[];
  readonly #changes: boolean;
  readonly #order: Order['kind'];
  #known: { readonly day: number; readonly pool: Pool } | undefined;

  constructor(library: ProgrammeLibrary, contents: readonly Content[], order: Order['kind']) {
    this.#finders = contents.map((each) => ({ weight: each.weight, find: finderOf(library, each) }));
    this.#changes = contents.some((each) => each.kind === 'query' && dependsOnTime(each.where));
    this.#order = order;
  }

  at(atMs: number): Pool {
    return allOf(this.inSteps(atMs));
  }

  /** The same, for who has others to think of: of a large library it takes long. */
  *inSteps(atMs: number): Steps<Pool> {
    const day = this.#changes ? Math.floor(atMs / DAY_MS) : 0;
    if (this.#known?.day === day) return this.#known.pool;
    const parts: { weight: number; items: readonly ProgrammeItem[] }[] = [];
    for (const { weight, find } of this.#finders) parts.push({ weight, items: yield* find(day * DAY_MS) });
    const items = yield* ARRANGEMENTS[this.#order](yield* eachOnce(parts.map((part) => part.items)));
    const pool = { parts, items: yield* Sequence.of(items), groups: yield* this.#groupsOf(items) };
    this.#known = { day, pool };
    return pool;
  }

  *#groupsOf(items: readonly ProgrammeItem[]): Steps<Sequence[]> {
    const groups: Sequence[] = [];
    if (this.#order !== 'rotate') return groups;
    for (const group of yield* groupedByShow(items)) groups.push(yield* Sequence.of(group));
    return groups;
  }
}

function* eachOnce(parts: readonly (readonly ProgrammeItem[])[]): Steps<readonly ProgrammeItem[]> {
  const items = new Set<ProgrammeItem>();
  for (const part of parts) {
    for (const [index, item] of part.entries()) {
      items.add(item);
      if (isStepOver(index)) yield;
    }
  }
  return [...items];
}
