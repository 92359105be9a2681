import { type Airing, airingAt } from '../../schedule/airing.ts';
import { type Grid, segmentAt, segmentStartMs } from '../../schedule/grid.ts';
import type { Delay } from '../../schedule/programming/programming.ts';
import { type ToldAiring, toldOf } from '../../schedule/told.ts';
import type { Catalog } from '../catalog.ts';
import { type Channel, gridOf } from '../channels/channel.ts';
import { delayedBy, delayOn } from './delayed-plan.ts';
import type { CatalogItem } from '../library/catalog-item.ts';
import type { Planning, PreviewRequest } from './planning.ts';

/** Something that would be on. Milliseconds since the epoch. */
export interface Previewed<Kind extends Airing['kind'] = Airing['kind']> {
  readonly kind: Kind;
  readonly startMs: number;
  readonly stopMs: number;
  readonly item: CatalogItem | undefined;
}

/** What a channel would air: as guides would tell of it, and in all its airings. */
export interface Preview {
  readonly programmes: readonly Previewed<ToldAiring['kind']>[];
  readonly airings: readonly Previewed[];
}

/** What a channel with such programming would air, if it began now. */
export async function previewOf(
  catalog: Pick<Catalog, 'items'>,
  planning: Pick<Planning, 'previewed'>,
  request: PreviewRequest,
): Promise<Preview> {
  const grid = gridOf(request);
  return previewed(catalog, await planning.previewed(request), { grid, from: segmentAt(grid, request.nowMs) });
}

/** What a channel would air that shows what another one does, later. */
export async function previewOfDelay(
  catalog: Pick<Catalog, 'airings' | 'items'>,
  options: Pick<PreviewRequest, 'nowMs' | 'untilMs'> & { readonly programming: Delay; readonly original: Channel },
): Promise<Preview> {
  const { programming, original, nowMs, untilMs } = options;
  const grid = gridOf(original);
  const delay = delayOn(grid, programming);
  const [from, until] = [segmentAt(grid, nowMs), segmentAt(grid, untilMs)];
  const shown = await catalog.airings.between(original.id, from - delay, until - delay);
  // What is on air then may be in the middle of a programme, which is told of from its beginning.
  const begin = airingAt(shown, from - delay)?.block ?? from - delay;
  const airings = begin < from - delay ? await catalog.airings.between(original.id, begin, until - delay) : shown;
  return previewed(
    catalog,
    airings.map((airing) => delayedBy(airing, delay)),
    { grid, from },
  );
}

async function previewed(
  catalog: Pick<Catalog, 'items'>,
  airings: readonly Airing[],
  { grid, from }: { readonly grid: Grid; readonly from: number },
): Promise<Preview> {
  const items = await catalog.items.byIds(airings.flatMap((airing) => ('itemId' in airing ? airing.itemId : [])));
  const timeOf = (segment: number): number => segmentStartMs(grid, segment);
  return {
    programmes: programmesIn(airings)
      .filter(({ stop }) => stop > from)
      .map(({ kind, start, stop, itemId }) => ({
        ...{ kind, startMs: timeOf(start), stopMs: timeOf(stop) },
        item: itemId === null ? undefined : items.get(itemId),
      })),
    airings: airings
      .filter(({ stopSegment }) => stopSegment > from)
      .map((airing) => ({
        ...{ kind: airing.kind, startMs: timeOf(airing.startSegment), stopMs: timeOf(airing.stopSegment) },
        item: 'itemId' in airing ? items.get(airing.itemId) : undefined,
      })),
  };
}

/** That nothing is on is planned anew now and then, and told of once. */
function programmesIn(airings: readonly Airing[]) {
  const told = airings.flatMap((airing): ToldAiring[] => {
    const { kind, startSegment: start, stopSegment: stop, block } = airing;
    if (kind === 'programme') return [{ kind, start, stop, block, itemId: airing.itemId }];
    return kind === 'off-air' ? [{ kind, start, stop, block, itemId: null }] : [];
  });
  const isFirst = ({ kind }: ToldAiring, at: number): boolean => kind !== 'off-air' || told[at - 1]?.kind !== kind;
  return toldOf(told.filter(isFirst), airings.at(-1)?.stopSegment ?? 0);
}
