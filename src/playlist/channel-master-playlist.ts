import { getBandwidthForQuality, getResolutionForQuality, type Quality } from '../ffmpeg/quality.ts';
import { type Grid, segmentDuration } from '../schedule/grid.ts';
import { getPlaylistFilename } from '../segments/paths.ts';
import { peakBandwidth } from './bandwidth.ts';
import { generateMasterPlaylist } from './master-playlist.ts';
import { validateMasterPlaylist } from './validate.ts';

/** The master playlist of a channel, the same for all viewers: a variant for each of its qualities, in their order. */
export function channelMasterPlaylist(grid: Grid, qualities: readonly Quality[]): string {
  const playlist = generateMasterPlaylist(
    qualities.map((quality) => ({
      bandwidth: peakBandwidth(quality, segmentDuration(grid)),
      averageBandwidth: getBandwidthForQuality(quality),
      resolution: getResolutionForQuality(quality),
      frameRate: grid.rate.num / grid.rate.den,
      path: getPlaylistFilename(quality),
    })),
  );
  validateMasterPlaylist(playlist);
  return playlist;
}
