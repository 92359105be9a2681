import type { EncoderFamily } from '../../ffmpeg/encoders.ts';
import type { Quality } from '../../ffmpeg/quality.ts';
import { TUNE_IN_PRESET } from '../../reels/developer.ts';
import type { Speeds } from '../../reels/speeds.ts';
import { type Grid, segmentAt } from '../../schedule/grid.ts';
import type { Candidate } from './admission.ts';
import type { ProgrammeWindow } from '../plan/programme-window.ts';
import type { Splicer } from '../playout/splicer.ts';
import { type Manner, type ReelFacts, workToDo } from './work-to-do.ts';

export interface CandidateTools {
  readonly splicer: Splicer;
  readonly speeds: Speeds;
  readonly preset: string;
}

/** The ways in which a rendition could be developed, best first, each with the work that it means. */
export function candidatesFor(
  window: ProgrammeWindow,
  {
    grid,
    quality,
    encoders,
    nowMs,
  }: { grid: Grid; quality: Quality; encoders: readonly EncoderFamily[]; nowMs: number },
  tools: CandidateTools,
): Candidate[] {
  const manners: Manner[] = encoders.map((encoder) => ({ format: { grid, quality, encoder }, preset: tools.preset }));
  if (encoders.includes('none') && tools.preset !== TUNE_IN_PRESET) {
    manners.push({ format: { grid, quality, encoder: 'none' }, preset: TUNE_IN_PRESET });
  }
  return manners.map((manner) => {
    const onAir = window.at(segmentAt(grid, nowMs))?.item;
    const job = onAir && tools.splicer.jobOf(onAir, manner.format);
    const isMeasured = job !== undefined && tools.speeds.isMeasured(job, manner.preset);
    return { ...manner, isMeasured, work: workToDo(window, manner, reelFacts(tools), nowMs) };
  });
}

/** What is known of reels, as work is counted from it. */
export function reelFacts({ splicer, speeds }: CandidateTools): ReelFacts {
  return {
    jobOf: (item, format) => splicer.jobOf(item, format),
    has: (key, reelSegment) => splicer.has(key, reelSegment),
    costOf: (job, preset) => speeds.costOf(job, preset),
  };
}
