import { type Content, type Order } from './content.ts';
import type { ProgrammeItem, ProgrammeLibrary } from './library.ts';
import { Sequence } from './sequence.ts';
import { compileQuery, dependsOnTime } from './query.ts';

/** What a strand has to show at a time, each item once, in the order that it is shown in or chance draws from. */
export interface Pool {
  readonly items: Sequence;
  /** For rotation: the items of each show, and all films as one group, in the order of the first ones. */
  readonly groups: readonly Sequence[];
  /** The same as it was listed, for drawing by weight. */
  readonly parts: readonly { readonly weight: number; readonly items: readonly ProgrammeItem[] }[];
}

const DAY_MS = 86_400_000;

type PoolAt = (atMs: number) => Pool;

/** What was looked up in a library, of late: many channels show the same, and fillers are put to several uses. */
const found = new WeakMap<ProgrammeLibrary, Map<string, PoolAt>>();
const MOST_FOUND = 20;

/** Looks content up in a library: once, or once a day where it depends on the day. */
export function poolsOf(
  library: ProgrammeLibrary,
  contents: readonly Content[],
  order: Order['kind'] = 'as_listed',
): PoolAt {
  const inLibrary = found.get(library) ?? new Map<string, PoolAt>();
  found.set(library, inLibrary);
  const key = JSON.stringify([order, contents]);
  const pools = inLibrary.get(key) ?? lookUp(library, contents, order);
  inLibrary.set(key, pools);
  const [oldest = key] = inLibrary.keys();
  if (inLibrary.size > MOST_FOUND) inLibrary.delete(oldest);
  return pools;
}

function lookUp(library: ProgrammeLibrary, contents: readonly Content[], order: Order['kind']): PoolAt {
  const finders = contents.map((each) => ({ weight: each.weight, find: finderOf(library, each) }));
  const changes = contents.some((each) => each.kind === 'query' && dependsOnTime(each.where));
  const arrange = ORDERS[order];
  let known: { readonly day: number; readonly pool: Pool } | undefined;
  return (atMs) => {
    const day = changes ? Math.floor(atMs / DAY_MS) : 0;
    if (known?.day === day) return known.pool;
    const parts = finders.map(({ weight, find }) => ({ weight, items: find(day * DAY_MS) }));
    const items = new Sequence(arrange([...new Set(parts.flatMap((part) => part.items))]));
    const groups = order === 'rotate' ? groupsOf(items.items).map((group) => new Sequence(group)) : [];
    known = { day, pool: { parts, items, groups } };
    return known.pool;
  };
}

type Find = (atMs: number) => readonly ProgrammeItem[];

function finderOf(library: ProgrammeLibrary, content: Content): Find {
  switch (content.kind) {
    case 'items':
      return () => itemsIn(library, content.ids);
    case 'show':
      return () => library.items.filter((item) => isOf(item, content.source) && item.show === content.show);
    case 'season':
      return () =>
        library.items.filter(
          (item) => isOf(item, content.source) && item.show === content.show && item.season === content.season,
        );
    case 'films':
      return () => library.items.filter((item) => isOf(item, content.source) && item.kind === 'film');
    case 'collection':
      return () =>
        library.collections.filter(({ name }) => name === content.name).flatMap((one) => itemsIn(library, one.itemIds));
    case 'query': {
      const matches = compileQuery(content.where);
      return (atMs) => library.items.filter((item) => matches(item, atMs));
    }
  }
}

function isOf(item: ProgrammeItem, source: string | undefined): boolean {
  return source === undefined || item.source === source;
}

function itemsIn(library: ProgrammeLibrary, ids: readonly string[]): ProgrammeItem[] {
  const wanted = new Set(ids);
  const byId = new Map(library.items.flatMap((item) => (wanted.has(item.id) ? [[item.id, item]] : [])));
  return [...wanted].flatMap((id) => byId.get(id) ?? []);
}

type Arrange = (items: readonly ProgrammeItem[]) => readonly ProgrammeItem[];

const asListed: Arrange = (items) => items;

/** How content is laid out before it is shown: films and shows stay where the first of them is listed. */
const ORDERS: Readonly<Record<Order['kind'], Arrange>> = {
  as_listed: asListed,
  season_episode: (items) => groupsOf(items).flatMap((group) => [...group].sort(bySeasonAndEpisode)),
  air_date: (items) => [...items].sort(byAirDate),
  shuffle: asListed,
  rotate: (items) => groupsOf(items).flatMap((group) => [...group].sort(bySeasonAndEpisode)),
  random: asListed,
};

function groupsOf(items: readonly ProgrammeItem[]): readonly (readonly ProgrammeItem[])[] {
  const groups = new Map<string | null, ProgrammeItem[]>();
  for (const item of items) {
    const group = groups.get(item.show);
    if (group === undefined) groups.set(item.show, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** Specials come last; what has no number stays where it was. */
function bySeasonAndEpisode(a: ProgrammeItem, b: ProgrammeItem): number {
  const season = (item: ProgrammeItem) => (item.season === null || item.season === 0 ? Infinity : item.season);
  const episode = (item: ProgrammeItem) => item.episode ?? Infinity;
  return compare(season(a), season(b)) || compare(episode(a), episode(b));
}

function byAirDate(a: ProgrammeItem, b: ProgrammeItem): number {
  const date = (item: ProgrammeItem) => item.originalAirDate ?? (item.year === null ? '9999' : String(item.year));
  return compare(date(a), date(b)) || bySeasonAndEpisode(a, b);
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
