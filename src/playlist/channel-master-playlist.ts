import { type Channel, gridOf } from '../catalog/channel.ts';
import { getBandwidthForQuality, getResolutionForQuality } from '../ffmpeg/quality.ts';
import { segmentDuration } from '../schedule/grid.ts';
import { getPlaylistFilename } from '../segments/paths.ts';
import { peakBandwidth } from './bandwidth.ts';
import { generateMasterPlaylist } from './master-playlist.ts';
import { validateMasterPlaylist } from './validate.ts';

/** The master playlist of a channel, the same for all viewers: one variant per quality, highest first. */
export function channelMasterPlaylist(channel: Channel): string {
  const duration = segmentDuration(gridOf(channel));
  const playlist = generateMasterPlaylist(
    channel.qualities.map((quality) => ({
      bandwidth: peakBandwidth(quality, duration),
      averageBandwidth: getBandwidthForQuality(quality),
      resolution: getResolutionForQuality(quality),
      frameRate: channel.frameRate.num / channel.frameRate.den,
      path: getPlaylistFilename(quality),
    })),
  );
  validateMasterPlaylist(playlist);
  return playlist;
}
