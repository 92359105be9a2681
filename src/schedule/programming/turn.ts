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
  return after(sequence.items, sequence.latest(history), loop).find(isFit);
}

/** An item of the show that comes after the one shown last: the one that follows this show's own last. */
export function nextInRotation(
  { groups }: Pool,
  history: History,
  isFit: IsFit,
  loop: boolean,
): ProgrammeItem | undefined {
  const shown = groups.map((group) => group.items[group.latest(history)]?.id);
  const ordinals = shown.map((id) => (id === undefined ? -1 : history.lastOf(id)));
  const last = ordinals.reduce((best, ordinal, index) => (ordinal > (ordinals[best] ?? -1) ? index : best), -1);
  for (const group of after(groups, last, true)) {
    const item = nextInOrder(group, history, isFit, loop);
    if (item !== undefined) return item;
  }
  return undefined;
}

function after<T>(values: readonly T[], place: number, loop: boolean): T[] {
  return loop ? [...values.slice(place + 1), ...values.slice(0, place + 1)] : values.slice(place + 1);
}
