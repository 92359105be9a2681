import type { Airing } from '../schedule/airing.ts';
import type { StoredLedger } from '../schedule/programming/ledger.ts';

/** What a channel had shown before the first airing that is kept. */
export interface PlanBase {
  readonly ledger: StoredLedger;
  /** The first segment that it knows nothing about. */
  readonly segment: number;
}

/** What is kept of a channel's plan. */
export interface KeptPlan {
  /** In order. */
  readonly airings: readonly Airing[];
  /** What was shown before them, where any was forgotten. */
  readonly base: PlanBase | undefined;
}

/** What becomes of a channel's plan. */
export interface PlanChange {
  /** What is planned from here on goes. */
  readonly fromSegment: number;
  /** What is shown instead. */
  readonly airings: readonly Airing[];
  /** What is forgotten: the airings before it. */
  readonly base?: PlanBase | undefined;
}

/** A plan after a change, as it will be read when that is written down. */
export function withChange(plan: KeptPlan, { fromSegment, airings, base = plan.base }: PlanChange): KeptPlan {
  const forgotten = base === plan.base ? -Infinity : (base?.segment ?? -Infinity);
  const kept = plan.airings
    .filter(({ startSegment }) => startSegment >= forgotten && startSegment < fromSegment)
    .map((airing) => ({ ...airing, stopSegment: Math.min(airing.stopSegment, fromSegment) }));
  return { airings: [...kept, ...airings], base };
}
