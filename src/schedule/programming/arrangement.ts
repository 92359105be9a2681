import type { Order } from './content.ts';
import type { ProgrammeItem } from './library.ts';
import { isStepOver, type Steps } from './steps.ts';

type Arrange = (items: readonly ProgrammeItem[]) => Steps<readonly ProgrammeItem[]>;

const asListed: Arrange = function* asListed(items) {
  yield;
  return items;
};
const byShow: Arrange = function* byShow(items) {
  const groups = yield* groupedByShow(items);
  return yield* inOrder(groups, bySeasonAndEpisode);
};
const byAirDate: Arrange = function* byAirDate(items) {
  const groups = yield* groupsOf(items, dateOf);
  const days = groups.toSorted(([a], [b]) => (a === undefined || b === undefined ? 0 : compare(dateOf(a), dateOf(b))));
  return yield* inOrder(days, bySeasonAndEpisode);
};

/** How content is laid out before it is shown: films and shows stay where the first of them is listed. */
export const ARRANGEMENTS: Readonly<Record<Order['kind'], Arrange>> = {
  as_listed: asListed,
  season_episode: byShow,
  air_date: byAirDate,
  shuffle: asListed,
  rotate: byShow,
  random: asListed,
};

type Group = readonly ProgrammeItem[];

/** The items of each show, and all films as one group, in the order of the first ones. */
export function groupedByShow(items: readonly ProgrammeItem[]): Steps<readonly Group[]> {
  return groupsOf(items, ({ show }) => show);
}

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
