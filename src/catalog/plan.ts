import type { Airing } from '../schedule/airing.ts';
import { segmentAt, segmentStartMs } from '../schedule/grid.ts';
import type { Catalog } from './catalog.ts';
import { type Channel, gridOf } from './channel.ts';
import type { CatalogItem } from './items.ts';

/** An airing together with what it shows. */
export interface Planned {
  readonly airing: Airing;
  readonly item: CatalogItem;
}

/** What a channel shows in segments from … until-1, in order. An airing whose item was forgotten is left out. */
export async function planOf(catalog: Catalog, channelId: string, from: number, until: number): Promise<Planned[]> {
  const airings = await catalog.airings.between(channelId, from, until);
  const items = await catalog.items.byIds(airings.map(({ itemId }) => itemId));
  return airings.flatMap((airing) => {
    const item = items.get(airing.itemId);
    return item === undefined ? [] : [{ airing, item }];
  });
}

/** An item on air with its times, all its parts in one: what guides want. Milliseconds since the epoch. */
export interface Showing {
  readonly startMs: number;
  readonly stopMs: number;
  readonly item: CatalogItem;
}

/** What a channel shows between two moments. */
export async function programmesOf(
  catalog: Catalog,
  channel: Channel,
  fromMs: number,
  toMs: number,
): Promise<Showing[]> {
  const grid = gridOf(channel);
  const planned = await planOf(catalog, channel.id, segmentAt(grid, fromMs), segmentAt(grid, toMs) + 1);
  const showings: { startMs: number; stopMs: number; item: CatalogItem }[] = [];
  for (const { airing, item } of await withAllParts(catalog, channel, planned)) {
    const startMs = segmentStartMs(grid, airing.startSegment);
    const stopMs = segmentStartMs(grid, airing.stopSegment);
    const before = showings.at(-1);
    if (before !== undefined && before.stopMs === startMs && item.partOf === before.item.id) before.stopMs = stopMs;
    else showings.push({ startMs, stopMs, item });
  }
  return showings;
}

/** Where a window begins or ends within an item of several parts: with those that lie outside. */
async function withAllParts(catalog: Catalog, channel: Channel, planned: readonly Planned[]): Promise<Planned[]> {
  const all = [...planned];
  const airingsAt = (segment: number) => planOf(catalog, channel.id, segment, segment + 1);
  for (let first = all[0]; first !== undefined && first.item.partOf !== null; first = all[0]) {
    const [before] = await airingsAt(first.airing.startSegment - 1);
    if (before === undefined) break;
    all.unshift(before);
  }
  for (let last = all.at(-1); last !== undefined; last = all.at(-1)) {
    const [after] = await airingsAt(last.airing.stopSegment);
    if (after === undefined || after.item.partOf !== (last.item.partOf ?? last.item.id)) break;
    all.push(after);
  }
  return all;
}
