import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Airing } from '../schedule/airing.ts';
import { segmentAt } from '../schedule/grid.ts';
import { Ledger } from '../schedule/programming/ledger.ts';
import type { ProgrammeLibrary } from '../schedule/programming/library.ts';
import { planBlocks } from '../schedule/programming/plan.ts';
import type { Scheduled } from '../schedule/programming/programming.ts';
import type { Catalog } from './catalog.ts';
import { type Channel, gridOf } from './channel.ts';

/** Airings that start within this time are settled: longer than anything is developed ahead. */
export const SETTLED_MS = 120_000;
/** Segments that players are told of before their time, with the one on air, and one that is just being made. */
const LISTED_SEGMENTS = 4;
/** Beyond that: what comes then has to be developed first. */
const DEVELOP_MS = 8000;
/** Blocks that are planned before requests are answered again; fewer where they take long. */
const SLICE_BLOCKS = 50;
const SLICE_MS = 10;
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
  readonly nowMs: number;
}

/** Where planning goes on: after what is kept. */
interface Head {
  readonly ledger: Ledger;
  readonly segment: number;
  readonly kept: readonly Airing[];
}

/** The airings of one channel, as they are planned at one moment. */
export class ChannelPlan {
  readonly #options: ChannelPlanOptions;

  constructor(options: ChannelPlanOptions) {
    this.#options = options;
  }

  /** Plans on to the horizon and forgets what is long over. */
  async extend(): Promise<void> {
    const { catalog, channel } = this.#options;
    const kept = await this.#forgetOver(await catalog.airings.all(channel.id));
    const head = await this.#headAfter(kept);
    const now = this.#segmentIn(0);
    const begins = kept[0]?.startSegment ?? head.segment;
    if (begins <= now) return this.#write(head, []);
    // The clock was set back to before all that is planned or kept.
    await catalog.airings.forget(channel.id, { ledger: head.ledger.toJSON(), segment: now }, { everything: true });
    return this.#write({ ledger: head.ledger, segment: now, kept: [] }, []);
  }

  /** Plans anew, but for the blocks that are on air or settled. What comes out the same is not touched. */
  async renew(): Promise<void> {
    const { catalog, channel } = this.#options;
    const planned = await catalog.airings.all(channel.id);
    const settled = this.#segmentIn(SETTLED_MS) + 1;
    const cut = planned.findIndex(({ startSegment, block }) => startSegment >= settled && startSegment === block);
    const kept = cut === -1 ? planned : planned.slice(0, cut);
    await this.#write(await this.#headAfter(kept), planned.slice(kept.length));
  }

  /** Forgets the blocks that are long over, and returns the airings that are left. */
  async #forgetOver(planned: readonly Airing[]): Promise<readonly Airing[]> {
    const { catalog, channel, span } = this.#options;
    const keptFrom = this.#segmentIn(-span.keepMs);
    const last = planned.findLastIndex(
      ({ stopSegment, block }, index) => stopSegment <= keptFrom && planned[index + 1]?.block !== block,
    );
    if (last === -1) return planned;
    const { ledger, segment } = await this.#headAfter(planned.slice(0, last + 1));
    await catalog.airings.forget(channel.id, { ledger: ledger.toJSON(), segment });
    return planned.slice(last + 1);
  }

  async #headAfter(kept: readonly Airing[]): Promise<Head> {
    const { catalog, channel } = this.#options;
    const base = await catalog.airings.base(channel.id);
    const ledger = new Ledger(base?.ledger);
    for (const airing of kept) ledger.enter(airing);
    return { ledger, segment: kept.at(-1)?.stopSegment ?? base?.segment ?? this.#segmentIn(0), kept };
  }

  /** Writes down what comes after the head, a slice at a time. What was planned `before` stays as long as it is the same. */
  async #write({ ledger, segment, kept }: Head, before: readonly Airing[]): Promise<void> {
    const { catalog, channel, programming, library, timeZone, span } = this.#options;
    const [now, least] = [this.#segmentIn(0), this.#segmentIn(span.leastMs)];
    const most = Math.max(this.#segmentIn(span.horizonMs), before.at(-1)?.stopSegment ?? 0);
    const place = { channelId: channel.id, grid: gridOf(channel), timeZone: channel.timeZone ?? timeZone };
    const blocks = planBlocks({ ...place, programming, library, ledger }, segment);
    let end = await this.#catchUp(blocks, ledger, segment);
    let ahead = kept.filter(({ stopSegment }) => stopSegment > now).length;
    let isSame = true;
    let same = 0;
    const isEnough = () => end > most || (end > least && ahead >= MOST_AIRINGS && !(isSame && same < before.length));
    while (!isEnough()) {
      const slice: Airing[] = [];
      const sliceEnds = performance.now() + SLICE_MS;
      for (let count = 0; count < SLICE_BLOCKS && !isEnough() && performance.now() < sliceEnds; count++) {
        const block = blocks.next().value;
        slice.push(...block);
        end = block.at(-1)?.stopSegment ?? end;
        ahead += block.length;
      }
      const changed: number = isSame
        ? slice.findIndex((airing, index) => !isDeepStrictEqual(airing, before[same + index]))
        : 0;
      const [first] = changed === -1 ? [] : slice.slice(changed);
      if (first !== undefined) {
        if (isSame) await catalog.airings.replaceFrom(channel.id, first.startSegment, slice.slice(changed));
        else await catalog.airings.append(slice);
      }
      isSame &&= changed === -1;
      same += slice.length;
      await setImmediate();
    }
  }

  /** The machine slept: what would be over by now is not written down. */
  async #catchUp(blocks: ReturnType<typeof planBlocks>, ledger: Ledger, from: number): Promise<number> {
    const { catalog, channel, span } = this.#options;
    const keptFrom = this.#segmentIn(-span.keepMs);
    if (from > keptFrom) return from;
    let segment = from;
    let sliceEnds = performance.now() + SLICE_MS;
    while (segment <= keptFrom) {
      segment = blocks.next().value.at(-1)?.stopSegment ?? segment;
      if (performance.now() < sliceEnds) continue;
      await setImmediate();
      sliceEnds = performance.now() + SLICE_MS;
    }
    await catalog.airings.forget(channel.id, { ledger: ledger.toJSON(), segment });
    return segment;
  }

  #segmentIn(ms: number): number {
    return segmentAt(gridOf(this.#options.channel), this.#options.nowMs + ms);
  }
}
