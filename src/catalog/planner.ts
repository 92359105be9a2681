import { segmentAt } from '../schedule/grid.ts';
import { planLoop } from '../schedule/loop.ts';
import type { Clock } from '../shared/clock.ts';
import type { Catalog } from './catalog.ts';
import { type Channel, gridOf } from './channel.ts';

/** Airings that start within this time are settled: longer than anything is developed ahead. */
export const SETTLED_MS = 120_000;

export interface PlannerOptions {
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** How far ahead airings are planned. */
  readonly horizonMs: number;
  /** How long airings are kept after their end. */
  readonly keepMs: number;
}

/** Writes the table of airings. One plan at a time: each begins where the one before has ended. */
export class Planner {
  readonly #options: PlannerOptions;
  #last: Promise<void> = Promise.resolve();
  #extending: Promise<void> | undefined;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** Plans every channel on to the horizon and forgets what is long over; concurrent callers share one run. */
  extend(): Promise<void> {
    this.#extending ??= this.#inTurn(() => this.#extendAll()).finally(() => {
      this.#extending = undefined;
    });
    return this.#extending;
  }

  /** Plans a channel anew from what its loop holds now, but for airings that start within `settledMs`. */
  renew(channel: Channel, settledMs: number = SETTLED_MS): Promise<void> {
    return this.#inTurn(async () => {
      const { catalog, clock } = this.#options;
      const fromSegment = segmentAt(gridOf(channel), clock.now() + settledMs) + 1;
      const after = await catalog.airings.last(channel.id, fromSegment);
      await catalog.airings.replaceFrom(channel.id, fromSegment, await this.#plan(channel, after));
    });
  }

  /** Resolves when nothing is being planned any more. */
  settled(): Promise<void> {
    return this.#last;
  }

  async #extendAll(): Promise<void> {
    const { catalog, clock, keepMs } = this.#options;
    for (const channel of await catalog.channels.list()) {
      const onAir = segmentAt(gridOf(channel), clock.now());
      const after = await catalog.airings.last(channel.id);
      const isAhead = after !== undefined && after.startSegment > onAir;
      // The clock was set back to before all that is planned or kept.
      if (isAhead && (await catalog.airings.between(channel.id, onAir, onAir + 1)).length === 0)
        await catalog.airings.replaceFrom(channel.id, 0, await this.#plan(channel, undefined));
      else await catalog.airings.append(await this.#plan(channel, after));
      await catalog.airings.prune(channel.id, segmentAt(gridOf(channel), clock.now() - keepMs));
    }
  }

  async #plan(channel: Channel, after: Awaited<ReturnType<Catalog['airings']['last']>>) {
    const { catalog, clock, horizonMs } = this.#options;
    const grid = gridOf(channel);
    return planLoop({
      channelId: channel.id,
      grid,
      items: await catalog.items.loopOf(channel),
      after,
      startSegment: segmentAt(grid, clock.now()),
      untilSegment: segmentAt(grid, clock.now() + horizonMs) + 1,
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
