import type { Airing } from '../../schedule/airing.ts';
import { Ledger } from '../../schedule/programming/ledger.ts';
import type { KeptPlan, PlanBase } from '../plan-change.ts';

/** A plan without what is long over. */
export interface Shortened {
  /** All that was shown before the rest. */
  readonly ledger: Ledger;
  /** What is forgotten now; undefined where nothing is. */
  readonly base: PlanBase | undefined;
  readonly rest: readonly Airing[];
}

/** Takes the blocks out that have ended at a segment or before it. */
export function withoutLongOver({ airings, base: known }: KeptPlan, keptFrom: number): Shortened {
  const ledger = new Ledger(known?.ledger);
  const overs = airings.findLastIndex(
    ({ stopSegment, block }, index) => stopSegment <= keptFrom && airings[index + 1]?.block !== block,
  );
  const [over, rest] = [airings.slice(0, overs + 1), airings.slice(overs + 1)];
  for (const airing of over) ledger.enter(airing);
  const last = over.at(-1);
  return { ledger, base: last && { ledger: ledger.toJSON(), segment: last.stopSegment }, rest };
}
