import type { Airing } from '../schedule/airing.ts';
import type { FrameRate } from '../schedule/frame-rate.ts';
import { type Grid, segmentAt, segmentStartMs } from '../schedule/grid.ts';
import { Ledger } from '../schedule/programming/ledger.ts';
import { planBlocks } from '../schedule/programming/plan.ts';
import type { Delay, Scheduled } from '../schedule/programming/programming.ts';
import type { Slices } from '../shared/slices.ts';
import type { Catalog } from './catalog.ts';
import { type Channel, gridOf } from './channel.ts';
import { delayedBy, delayOn } from './delayed-plan.ts';
import type { CatalogItem } from './items.ts';

/** Nobody reads more of it. */
const MOST_AIRINGS = 5000;

/** An airing that would be. Milliseconds since the epoch. */
export interface PreviewedAiring {
  readonly kind: Airing['kind'];
  readonly startMs: number;
  readonly stopMs: number;
  readonly item: CatalogItem | undefined;
}

export interface PreviewOptions {
  readonly programming: Scheduled;
  readonly frameRate: FrameRate;
  readonly segmentSeconds: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly nowMs: number;
  readonly untilMs: number;
  readonly slices: Slices;
}

/** What a channel with such programming would air, if it began now. */
export async function previewOf(
  catalog: Pick<Catalog, 'programmeLibrary' | 'items'>,
  options: PreviewOptions,
): Promise<PreviewedAiring[]> {
  const { programming, timeZone, nowMs, untilMs } = options;
  const grid = gridOf(options);
  const { slices } = options;
  const library = await catalog.programmeLibrary([programming], slices);
  const place = { channelId: '', grid, timeZone, programming, library, ledger: new Ledger() };
  const blocks = planBlocks(place, segmentAt(grid, nowMs));
  const airings: Airing[] = [];
  const until = segmentAt(grid, untilMs);
  while ((airings.at(-1)?.stopSegment ?? 0) < until && airings.length < MOST_AIRINGS) {
    airings.push(...blocks.next().value);
    await slices.next();
  }
  return previewed(catalog, airings, grid);
}

/** What a channel would air that shows what another one does, later. */
export async function previewOfDelay(
  catalog: Pick<Catalog, 'airings' | 'items'>,
  options: Pick<PreviewOptions, 'nowMs' | 'untilMs'> & { readonly programming: Delay; readonly original: Channel },
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
