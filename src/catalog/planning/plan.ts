import { type Airing, showsItem } from '../../schedule/airing.ts';
import type { Catalog } from '../catalog.ts';
import type { CatalogItem } from '../library/catalog-item.ts';

/** An airing together with what it shows; a card shows no item. */
export interface Planned {
  readonly airing: Airing;
  readonly item: CatalogItem | undefined;
}

/**
 * What a channel shows in segments from … until-1, in order, also one that is not listed any more: who watches it sees
 * what was planned. An airing whose item was forgotten is left out.
 */
export async function planOf(catalog: Catalog, channelId: string, from: number, until: number): Promise<Planned[]> {
  const airings = await catalog.airings.between(channelId, from, until);
  const items = await catalog.items.byIds(airings.flatMap((airing) => ('itemId' in airing ? airing.itemId : [])));
  return airings.flatMap((airing): Planned[] => {
    if (!showsItem(airing)) return [{ airing, item: undefined }];
    const item = items.get(airing.itemId);
    return item === undefined ? [] : [{ airing, item }];
  });
}
