import type { Airing } from '../../schedule/airing.ts';
import { segmentAt } from '../../schedule/grid.ts';
import { type Channel, gridOf } from '../channels/channel.ts';

/** Airings that start within this time are settled, and more where more is developed ahead. */
export const SETTLED_MS = 120_000;
/** Beyond what is developed ahead: until a plan is written down, and known to who develops. */
const LEAD_MS = 60_000;
/** Segments that players are told of before their time, with the one on air, and one that is just being made. */
const LISTED_SEGMENTS = 4;
/** Beyond that: what comes then has to be developed first. */
const DEVELOP_MS = 8000;

/** When a plan is looked at. */
export interface PlanMoment {
  readonly channel: Channel;
  /** How far what is on air is developed ahead. */
  readonly aheadSeconds: number;
  readonly nowMs: number;
}

/** Where what is on air may be cut at a moment: no segment that a player was told of changes any more. */
export function cutNow(channel: Channel, nowMs: number): number {
  return segmentAt(gridOf(channel), nowMs + DEVELOP_MS) + LISTED_SEGMENTS;
}

/** Where what is settled ends, or with `isNow` what players were told of. */
export function settledUntil({ channel, aheadSeconds, nowMs }: PlanMoment, isNow: boolean): number {
  if (isNow) return cutNow(channel, nowMs);
  const settledMs = Math.max(SETTLED_MS, aheadSeconds * 1000 + LEAD_MS);
  return segmentAt(gridOf(channel), nowMs + settledMs) + 1;
}

/**
 * The blocks that stay whatever is changed: those on air or settled, or with `isNow` what players were told of. `open` is
 * what was planned after them.
 */
export function settledOf(
  planned: readonly Airing[],
  moment: PlanMoment,
  isNow: boolean,
): { readonly settled: readonly Airing[]; readonly open: readonly Airing[] } {
  const until = settledUntil(moment, isNow);
  const next = planned.find(({ startSegment, block }) => startSegment >= until && startSegment === block);
  const cut = isNow ? until : next?.startSegment;
  if (cut === undefined) return { settled: planned, open: [] };
  const settled = planned
    .filter(({ startSegment }) => startSegment < cut)
    .map((airing) => ({ ...airing, stopSegment: Math.min(airing.stopSegment, cut) }));
  return { settled, open: planned.slice(settled.length) };
}
