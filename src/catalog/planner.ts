import type { Clock } from '../shared/clock.ts';
import type { Catalog } from './catalog.ts';
import type { Channel } from './channel.ts';
import { ChannelPlan, type PlanSpan } from './channel-plan.ts';

export interface PlannerOptions {
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** IANA name: where channels are that do not say it. */
  readonly timeZone: string;
  readonly span: PlanSpan;
}

/** Writes the table of airings. One plan at a time: each begins where the one before has ended. */
export class Planner {
  readonly #options: PlannerOptions;
  #last: Promise<void> = Promise.resolve();
  #waiting: Promise<void> | undefined;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /**
   * Plans every channel on to the horizon and forgets what is long over. Callers share one that has not begun; one that
   * has goes by the time and the channels of its beginning.
   */
  extend(): Promise<void> {
    this.#waiting ??= this.#inTurn(async () => {
      this.#waiting = undefined;
      // Disabled ones too: others may show them later, and they go on at once when they are enabled.
      const channels = (await this.#options.catalog.channels.listAll()).filter(({ listed }) => listed);
      for await (const plan of this.#plansOf(channels)) await plan.extend();
    });
    return this.#waiting;
  }

  /** Plans channels anew from what there is now, but for the airings that are settled. */
  renew(channels: readonly Channel[]): Promise<void> {
    return this.#inTurn(async () => {
      for await (const plan of this.#plansOf(channels)) await plan.renew();
    });
  }

  /** Resolves when nothing is being planned any more. */
  settled(): Promise<void> {
    return this.#last;
  }

  async *#plansOf(channels: readonly Channel[]): AsyncGenerator<ChannelPlan> {
    const { catalog, clock, timeZone, span } = this.#options;
    const scheduled = channels.flatMap((channel) =>
      channel.programming.kind === 'scheduled' ? { channel, programming: channel.programming } : [],
    );
    if (scheduled.length === 0) return;
    const library = await catalog.programmeLibrary(scheduled.map(({ programming }) => programming));
    for (const { channel, programming } of scheduled) {
      yield new ChannelPlan({ catalog, channel, programming, library, timeZone, span, nowMs: clock.now() });
    }
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}
