import { isDeepStrictEqual } from 'node:util';
import { segmentAt } from '../schedule/grid.ts';
import type { ProgrammeLibrary } from '../schedule/programming/library.ts';
import type { Clock } from '../shared/clock.ts';
import type { Airings } from './airings.ts';
import type { Catalog } from './catalog.ts';
import { type Channel, gridOf } from './channel.ts';
import { ChannelPlan, cutNow, type PlanSpan, SETTLED_MS } from './channel-plan.ts';
import type { ChangeChannels } from './channel-writer.ts';

export interface PlannerOptions {
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** IANA name: where channels are that do not say it. */
  readonly timeZone: string;
  readonly span: PlanSpan;
}

/** Writes the table of airings. One channel at a time: each plan begins where the one before has ended. */
export class Planner {
  readonly #options: PlannerOptions;
  /** The last turn: nothing else is written at the same time. */
  #last: Promise<unknown> = Promise.resolve();
  /** The last plan of many channels: a later one knows more of the library, and must not be undone by an earlier one. */
  #lastOfMany: Promise<unknown> = Promise.resolve();
  #waiting: Promise<void> | undefined;
  #busy: Promise<unknown> = Promise.resolve();

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
      await this.#eachInTurn(channels, (plan) => plan.extend());
    });
    return this.#waiting;
  }

  /** Plans channels anew from what there is now, but for the airings that are settled. */
  renew(channels: readonly Channel[]): Promise<void> {
    return this.#afterOthers(() => this.#eachInTurn(channels, (plan) => plan.renew()));
  }

  /**
   * Changes channels, and in the same transaction drops what is planned of those that show something else from now on:
   * what starts after what is settled, or of channel `cutNow` all that no player was told of yet. Then plans them. It does
   * not wait for plans of many channels, only for the one that is just being made.
   */
  edit(change: ChangeChannels, options: { readonly cutNow?: string | undefined } = {}): Promise<readonly Channel[]> {
    return this.#tracked(this.#edit(change, options));
  }

  /** Resolves when nothing is being planned any more. */
  async settled(): Promise<void> {
    await this.#busy;
  }

  async #edit(
    change: ChangeChannels,
    { cutNow: now }: { readonly cutNow?: string | undefined },
  ): Promise<readonly Channel[]> {
    const { channels } = this.#options.catalog;
    const { before, after } = await this.#inTurn(() =>
      channels.edit(change, async (airings, was, is) => {
        if (is.id === now || showsOtherwise(was, is)) await this.#cut(airings, was, is, is.id === now);
      }),
    );
    const known = new Map(before.map((channel) => [channel.id, channel]));
    const replanned = after.filter((channel) => {
      const was = known.get(channel.id);
      return was === undefined || channel.id === now || showsOtherwise(was, channel);
    });
    await this.#eachInTurn(replanned, (plan) => plan.extend());
    return after;
  }

  async #cut(airings: Airings, was: Channel, is: Channel, isNow: boolean): Promise<void> {
    // What another channel shows needs no plan of its own.
    if (is.programming.kind === 'delay') return airings.cut(is.id, 0);
    if (was.programming.kind === 'delay') return undefined;
    const nowMs = this.#options.clock.now();
    const from = isNow
      ? cutNow(is, nowMs)
      : await airings.blockFrom(is.id, segmentAt(gridOf(is), nowMs + SETTLED_MS) + 1);
    return from === undefined ? undefined : airings.cut(is.id, from);
  }

  async #eachInTurn(channels: readonly Channel[], work: (plan: ChannelPlan) => Promise<void>): Promise<void> {
    const programmings = channels.flatMap(({ programming }) => (programming.kind === 'scheduled' ? [programming] : []));
    if (programmings.length === 0) return;
    const library = await this.#options.catalog.programmeLibrary(programmings);
    for (const channel of channels) await this.#inTurn(() => this.#plan(channel, library, work));
  }

  async #plan(channel: Channel, library: ProgrammeLibrary, work: (plan: ChannelPlan) => Promise<void>): Promise<void> {
    const { catalog, clock, timeZone, span } = this.#options;
    const current = await catalog.channels.get(channel.id);
    // Somebody has changed or removed it meanwhile, and has it planned by that.
    if (current === undefined || showsOtherwise(current, channel)) return;
    const { programming } = current;
    if (programming.kind !== 'scheduled') return;
    await work(
      new ChannelPlan({ catalog, channel: current, programming, library, timeZone, span, nowMs: clock.now() }),
    );
  }

  #afterOthers(work: () => Promise<void>): Promise<void> {
    const result = this.#lastOfMany.then(work);
    this.#lastOfMany = result.catch(() => {});
    return this.#tracked(result);
  }

  #tracked<T>(work: Promise<T>): Promise<T> {
    this.#busy = Promise.allSettled([this.#busy, work]);
    return work;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    return result;
  }
}

function showsOtherwise(was: Channel, is: Channel): boolean {
  return was.timeZone !== is.timeZone || !isDeepStrictEqual(was.programming, is.programming);
}
