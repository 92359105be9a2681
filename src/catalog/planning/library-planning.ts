import type { Airing } from '../../schedule/airing.ts';
import { segmentAt } from '../../schedule/grid.ts';
import { Ledger } from '../../schedule/programming/ledger.ts';
import type { ProgrammeLibrary } from '../../schedule/programming/library.ts';
import { planBlocks } from '../../schedule/programming/plan.ts';
import { poolsOf } from '../../schedule/programming/pool.ts';
import type { Slices } from '../../shared/slices.ts';
import type { Airings } from '../airings.ts';
import { gridOf } from '../channels/channel.ts';
import { ChannelPlan } from './channel-plan.ts';
import type { PlanChange } from '../plan-change.ts';
import type { Planning, PlanRequest, PreviewRequest, SampleRequest } from './planning.ts';

/** Nobody reads more of a preview. */
const MOST_AIRINGS = 5000;
/** How many items of a channel are looked at for their rate. */
const SAMPLE_ITEMS = 200;

export interface LibraryPlanningOptions {
  readonly library: ProgrammeLibrary;
  readonly airings: Pick<Airings, 'kept'>;
  /** Others have their turn in between. */
  readonly slices: Slices;
}

/** Plans from a library that was read. */
export class LibraryPlanning implements Planning {
  readonly #options: LibraryPlanningOptions;

  constructor(options: LibraryPlanningOptions) {
    this.#options = options;
  }

  async planned({ wish, ...request }: PlanRequest): Promise<PlanChange | undefined> {
    const { library, airings, slices } = this.#options;
    const kept = await airings.kept(request.channel.id);
    const plan = new ChannelPlan({ ...request, library, kept, slices });
    return wish === 'extended' ? plan.extended() : plan.renewed({ isNow: wish === 'renewed now' });
  }

  async previewed(request: PreviewRequest): Promise<Airing[]> {
    const { library, slices } = this.#options;
    const { programming, timeZone, nowMs, untilMs } = request;
    const grid = gridOf(request);
    const place = { channelId: '', grid, timeZone, programming, library, ledger: new Ledger() };
    const blocks = planBlocks(place, segmentAt(grid, nowMs));
    const airings: Airing[] = [];
    const until = segmentAt(grid, untilMs);
    while ((airings.at(-1)?.stopSegment ?? 0) < until && airings.length < MOST_AIRINGS) {
      airings.push(...blocks.next().value);
      await slices.next();
    }
    return airings;
  }

  async sampled({ programming, nowMs }: SampleRequest): Promise<string[]> {
    const { library, slices } = this.#options;
    const content = [programming.default, ...programming.dayparts].flatMap((strand) => strand?.content ?? []);
    const { items } = (await slices.through(poolsOf(library, content).inSteps(nowMs))).items;
    const step = Math.max(1, Math.floor(items.length / SAMPLE_ITEMS));
    return items.filter((_, index) => index % step === 0).map(({ id }) => id);
  }
}
