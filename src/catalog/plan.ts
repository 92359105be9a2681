import { type Airing, showsItem } from '../schedule/airing.ts';
import { segmentsOf } from '../schedule/grid.ts';
import type { Catalog } from './catalog.ts';
import { type Channel, gridOf } from './channel.ts';
import type { CatalogItem } from './items.ts';

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
  const channel = await catalog.channels.get(channelId);
  if (channel === undefined) return [];
  const { aired, delay } = originOf(channel);
  const original = await catalog.airings.between(aired, from - delay, until - delay);
  const airings = original.map((airing) => delayed(airing, channelId, delay));
  const items = await catalog.items.byIds(airings.flatMap((airing) => ('itemId' in airing ? airing.itemId : [])));
  return airings.flatMap((airing): Planned[] => {
    if (!showsItem(airing)) return [{ airing, item: undefined }];
    const item = items.get(airing.itemId);
    return item === undefined ? [] : [{ airing, item }];
  });
}

/** Whose airings a channel shows, and how many segments later. */
export function originOf(channel: Channel): { readonly aired: string; readonly delay: number } {
  const { id, programming } = channel;
  if (programming.kind === 'scheduled') return { aired: id, delay: 0 };
  return { aired: programming.channel_id, delay: segmentsOf(gridOf(channel), programming.minutes * 60) };
}

function delayed(airing: Airing, channelId: string, delay: number): Airing {
  const { startSegment, stopSegment, block } = airing;
  return {
    ...airing,
    channelId,
    startSegment: startSegment + delay,
    stopSegment: stopSegment + delay,
    block: block + delay,
  };
}
