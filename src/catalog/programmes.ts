import { segmentAt, segmentStartMs } from '../schedule/grid.ts';
import type { Catalog } from './catalog.ts';
import { type Channel, gridOf } from './channel.ts';
import type { CatalogItem } from './items.ts';
import { originOf } from './plan.ts';

/** A programme as guides tell of it: with what interrupts it, and up to the next one. Milliseconds since the epoch. */
export interface PlannedProgramme {
  readonly startMs: number;
  readonly stopMs: number;
  readonly item: CatalogItem;
}

/** What a channel shows between two moments, in order; there is a gap where it is off air. */
export async function programmesOf(
  catalog: Catalog,
  channel: Channel,
  fromMs: number,
  toMs: number,
): Promise<PlannedProgramme[]> {
  const grid = gridOf(channel);
  const { aired, delay } = originOf(channel);
  const [from, to] = [segmentAt(grid, fromMs) - delay, segmentAt(grid, toMs) + 1 - delay];
  const begin = (await catalog.airings.toldAt(aired, from)) ?? from;
  const told: { readonly start: number; readonly itemId: string | undefined }[] = [];
  let end = to;
  for (const airing of await catalog.airings.between(aired, begin, to)) {
    end = airing.stopSegment;
    const isPart = airing.startSegment !== airing.block;
    if (airing.kind === 'programme' && !isPart) told.push({ start: airing.startSegment, itemId: airing.itemId });
    if (airing.kind === 'off-air') told.push({ start: airing.startSegment, itemId: undefined });
  }
  const next = (await catalog.airings.toldFrom(aired, end)) ?? end;
  const items = await catalog.items.byIds(told.flatMap(({ itemId }) => itemId ?? []));
  const timeOf = (segment: number) => segmentStartMs(grid, segment + delay);
  return told.flatMap(({ start, itemId }, index) => {
    const stop = told[index + 1]?.start ?? next;
    const item = itemId === undefined ? undefined : items.get(itemId);
    return item === undefined || stop <= from ? [] : [{ startMs: timeOf(start), stopMs: timeOf(stop), item }];
  });
}
