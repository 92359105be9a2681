import type { Catalog } from '../catalog.ts';
import type { Channel } from '../channels/channel.ts';
import type { CatalogItem } from '../library/catalog-item.ts';

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
  const told = await catalog.guide.programmes(channel, fromMs, toMs);
  const items = await catalog.items.byIds(told.map(({ itemId }) => itemId));
  return told.flatMap(({ startMs, stopMs, itemId }) => {
    const item = items.get(itemId);
    return item === undefined ? [] : [{ startMs, stopMs, item }];
  });
}
