import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../shared/clock.ts';
import { Turns } from '../../shared/turns.ts';
import type { Catalog } from '../catalog.ts';
import type { Channel } from '../channels/channel.ts';
import type { PlanSpan } from './channel-plan.ts';
import type { ChangeChannels } from '../channels/channel-writer.ts';
import type { EditedChannels } from '../channels/channels.ts';
import { DelayedPlan } from './delayed-plan.ts';
import { type PlanChange, withChange } from '../plan-change.ts';
import type { Planning, PlanWish, WithPlanning } from './planning.ts';

export interface PlannerOptions {
  readonly catalog: Catalog;
  readonly withPlanning: WithPlanning;
  readonly clock: Clock;
  /** IANA name: where channels are that do not say it. */
  readonly timeZone: string;
  readonly span: PlanSpan;
  /** How far what is on air is developed ahead: that is not planned anew. */
  readonly aheadSeconds?: number;
}

/** Writes the table of airings. One channel at a time: each plan begins where the one before has ended. */
export class Planner {
  readonly #options: PlannerOptions;
  /** Nothing else is written at the same time. */
  readonly #turns = new Turns();
  /** Plans of many channels: a later one knows more of the library, and must not be undone by an earlier one. */
  readonly #turnsOfMany = new Turns();
  #waiting: Promise<void> | undefined;
  #busy: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /**
   * Plans every channel on to the horizon and forgets what is long over. Callers share one that has not begun; one that
   * has goes by the time and the channels of its beginning.
   */
  extend(): Promise<void> {
    this.#waiting ??= this.#afterOthers(async () => {
      this.#waiting = undefined;
      // Disabled ones too: others may show them later, and they go on at once when they are enabled.
      const channels = (await this.#options.catalog.channels.listAll()).filter(({ listed }) => listed);
      await this.#eachInTurn(channels, 'extended');
    });
    return this.#waiting;
  }

  /** Plans channels anew from what there is now, but for the airings that are settled. */
  renew(channels: readonly Channel[]): Promise<void> {
    return this.#afterOthers(() => this.#eachInTurn(channels, 'renewed'));
  }

  /**
   * Changes channels, and in the same transaction what is planned of those that show something else from now on: what
   * starts after what is settled, or of channel `cutNow` all that no player was told of yet. New ones are planned then. It
   * does not wait for plans of many channels, only for the one that is just being made.
   */
  edit(change: ChangeChannels, options: { readonly cutNow?: string | undefined } = {}): Promise<readonly Channel[]> {
    return this.#tracked(this.#edit(change, options.cutNow));
  }

  /** Resolves when nothing is being planned any more: no channel is begun that the next start can plan as well. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#busy;
  }

  async #edit(change: ChangeChannels, cutNow?: string): Promise<readonly Channel[]> {
    const { channels } = this.#options.catalog;
    const { made, after } = await this.#turns.take(async () => {
      // Looked at before, so that what takes long is done before anything is written: guides see no plan that is cut short.
      const plans = await this.#plansAfter(await channels.afterChange(change), cutNow);
      const edited = await channels.edit(change, plans);
      const known = new Set(edited.before.map(({ id }) => id));
      return { made: edited.after.filter(({ id }) => !known.has(id)), after: edited.after };
    });
    await this.#eachInTurn(made, 'extended');
    return after;
  }

  /** What becomes of the plans of the channels that show something else after a change. */
  async #plansAfter({ before, after }: EditedChannels, cutNow?: string): Promise<Map<string, PlanChange>> {
    const was = new Map(before.map((channel) => [channel.id, channel]));
    const edited = after.filter((channel) => {
      const old = was.get(channel.id);
      return old !== undefined && (channel.id === cutNow || showsOtherwise(old, channel));
    });
    return this.#withPlanning(edited, async (planning) => {
      const plans = new Map<string, PlanChange>();
      for (const channel of withDelays(edited, after).filter(({ id }) => was.has(id))) {
        const wish = channel.id === cutNow ? 'renewed now' : 'renewed';
        const change = await this.#planned(channel, wish, planning, plans);
        if (change !== undefined) plans.set(channel.id, change);
      }
      return plans;
    });
  }

  #eachInTurn(channels: readonly Channel[], wish: PlanWish): Promise<void> {
    return this.#withPlanning(channels, async (planning) => {
      const all = await this.#options.catalog.channels.listAll();
      for (const channel of withDelays(channels, all)) {
        if (this.#isClosed) return;
        await this.#turns.take(() => this.#plan(channel, wish, planning));
      }
    });
  }

  async #plan(channel: Channel, wish: PlanWish, planning: Planning): Promise<void> {
    const { catalog } = this.#options;
    const current = await catalog.channels.get(channel.id);
    // Somebody has changed or removed it meanwhile, and has it planned by that.
    if (current === undefined || showsOtherwise(current, channel)) return;
    const change = await this.#planned(current, wish, planning);
    if (change !== undefined) await catalog.airings.replaceFrom(channel.id, change);
  }

  /** From what is kept of it. What it is a delay of may have `changes` that are not written down yet. */
  async #planned(
    channel: Channel,
    wish: PlanWish,
    planning: Planning,
    changes: ReadonlyMap<string, PlanChange> = new Map(),
  ): Promise<PlanChange | undefined> {
    const { catalog, clock, timeZone, span, aheadSeconds = 0 } = this.#options;
    const { programming } = channel;
    const place = { channel, span, aheadSeconds, nowMs: clock.now() };
    if (programming.kind === 'scheduled') return planning.planned({ ...place, programming, wish, timeZone });
    const kept = await catalog.airings.kept(channel.id);
    const now = await catalog.airings.kept(programming.channel_id);
    const change = changes.get(programming.channel_id);
    const original = change === undefined ? now : withChange(now, change);
    const plan = new DelayedPlan({ ...place, programming, kept, original: original.airings });
    return plan.renewed({ isNow: wish === 'renewed now' });
  }

  #withPlanning<T>(channels: readonly Channel[], work: (planning: Planning) => Promise<T>): Promise<T> {
    const programmings = channels.flatMap(({ programming }) => (programming.kind === 'scheduled' ? [programming] : []));
    return this.#options.withPlanning(programmings, work);
  }

  #afterOthers(work: () => Promise<void>): Promise<void> {
    return this.#tracked(this.#turnsOfMany.take(work));
  }

  #tracked<T>(work: Promise<T>): Promise<T> {
    this.#busy = Promise.allSettled([this.#busy, work]);
    return work;
  }
}

/** Channels, and after them all that show the same later. */
function withDelays(channels: readonly Channel[], all: readonly Channel[]): Channel[] {
  const ids = new Set(channels.map(({ id }) => id));
  const delays = all.filter(
    ({ id, programming }) => programming.kind === 'delay' && (ids.has(id) || ids.has(programming.channel_id)),
  );
  return [...channels.filter(({ programming }) => programming.kind === 'scheduled'), ...delays];
}

function showsOtherwise(was: Channel, is: Channel): boolean {
  return was.timeZone !== is.timeZone || !isDeepStrictEqual(was.programming, is.programming);
}
