import type { Cost } from '../../reels/cost.ts';
import type { ReelFormat, ReelJob } from '../../reels/reel-job.ts';
import { reelSegmentAt } from '../../schedule/airing.ts';
import { segmentAt, segmentDuration, segmentsOf, segmentStartMs } from '../../schedule/grid.ts';
import type { PlannedItem, ProgrammeWindow } from '../plan/programme-window.ts';
import type { Work } from './workload.ts';

/** For how long a machine must be able to carry what it is asked for. */
const HOUR_SECONDS = 3600;

/** How and with what effort a rendition is developed. */
export interface Manner {
  readonly format: ReelFormat;
  /** The software encoder's. */
  readonly preset: string;
}

/** What is known of reels. */
export interface ReelFacts {
  readonly jobOf: (item: PlannedItem, format: ReelFormat) => ReelJob | undefined;
  readonly has: (key: string, reelSegment: number) => boolean;
  readonly costOf: (job: ReelJob, preset: string) => Cost;
}

/**
 * What of a channel's next hour is not developed in a format yet, showing by showing; what is shown again is developed
 * once.
 */
export function workToDo(window: ProgrammeWindow, { format, preset }: Manner, reels: ReelFacts, nowMs: number): Work[] {
  const { grid } = format;
  const onAir = segmentAt(grid, nowMs);
  const end = onAir + segmentsOf(grid, HOUR_SECONDS);
  const counted = new Map<string, Set<number>>();
  return window.from(onAir).flatMap(({ airing, item }) => {
    const job = item && reels.jobOf(item, format);
    if (job === undefined) return [];
    const known = counted.get(job.key) ?? new Set();
    counted.set(job.key, known);
    let first: number | undefined;
    let missing = 0;
    for (let segment = Math.max(onAir, airing.startSegment); segment < Math.min(airing.stopSegment, end); segment++) {
      const reelSegment = reelSegmentAt(airing, segment);
      if (known.has(reelSegment) || reels.has(job.key, reelSegment)) continue;
      known.add(reelSegment);
      first ??= segment;
      missing++;
    }
    if (first === undefined) return [];
    const inSeconds = Math.max(0, (segmentStartMs(grid, first) - nowMs) / 1000);
    return [{ inSeconds, seconds: missing * segmentDuration(grid), cost: reels.costOf(job, preset) }];
  });
}
