import { isDeepStrictEqual } from 'node:util';
import type { Airing } from '../schedule/airing.ts';
import { segmentAt } from '../schedule/grid.ts';
import { Ledger } from '../schedule/programming/ledger.ts';
import type { ProgrammeLibrary } from '../schedule/programming/library.ts';
import { planBlocks } from '../schedule/programming/plan.ts';
import type { Scheduled } from '../schedule/programming/programming.ts';
import type { Slices } from '../shared/slices.ts';
import type { PlanBase, PlanChange } from './airings.ts';
import type { Catalog } from './catalog.ts';
import { type Channel, gridOf } from './channel.ts';

/** Airings that start within this time are settled, and more where more is developed ahead. */
export const SETTLED_MS = 120_000;
/** Beyond what is developed ahead: until a plan is written down, and known to who develops. */
const LEAD_MS = 60_000;
/** Segments that players are told of before their time, with the one on air, and one that is just being made. */
const LISTED_SEGMENTS = 4;
/** Beyond that: what comes then has to be developed first. */
const DEVELOP_MS = 8000;
/** A channel of short clips is planned no further than this, but for `leastMs`. */
const MOST_AIRINGS = 4000;

/** Where what is on air may be cut at a moment: no segment that a player was told of changes any more. */
export function cutNow(channel: Channel, nowMs: number): number {
  const grid = gridOf(channel);
  return segmentAt(grid, nowMs + DEVELOP_MS) + LISTED_SEGMENTS;
}

/** For how long there are airings. */
export interface PlanSpan {
  /** How far ahead they are planned, and how far at least when they are many. */
  readonly horizonMs: number;
  readonly leastMs: number;
  /** How long they are kept after their end. */
  readonly keepMs: number;
}

export interface ChannelPlanOptions {
  readonly catalog: Catalog;
  readonly channel: Channel;
  readonly programming: Scheduled;
  readonly library: ProgrammeLibrary;
  /** IANA name, for a channel without one of its own. */
  readonly timeZone: string;
  readonly span: PlanSpan;
  /** How far what is on air is developed ahead. */
  readonly aheadSeconds: number;
  readonly nowMs: number;
  /** Requests are answered in between. */
  readonly slices: Slices;
}

/** Where planning goes on. */
interface Head {
  readonly ledger: Ledger;
  readonly segment: number;
  /** What is forgotten before it. */
  readonly base?: PlanBase | undefined;
  /** How many airings are kept that are not over. */
  readonly ahead: number;
}

/** What becomes of the plan of one channel at one moment. Nothing is written: guides never see a plan that is half made. */
export class ChannelPlan {
  readonly #options: ChannelPlanOptions;

  constructor(options: ChannelPlanOptions) {
    this.#options = options;
  }

  /** It goes on to the horizon, and what is long over is forgotten. Undefined where it is as it should be. */
  async extended(): Promise<PlanChange | undefined> {
    const { catalog, channel } = this.#options;
    return this.#goOn(await catalog.airings.all(channel.id), []);
  }

  /**
   * It is made anew, but for the blocks that are on air or settled, or with `isNow` but for what players were told of. What
   * comes out the same is not touched.
   */
  async renewed({ isNow = false } = {}): Promise<PlanChange | undefined> {
    const { catalog, channel, nowMs, aheadSeconds } = this.#options;
    const planned = await catalog.airings.all(channel.id);
    const settled = this.#segmentIn(Math.max(SETTLED_MS, aheadSeconds * 1000 + LEAD_MS)) + 1;
    const cut = isNow
      ? cutNow(channel, nowMs)
      : planned.find(({ startSegment, block }) => startSegment >= settled && startSegment === block)?.startSegment;
    if (cut === undefined) return this.#goOn(planned, []);
    const kept = planned
      .filter(({ startSegment }) => startSegment < cut)
      .map((airing) => ({ ...airing, stopSegment: Math.min(airing.stopSegment, cut) }));
    return this.#goOn(kept, planned.slice(kept.length));
  }

  /** What follows those that are kept. What was planned `before` stays as long as it is the same. */
  async #goOn(kept: readonly Airing[], before: readonly Airing[]): Promise<PlanChange | undefined> {
    const { channel, programming, library, timeZone, span, slices } = this.#options;
    const place = { channelId: channel.id, grid: gridOf(channel), timeZone: channel.timeZone ?? timeZone };
    const head = await this.#headAfter(kept);
    const blocks = planBlocks({ ...place, programming, library, ledger: head.ledger }, head.segment);
    const { segment, base, ahead } = await this.#caughtUp(blocks, head);
    const least = this.#segmentIn(span.leastMs);
    const most = Math.max(this.#segmentIn(span.horizonMs), before.at(-1)?.stopSegment ?? 0);
    const airings: Airing[] = [];
    let same = 0;
    let end = segment;
    const isEnough = () => {
      const isToldBefore = same === airings.length && same < before.length;
      return end > most || (end > least && ahead + airings.length >= MOST_AIRINGS && !isToldBefore);
    };
    while (!isEnough()) {
      for (const airing of blocks.next().value) {
        if (same === airings.length && isDeepStrictEqual(airing, before[same])) same++;
        airings.push(airing);
        end = airing.stopSegment;
      }
      await slices.next();
    }
    const changed = airings.slice(same);
    if (changed.length === 0 && base === undefined) return undefined;
    return { fromSegment: changed[0]?.startSegment ?? end, airings: changed, base };
  }

  async #headAfter(kept: readonly Airing[]): Promise<Head> {
    const { catalog, channel, span } = this.#options;
    const [now, keptFrom] = [this.#segmentIn(0), this.#segmentIn(-span.keepMs)];
    const known = await catalog.airings.base(channel.id);
    const ledger = new Ledger(known?.ledger);
    const overs = kept.findLastIndex(
      ({ stopSegment, block }, index) => stopSegment <= keptFrom && kept[index + 1]?.block !== block,
    );
    const [over, rest] = [kept.slice(0, overs + 1), kept.slice(overs + 1)];
    for (const airing of over) ledger.enter(airing);
    const last = over.at(-1);
    const base = last && { ledger: ledger.toJSON(), segment: last.stopSegment };
    for (const airing of rest) ledger.enter(airing);
    // Where nothing is kept there was no plan until now: the channel showed another one.
    const segment = kept.at(-1)?.stopSegment ?? now;
    if ((rest[0]?.startSegment ?? segment) <= now) {
      return { ledger, segment, base, ahead: rest.filter(({ stopSegment }) => stopSegment > now).length };
    }
    // The clock was set back to before all that is planned or kept.
    return { ledger, segment: now, base: { ledger: ledger.toJSON(), segment: now }, ahead: 0 };
  }

  /** The machine slept: what would be over by now is not written down. */
  async #caughtUp(blocks: ReturnType<typeof planBlocks>, head: Head): Promise<Head> {
    const keptFrom = this.#segmentIn(-this.#options.span.keepMs);
    if (head.segment > keptFrom) return head;
    let { segment } = head;
    while (segment <= keptFrom) {
      segment = blocks.next().value.at(-1)?.stopSegment ?? segment;
      await this.#options.slices.next();
    }
    return { ...head, segment, base: { ledger: head.ledger.toJSON(), segment } };
  }

  #segmentIn(ms: number): number {
    return segmentAt(gridOf(this.#options.channel), this.#options.nowMs + ms);
  }
}
