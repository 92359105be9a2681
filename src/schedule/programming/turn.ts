import type { History } from './history.ts';
import type { ProgrammeItem } from './library.ts';
import type { Pool } from './pool.ts';
import type { Sequence } from './sequence.ts';

/** Whether an item could be shown now. */
export type IsFit = (item: ProgrammeItem) => boolean;

/** The item after the one shown last; after the last of all, the first where it loops. */
export function nextInOrder(
  sequence: Sequence,
  history: History,
  isFit: IsFit,
  loop: boolean,
): ProgrammeItem | undefined {
  return firstAfter(sequence.items, sequence.latest(history), loop, isFit);
}

/** An item of the show that comes after the one shown last: the one that follows this show's own last. */
export function nextInRotation(
  { groups }: Pool,
  history: History,
  isFit: IsFit,
  loop: boolean,
): ProgrammeItem | undefined {
  const last = latestOf(groups, history);
  for (const group of [...groups.slice(last + 1), ...groups.slice(0, last + 1)]) {
    const item = nextInOrder(group, history, isFit, loop);
    if (item !== undefined) return item;
  }
  return undefined;
}

/** The place of the group that was shown most recently, -1 when none was. */
function latestOf(groups: Pool['groups'], history: History): number {
  // Mostly what was shown last is still there: then the others need not be looked through.
  const newest = groups.findIndex((group) => group.placeOf(history.newest) !== -1);
  if (newest !== -1) return newest;
  const ordinals = groups.map((group) => {
    const id = group.items[group.latest(history)]?.id;
    return id === undefined ? -1 : history.lastOf(id);
  });
  return ordinals.reduce((best, ordinal, index) => (ordinal > (ordinals[best] ?? -1) ? index : best), -1);
}

/** The first that fits after a place, and where it loops from the beginning up to that place. */
export function firstAfter(
  items: readonly ProgrammeItem[],
  place: number,
  loop: boolean,
  isFit: IsFit,
): ProgrammeItem | undefined {
  const count = loop ? items.length : items.length - place - 1;
  for (let step = 1; step <= count; step++) {
    const item = items[(place + step) % items.length];
    if (item !== undefined && isFit(item)) return item;
  }
  return undefined;
}
