import { chance } from './chance.ts';
import type { History } from './history.ts';
import type { ProgrammeItem } from './library.ts';
import type { Pool } from './pool.ts';
import { firstAfter, type IsFit } from './turn.ts';

export interface DrawOptions {
  readonly seed: number;
  readonly distance: number;
  readonly loop: boolean;
}

/** An item of one part of the content, which is drawn by its weight: the same item whenever this draw is asked for. */
export function drawByWeight(
  { parts, items }: Pool,
  history: History,
  isFit: IsFit,
  { seed, distance, loop }: DrawOptions,
): ProgrammeItem | undefined {
  if (!loop && history.count > items.maxDistance) return undefined;
  const apart = Math.min(distance, items.maxDistance);
  const isFar: IsFit = (item) => isFit(item) && !history.isAmongLast(item.id, apart);
  return drawFrom(parts, history, isFar, seed) ?? drawFrom(parts, history, isFit, seed);
}

function drawFrom(parts: Pool['parts'], history: History, isFit: IsFit, seed: number): ProgrammeItem | undefined {
  const able = parts.filter(({ items }) => items.some(isFit));
  const total = able.reduce((sum, { weight }) => sum + weight, 0);
  let point = (chance(seed, history.count, 1) / 2 ** 32) * total;
  const part = able.find(({ weight }) => (point -= weight) < 0) ?? able.at(-1);
  if (part === undefined) return undefined;
  const first = chance(seed, history.count, 2) % part.items.length;
  return firstAfter(part.items, first - 1, true, isFit);
}
