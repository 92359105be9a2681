import { isDeepStrictEqual } from 'node:util';
import type { Airing } from '../../schedule/airing.ts';
import { segmentAt } from '../../schedule/grid.ts';
import type { Ledger } from '../../schedule/programming/ledger.ts';
import type { ProgrammeLibrary } from '../../schedule/programming/library.ts';
import { planBlocks } from '../../schedule/programming/plan.ts';
import type { Scheduled } from '../../schedule/programming/programming.ts';
import type { Slices } from '../../shared/slices.ts';
import { gridOf } from '../channels/channel.ts';
import { withoutLongOver } from './long-over.ts';
import type { KeptPlan, PlanBase, PlanChange } from '../plan-change.ts';
import { type PlanMoment, settledOf } from './settled.ts';

/** A channel of short clips is planned no further than this, but for `leastMs`. */
const MOST_AIRINGS = 4000;

/** For how long there are airings. */
export interface PlanSpan {
  /** How far ahead they are planned, and how far at least when they are many. */
  readonly horizonMs: number;
  readonly leastMs: number;
  /** How long they are kept after their end. */
  readonly keepMs: number;
}

export interface ChannelPlanOptions extends PlanMoment {
  readonly programming: Scheduled;
  readonly library: ProgrammeLibrary;
  readonly kept: KeptPlan;
  /** IANA name, for a channel without one of its own. */
  readonly timeZone: string;
  readonly span: PlanSpan;
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
  extended(): Promise<PlanChange | undefined> {
    return this.#goOn(this.#options.kept.airings, []);
  }

  /**
   * It is made anew, but for the blocks that are on air or settled, or with `isNow` but for what players were told of. What
   * comes out the same is not touched.
   */
  renewed({ isNow = false } = {}): Promise<PlanChange | undefined> {
    const { settled, open } = settledOf(this.#options.kept.airings, this.#options, isNow);
    return this.#goOn(settled, open);
  }

  /** What follows those that are kept. What was planned `before` stays as long as it is the same. */
  async #goOn(kept: readonly Airing[], before: readonly Airing[]): Promise<PlanChange | undefined> {
    const { channel, programming, library, timeZone, span, slices } = this.#options;
    const place = { channelId: channel.id, grid: gridOf(channel), timeZone: channel.timeZone ?? timeZone };
    const head = this.#headAfter(kept);
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

  #headAfter(airings: readonly Airing[]): Head {
    const { kept, span } = this.#options;
    const [now, keptFrom] = [this.#segmentIn(0), this.#segmentIn(-span.keepMs)];
    const { ledger, base, rest } = withoutLongOver({ airings, base: kept.base }, keptFrom);
    for (const airing of rest) ledger.enter(airing);
    const segment = airings.at(-1)?.stopSegment ?? now;
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
