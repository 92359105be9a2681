import type { Airing } from '../schedule/airing.ts';
import { type Grid, segmentAt, segmentStartMs } from '../schedule/grid.ts';
import type { Delay } from '../schedule/programming/programming.ts';
import type { Catalog } from './catalog.ts';
import { type Channel, gridOf } from './channel.ts';
import { delayedBy, delayOn } from './delayed-plan.ts';
import type { CatalogItem } from './items.ts';
import type { Planning, PreviewRequest } from './planning.ts';

/** An airing that would be. Milliseconds since the epoch. */
export interface PreviewedAiring {
  readonly kind: Airing['kind'];
  readonly startMs: number;
  readonly stopMs: number;
  readonly item: CatalogItem | undefined;
}

/** What a channel with such programming would air, if it began now. */
export async function previewOf(
  catalog: Pick<Catalog, 'items'>,
  planning: Pick<Planning, 'previewed'>,
  request: PreviewRequest,
): Promise<PreviewedAiring[]> {
  return previewed(catalog, await planning.previewed(request), gridOf(request));
}

/** What a channel would air that shows what another one does, later. */
export async function previewOfDelay(
  catalog: Pick<Catalog, 'airings' | 'items'>,
  options: Pick<PreviewRequest, 'nowMs' | 'untilMs'> & { readonly programming: Delay; readonly original: Channel },
): Promise<PreviewedAiring[]> {
  const { programming, original, nowMs, untilMs } = options;
  const grid = gridOf(original);
  const delay = delayOn(grid, programming);
  const [from, until] = [segmentAt(grid, nowMs) - delay, segmentAt(grid, untilMs) - delay];
  const airings = await catalog.airings.between(original.id, from, until);
  return previewed(
    catalog,
    airings.map((airing) => delayedBy(airing, delay)),
    grid,
  );
}

async function previewed(
  catalog: Pick<Catalog, 'items'>,
  airings: readonly Airing[],
  grid: Grid,
): Promise<PreviewedAiring[]> {
  const items = await catalog.items.byIds(airings.flatMap((airing) => ('itemId' in airing ? airing.itemId : [])));
  return airings.map((airing) => ({
    kind: airing.kind,
    startMs: segmentStartMs(grid, airing.startSegment),
    stopMs: segmentStartMs(grid, airing.stopSegment),
    item: 'itemId' in airing ? items.get(airing.itemId) : undefined,
  }));
}
