import { reelSegmentAt, type Showing } from '../schedule/airing.ts';
import { type Grid, soundSlotAt } from '../schedule/grid.ts';
import { soundCut } from '../schedule/sound-cut.ts';

/** The sound slots that a segment owns: first … until-1, counted in AAC frames since the epoch. */
export interface SoundSlots {
  readonly first: number;
  readonly until: number;
}

/**
 * The slots of segment n. They belong to the airing, whatever fills them, up to the first slot of the following
 * segment: at a join that one is the next airing's.
 */
export function soundSlotsOf(
  grid: Grid,
  segment: number,
  airing: Showing | undefined,
  following: Showing | undefined,
): SoundSlots {
  return { first: firstSlot(grid, segment, airing), until: firstSlot(grid, segment + 1, following) };
}

function firstSlot(grid: Grid, segment: number, airing: Showing | undefined): number {
  // Where nothing is planned each segment counts from its own start.
  const showing = airing ?? { startSegment: segment, reelStart: 0 };
  const origin = soundSlotAt(grid, showing.startSegment - showing.reelStart);
  return origin + soundCut(grid, airing === undefined ? 0 : reelSegmentAt(airing, segment));
}
