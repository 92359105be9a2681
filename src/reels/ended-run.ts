import type { Quality } from '../ffmpeg/quality.ts';
import { segmentDuration } from '../schedule/grid.ts';
import type { ReelFormat } from './reel-job.ts';
import type { RunRange } from './run-command.ts';
import type { RunOutcome } from './run.ts';

/** With fewer segments, starting ffmpeg is most of the time. */
const TELLING_SEGMENTS = 3;

/** A run that has ended, for those who count. */
export interface EndedRun {
  readonly quality: Quality;
  readonly outcome: 'whole' | 'unwanted' | 'hung' | 'failed';
  /** How many times faster than it is watched the item was developed; undefined for what is too short to tell. */
  readonly realTimeFactor: number | undefined;
}

/** How a run came to its end, and how fast it was. */
export function endedRun(
  { format, range }: { readonly format: ReelFormat; readonly range: RunRange },
  { taken, isUnwanted }: Pick<RunOutcome, 'taken' | 'isUnwanted'>,
  { hung, elapsedMs }: { readonly hung: boolean; readonly elapsedMs: number },
): EndedRun {
  const { grid, quality } = format;
  const segments = taken - range.from;
  const developedMs = segments * segmentDuration(grid) * 1000;
  return {
    quality,
    outcome: isUnwanted ? 'unwanted' : taken >= range.until ? 'whole' : hung ? 'hung' : 'failed',
    realTimeFactor: segments < TELLING_SEGMENTS ? undefined : developedMs / Math.max(1, elapsedMs),
  };
}
