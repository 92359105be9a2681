import { type Grid, segmentDuration, segmentStartMs } from '../schedule/grid.ts';
import { generateMediaPlaylist } from './media-playlist.ts';
import { PLAYLIST_TYPE_EVENT, PLAYLIST_TYPE_VOD } from './types.ts';

export interface CatchUpPlaylist {
  readonly grid: Grid;
  /** The first segment that is played. */
  readonly from: number;
  /** The first that is no longer listed. */
  readonly until: number;
  /** `growing`: more will follow; `over`: what grew is complete; `past`: it was complete from the first. */
  readonly state: 'growing' | 'over' | 'past';
  readonly pathOf: (segment: number) => string;
}

/**
 * The playlist of a programme that began in the past: EVENT while it is on air, so that players begin with its
 * beginning, else VOD. One that has been EVENT is never made VOD (RFC 8216, 6.2.1): it is only ended.
 */
export function renderCatchUpPlaylist({ grid, from, until, state, pathOf }: CatchUpPlaylist): string {
  const duration = segmentDuration(grid);
  const segments = Array.from({ length: until - from }, (_, index) => ({
    duration,
    path: pathOf(from + index),
    sequence: from + index,
    // The others follow from it; a film has thousands of segments.
    programDateTime: index === 0 ? segmentStartMs(grid, from) : undefined,
  }));
  return generateMediaPlaylist(segments, {
    targetDuration: Math.round(duration),
    mediaSequence: from,
    playlistType: state === 'past' ? PLAYLIST_TYPE_VOD : PLAYLIST_TYPE_EVENT,
    ...(state === 'past' ? {} : { startOffset: 0 }),
    isComplete: state !== 'growing',
  });
}
