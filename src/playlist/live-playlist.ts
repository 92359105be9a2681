import { type Grid, segmentDuration, segmentStartMs } from '../schedule/grid.ts';
import { generateMediaPlaylist } from './media-playlist.ts';
import type { Segment } from './types.ts';

/** A segment with its number on the channel's clock. */
export type NumberedSegment = Segment & { readonly sequence: number };

/**
 * The playlist of a rendition that is on air: the newest segments that follow one another, at most `windowSegments`,
 * under their numbers on the clock, each with its date. Undefined where there is none. `discontinuities` are the
 * segments, of all that were ever listed, that do not go on from the one listed before.
 */
export function renderLivePlaylist(
  grid: Grid,
  segments: readonly NumberedSegment[],
  windowSegments: number,
  discontinuities: readonly number[],
): string | undefined {
  const listed = newestWithoutGap(segments).map((segment) => ({
    ...segment,
    programDateTime: segmentStartMs(grid, segment.sequence),
    discontinuity: discontinuities.includes(segment.sequence),
  }));
  const [first] = listed;
  if (first === undefined) return undefined;
  return generateMediaPlaylist(listed, {
    targetDuration: Math.round(segmentDuration(grid)),
    mediaSequence: first.sequence,
    discontinuitySequence: discontinuities.filter((at) => at < first.sequence).length,
    maxSegments: windowSegments,
  });
}

function newestWithoutGap(segments: readonly NumberedSegment[]): readonly NumberedSegment[] {
  const gap = segments.findLastIndex(
    (segment, at) => at > 0 && segment.sequence !== (segments[at - 1]?.sequence ?? 0) + 1,
  );
  return gap === -1 ? segments : segments.slice(gap);
}
