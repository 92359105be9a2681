import type { Quality } from '../../ffmpeg/quality.ts';
import { QUALITIES, getResolutionForQuality } from '../../ffmpeg/quality.ts';
import { getOutputPath, segmentDirectory } from '../../segments/paths.ts';

/** A quality in which a stream is on air, and where its files are. */
export interface StreamQuality {
  readonly level: Quality;
  /** Picture only, kbit/s. */
  readonly bitrate: number;
  /** "1920x1080". */
  readonly resolution: string;
  /** The folder of its segments. */
  readonly segmentPath: string;
  /** Its media playlist. */
  readonly playlistPath: string;
}

/** A stream's quality as the API says it. */
export interface StreamQualityJson {
  readonly level: Quality;
  readonly bitrate: number;
  readonly resolution: string;
  readonly segment_path: string;
  readonly playlist_path: string;
}

/** What the ladder and the segment output tree say of a channel's quality. */
export function streamQuality(baseDir: string, channelId: string, quality: Quality): StreamQuality {
  return {
    level: quality,
    bitrate: QUALITIES[quality].videoKbps,
    resolution: getResolutionForQuality(quality),
    segmentPath: segmentDirectory(baseDir, channelId, quality),
    playlistPath: getOutputPath(baseDir, channelId, quality),
  };
}

export function streamQualityJson(quality: StreamQuality): StreamQualityJson {
  const { level, bitrate, resolution, segmentPath, playlistPath } = quality;
  return { level, bitrate, resolution, segment_path: segmentPath, playlist_path: playlistPath };
}
