import { type Content, type Order } from './content.ts';
import type { ProgrammeItem, ProgrammeLibrary } from './library.ts';
import { compileQuery, dependsOnTime } from './query.ts';
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
    const items = yield* ORDERS[this.#order](yield* eachOnce(parts.map((part) => part.items)));
    const pool = { parts, items: yield* Sequence.of(items), groups: yield* this.#groupsOf(items) };
    this.#known = { day, pool };
    return pool;
  }

  *#groupsOf(items: readonly ProgrammeItem[]): Steps<Sequence[]> {
    const groups: Sequence[] = [];
    if (this.#order !== 'rotate') return groups;
    for (const group of yield* groupsOf(items, showOf)) groups.push(yield* Sequence.of(group));
    return groups;
  }
}

type Find = (atMs: number) => Steps<readonly ProgrammeItem[]>;

function finderOf(library: ProgrammeLibrary, content: Content): Find {
  const { items } = library;
  switch (content.kind) {
    case 'items':
      return () => itemsIn(library, content.ids);
    case 'show':
      return () => filtered(items, (item) => isOf(item, content.source) && item.show === content.show);
    case 'season': {
      const { source, show, season } = content;
      return () => filtered(items, (item) => isOf(item, source) && item.show === show && item.season === season);
    }
    case 'films':
      return () => filtered(items, (item) => isOf(item, content.source) && item.kind === 'film');
    case 'collection': {
      const ids = library.collections.filter(({ name }) => name === content.name).map(({ itemIds }) => itemIds);
      return function* inCollections() {
        const parts: (readonly ProgrammeItem[])[] = [];
        for (const each of ids) parts.push(yield* itemsIn(library, each));
        return parts.flat();
      };
    }
    case 'query': {
      const matches = compileQuery(content.where);
      return (atMs) => filtered(items, (item) => matches(item, atMs));
    }
  }
}

function isOf(item: ProgrammeItem, source: string | undefined): boolean {
  return source === undefined || item.source === source;
}

function* filtered(
  items: readonly ProgrammeItem[],
  isWanted: (item: ProgrammeItem) => boolean,
): Steps<ProgrammeItem[]> {
  const wanted: ProgrammeItem[] = [];
  for (const [index, item] of items.entries()) {
    if (isWanted(item)) wanted.push(item);
    if (isStepOver(index)) yield;
  }
  return wanted;
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

function* itemsIn(library: ProgrammeLibrary, ids: readonly string[]): Steps<readonly ProgrammeItem[]> {
  const wanted = new Set(ids);
  const there = yield* filtered(library.items, ({ id }) => wanted.has(id));
  const byId = new Map(there.map((item) => [item.id, item]));
  return [...wanted].flatMap((id) => byId.get(id) ?? []);
}

type Arrange = (items: readonly ProgrammeItem[]) => Steps<readonly ProgrammeItem[]>;

const asListed: Arrange = function* asListed(items) {
  yield;
  return items;
};
const byShow: Arrange = function* byShow(items) {
  const groups = yield* groupsOf(items, showOf);
  return yield* inOrder(groups, bySeasonAndEpisode);
};
const byAirDate: Arrange = function* byAirDate(items) {
  const groups = yield* groupsOf(items, dateOf);
  const days = groups.toSorted(([a], [b]) => (a === undefined || b === undefined ? 0 : compare(dateOf(a), dateOf(b))));
  return yield* inOrder(days, bySeasonAndEpisode);
};

/** How content is laid out before it is shown: films and shows stay where the first of them is listed. */
const ORDERS: Readonly<Record<Order['kind'], Arrange>> = {
  as_listed: asListed,
  season_episode: byShow,
  air_date: byAirDate,
  shuffle: asListed,
  rotate: byShow,
  random: asListed,
};

type Group = readonly ProgrammeItem[];

function* groupsOf(
  items: readonly ProgrammeItem[],
  keyOf: (item: ProgrammeItem) => string | null,
): Steps<readonly Group[]> {
  const groups = new Map<string | null, ProgrammeItem[]>();
  for (const [index, item] of items.entries()) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
    if (isStepOver(index)) yield;
  }
  return [...groups.values()];
}

function* inOrder(
  groups: readonly Group[],
  order: (a: ProgrammeItem, b: ProgrammeItem) => number,
): Steps<ProgrammeItem[]> {
  const items: ProgrammeItem[] = [];
  for (const group of groups) {
    for (const item of group.toSorted(order)) items.push(item);
    yield;
  }
  return items;
}

function showOf({ show }: ProgrammeItem): string | null {
  return show;
}

function dateOf({ originalAirDate, year }: ProgrammeItem): string {
  return originalAirDate ?? (year === null ? '9999' : String(year));
}

/** Specials come last; what has no number stays where it was. */
function bySeasonAndEpisode(a: ProgrammeItem, b: ProgrammeItem): number {
  const season = (item: ProgrammeItem) => (item.season === null || item.season === 0 ? Infinity : item.season);
  const episode = (item: ProgrammeItem) => item.episode ?? Infinity;
  return compare(season(a), season(b)) || compare(episode(a), episode(b));
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
