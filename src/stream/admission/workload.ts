import type { EncoderFamily } from '../../ffmpeg/encoders.ts';
import type { Cost } from '../../reels/cost.ts';

/** What is still to be developed of a showing. */
export interface Work {
  /** Seconds from now until the first of it is on air. */
  readonly inSeconds: number;
  /** How much, in seconds of the item. */
  readonly seconds: number;
  /** What each of them costs. */
  readonly cost: Cost;
}

/** The next hour of a rendition as far as it is not developed. */
export interface Workload {
  readonly encoder: EncoderFamily;
  readonly work: readonly Work[];
}

/** So much of a machine may be planned for: a rendition begins without a lead and has to get one. */
const USABLE_SHARE = 0.75;
/** And so much for one rendition that is developed early: others want to be developed meanwhile. */
const SHARE_OF_ONE = 0.5;

/**
 * Whether the machine develops all of this by the time that it is on air: its processors together, each encoding device,
 * and each rendition by itself, of which only one segment after another is developed.
 */
export function canCarry(workloads: readonly Workload[], processors: number): boolean {
  const all = workloads.flatMap(({ work }) => work);
  if (!isInTime(all, ({ cpuSeconds }) => cpuSeconds / processors)) return false;
  if (!workloads.every(({ work }) => isInTime(work, wallSeconds))) return false;
  const devices = new Set(workloads.map(({ encoder }) => encoder).filter((encoder) => encoder !== 'none'));
  return [...devices].every((device) =>
    isInTime(
      workloads.filter(({ encoder }) => encoder === device).flatMap(({ work }) => work),
      wallSeconds,
    ),
  );
}

/**
 * How far ahead a rendition has to be developed, in seconds from now, so that what this machine develops slower than it
 * is shown is in time: at least `atLeast`, and up to the last moment until which the work needs all the time there is.
 */
export function secondsAhead(work: readonly Work[], atLeast: number): number {
  const slow = work.filter(({ cost }) => cost.wallSeconds > USABLE_SHARE);
  const isTight = (seconds: number): boolean =>
    dueBy(work, seconds, wallSeconds) > SHARE_OF_ONE * Math.max(0, seconds - atLeast);
  return Math.max(atLeast, ...ends(slow).filter(isTight));
}

/** Until every moment at which something is finished, no more is due than can be done. */
function isInTime(work: readonly Work[], shareOf: (cost: Cost) => number): boolean {
  return ends(work).every((seconds) => dueBy(work, seconds, shareOf) <= USABLE_SHARE * seconds);
}

function ends(work: readonly Work[]): number[] {
  return work.map(({ inSeconds, seconds }) => inSeconds + seconds);
}

/** The machine's seconds that everything takes that is on air before a moment. */
function dueBy(work: readonly Work[], moment: number, shareOf: (cost: Cost) => number): number {
  return work.reduce(
    (sum, { inSeconds, seconds, cost }) => sum + shareOf(cost) * Math.min(seconds, Math.max(0, moment - inSeconds)),
    0,
  );
}

function wallSeconds(cost: Cost): number {
  return cost.wallSeconds;
}
