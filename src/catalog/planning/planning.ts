import type { Airing } from '../../schedule/airing.ts';
import type { FrameRate } from '../../schedule/frame-rate.ts';
import type { Scheduled } from '../../schedule/programming/programming.ts';
import type { PlanSpan } from './channel-plan.ts';
import type { PlanChange } from '../plan-change.ts';
import type { PlanMoment } from './settled.ts';

/** How a plan is to become: longer, or made anew, but for what is settled or for what players were told of. */
export type PlanWish = 'extended' | 'renewed' | 'renewed now';

export interface PlanRequest extends PlanMoment {
  readonly programming: Scheduled;
  readonly wish: PlanWish;
  /** IANA name, for a channel without one of its own. */
  readonly timeZone: string;
  readonly span: PlanSpan;
}

/** A channel that is not there: what it would air from one moment to another. Milliseconds since the epoch. */
export interface PreviewRequest {
  readonly programming: Scheduled;
  readonly frameRate: FrameRate;
  readonly segmentSeconds: number;
  /** IANA name. */
  readonly timeZone: string;
  readonly nowMs: number;
  readonly untilMs: number;
}

export interface SampleRequest {
  readonly programming: Scheduled;
  readonly nowMs: number;
}

/** Answers what takes all that programmings can show. Nothing is written. */
export interface Planning {
  /** What becomes of what is kept of a channel's plan; undefined where it is as it should be. */
  planned(request: PlanRequest): Promise<PlanChange | undefined>;
  previewed(request: PreviewRequest): Promise<Airing[]>;
  /** The ids of some items, from all over what a programming shows between its fillers. */
  sampled(request: SampleRequest): Promise<string[]>;
}

/** Reads all that `programmings` can show, once, for `work`; that is begun anew where the reading was lost on the way. */
export type WithPlanning = <T>(
  programmings: readonly Scheduled[],
  work: (planning: Planning) => Promise<T>,
) => Promise<T>;
