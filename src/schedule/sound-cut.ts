import { type Grid, SAMPLE_RATE, SAMPLES_PER_SOUND_FRAME } from './grid.ts';

/** Pictures that any encoder may delay a picture by reordering: fixed for ever, so that decode times always fit. */
export const REORDER_PICTURES = 2;

/** Tenths of a sound frame that keep the cut between segments away from ties. */
const CUT_MARGIN_TENTHS = 3n;
/** The same in samples. */
export const CUT_MARGIN_SAMPLES = (Number(CUT_MARGIN_TENTHS) * SAMPLES_PER_SOUND_FRAME) / 10;

/**
 * The first sound frame of reel segment j, counted from the item's start. Segment j has frames cut(j) … cut(j+1)-1;
 * cut(0) is 1: an item's sound frame 0 is never aired.
 */
export function soundCut(grid: Grid, reelSegment: number): number {
  const { num, den } = grid.rate;
  // ceil(j·F·den/num · 46.875 + 0.3), as a fraction of 80·num.
  const numerator =
    BigInt(reelSegment) * BigInt(grid.framesPerSegment) * BigInt(den) * 3750n + CUT_MARGIN_TENTHS * 8n * BigInt(num);
  const denominator = 80n * BigInt(num);
  return Number((numerator + denominator - 1n) / denominator);
}

/**
 * Samples by which a run muxes sound early, so that the muxer's cut falls between the sound frames named above: it cuts
 * where a group is decoded, which is `reorderPictures` before it is shown.
 */
export function soundEarlySamples(grid: Grid, reorderPictures: number): number {
  const { num, den } = grid.rate;
  return Math.round((reorderPictures * den * SAMPLE_RATE) / num + CUT_MARGIN_SAMPLES);
}
