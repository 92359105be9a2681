import { isDeepStrictEqual } from 'node:util';
import { type Airing, airingAt } from '../../schedule/airing.ts';
import { type Grid, segmentAt, segmentsOf } from '../../schedule/grid.ts';
import type { Delay } from '../../schedule/programming/programming.ts';
import { gridOf } from '../channels/channel.ts';
import type { PlanSpan } from './channel-plan.ts';
import { withoutLongOver } from './long-over.ts';
import type { KeptPlan, PlanChange } from '../plan-change.ts';
import { type PlanMoment, settledOf, settledUntil } from './settled.ts';

export interface DelayedPlanOptions extends PlanMoment {
  readonly programming: Delay;
  readonly kept: KeptPlan;
  /** What the other channel airs, as far as it is kept. */
  readonly original: readonly Airing[];
  readonly span: Pick<PlanSpan, 'keepMs'>;
}

/** How many segments later a channel airs what another one does. */
export function delayOn(grid: Grid, { minutes }: Delay): number {
  return segmentsOf(grid, minutes * 60);
}

/** An airing so many segments later. */
export function delayedBy(airing: Airing, delay: number): Airing {
  const { startSegment, stopSegment, block } = airing;
  return { ...airing, startSegment: startSegment + delay, stopSegment: stopSegment + delay, block: block + delay };
}

/** What becomes at one moment of the plan of a channel that airs what another one does, later. */
export class DelayedPlan {
  readonly #options: DelayedPlanOptions;

  constructor(options: DelayedPlanOptions) {
    this.#options = options;
  }

  /**
   * It follows the other one's, but for what is settled, or with `isNow` for what players were told of. Undefined where it is
   * as it should be.
   */
  renewed({ isNow = false } = {}): PlanChange | undefined {
    const { channel, kept, span, nowMs } = this.#options;
    const keptFrom = segmentAt(gridOf(channel), nowMs - span.keepMs);
    const { stays, airings } = this.#parts(keptFrom, isNow);
    const before = kept.airings.slice(stays.length);
    const same = airings.findIndex((airing, index) => !isDeepStrictEqual(airing, before[index]));
    const { base } = withoutLongOver({ ...kept, airings: [...stays, ...airings] }, keptFrom);
    const changed = same === -1 ? [] : airings.slice(same).filter((each) => each.startSegment >= (base?.segment ?? 0));
    if (changed.length === 0 && airings.length === before.length && base === undefined) return undefined;
    const end = airings.at(-1)?.stopSegment ?? stays.at(-1)?.stopSegment ?? 0;
    return { fromSegment: changed[0]?.startSegment ?? end, airings: changed, base };
  }

  /** What stays of its own, and what it shows after that. */
  #parts(keptFrom: number, isNow: boolean): { readonly stays: readonly Airing[]; readonly airings: readonly Airing[] } {
    const { channel, kept, nowMs } = this.#options;
    const now = segmentAt(gridOf(channel), nowMs);
    const later = this.#later();
    const { settled } = settledOf(kept.airings, this.#options, isNow);
    const last = airingAt(kept.airings, settledUntil(this.#options, isNow) - 1) ?? settled.at(-1);
    // Nothing is kept of it, or the clock was set back to before all that is.
    const isAnew = last === undefined || (settled[0]?.startSegment ?? now) > now;
    if (isAnew) return { stays: [], airings: begunAt(now, later, keptFrom) };
    const { startSegment: start } = last;
    const same = later.findIndex(({ startSegment }) => startSegment === start);
    const stopSegment = later[same]?.stopSegment;
    // What is the other one's already goes on as that does, and ends where that is cut.
    if (isDeepStrictEqual(later[same], { ...last, stopSegment })) {
      return { stays: settled.filter(({ startSegment }) => startSegment < start), airings: later.slice(same) };
    }
    return { stays: settled, airings: joinedAt(settled.at(-1)?.stopSegment ?? now, later) };
  }

  #later(): Airing[] {
    const { channel, original, programming } = this.#options;
    const delay = delayOn(gridOf(channel), programming);
    return original.map((airing) => ({ ...delayedBy(airing, delay), channelId: channel.id }));
  }
}

/** All of it, with its past; nothing is on where that begins later. */
function begunAt(now: number, later: readonly Airing[], keptFrom: number): Airing[] {
  const shown = later.filter(({ stopSegment }) => stopSegment > keptFrom);
  return [...offAirUntil(shown[0], now), ...shown];
}

/** What is shown from a segment on: it may be joined in the middle of a programme, as whoever tunes in does. */
function joinedAt(from: number, later: readonly Airing[]): Airing[] {
  const shown = later.filter(({ stopSegment }) => stopSegment > from);
  const programme = shown.find(({ kind, block }) => kind === 'programme' && block < from);
  const head = Math.max(from, programme?.startSegment ?? from);
  const joined = shown.map((airing): Airing => {
    if (airing.block >= from) return airing;
    const startSegment = Math.max(from, airing.startSegment);
    const passed = 'itemId' in airing ? startSegment - airing.startSegment : 0;
    const block = startSegment < head ? from : head;
    return { ...airing, startSegment, reelStart: airing.reelStart + passed, block };
  });
  return [...offAirUntil(joined[0], from), ...joined];
}

function offAirUntil(next: Airing | undefined, from: number): Airing[] {
  if (next === undefined || next.startSegment <= from) return [];
  const { channelId, startSegment: stopSegment } = next;
  return [{ channelId, kind: 'off-air', startSegment: from, stopSegment, reelStart: 0, block: from }];
}
