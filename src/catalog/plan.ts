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

/** What a channel shows between two moments, with its times: what guides want. */
export async function programmesOf(
  catalog: Catalog,
  channel: Channel,
  fromMs: number,
  toMs: number,
): Promise<{ readonly startMs: number; readonly stopMs: number; readonly item: CatalogItem }[]> {
  const grid = gridOf(channel);
  const planned = await planOf(catalog, channel.id, segmentAt(grid, fromMs), segmentAt(grid, toMs) + 1);
  return planned.map(({ airing, item }) => ({
    startMs: segmentStartMs(grid, airing.startSegment),
    stopMs: segmentStartMs(grid, airing.stopSegment),
    item,
  }));
}
