/**
 * Sidecast as a package: the streaming engine's contract, and the whole sidecar for those who embed it.
 *
 * @packageDocumentation
 */

// The sidecar.
export { createSidecar, type Sidecar, type SidecarOptions } from './sidecar.ts';
export { parseSettings, type Settings, settingsJSONSchema } from './config.ts';
export { AppError, type ErrorCode } from './shared/errors.ts';
export { type Clock, systemClock, type Timer } from './shared/clock.ts';
export { createLogger, type Logger, silentLogger } from './shared/logger.ts';

// Hardware detection.
export { checkFFmpegInstalled } from './ffmpeg/version.ts';
export {
  detectHardwareEncoders,
  HARDWARE_ACCEL_AUTO,
  HARDWARE_ACCEL_NONE,
  HARDWARE_ACCEL_NVENC,
  HARDWARE_ACCEL_QSV,
  HARDWARE_ACCEL_VAAPI,
  HARDWARE_ACCEL_VIDEOTOOLBOX,
  type HardwareAccel,
  isHardwareAccel,
  selectBestEncoder,
  validateHardwareAccel,
} from './ffmpeg/hardware.ts';

// Command builder and processes.
export {
  getBandwidthForQuality,
  getResolutionForQuality,
  QUALITIES,
  type Quality,
  QUALITY_1080P,
  QUALITY_480P,
  QUALITY_720P,
} from './ffmpeg/quality.ts';
export { buildHLSCommand, type FFmpegCommand, type StreamParams } from './ffmpeg/hls-command.ts';
export { type FFmpegExit, type FFmpegProcess, launchFFmpeg, terminateProcess } from './ffmpeg/process.ts';
export { captureFFmpegOutput } from './ffmpeg/output.ts';

// The segment output tree.
export { getOutputPath, getPlaylistFilename, getSegmentPattern } from './segments/paths.ts';
export { discoverSegments } from './segments/discovery.ts';
export { cleanupOrphanedDirectories, cleanupSegments, createSegmentDirectories } from './segments/cleanup.ts';

// Playlists.
export {
  type MasterPlaylist,
  type MediaPlaylist,
  type MediaPlaylistConfig,
  PLAYLIST_TYPE_EVENT,
  PLAYLIST_TYPE_VOD,
  type PlaylistVariant,
  type Segment,
} from './playlist/types.ts';
export { generateMasterPlaylist } from './playlist/master-playlist.ts';
export { generateMediaPlaylist } from './playlist/media-playlist.ts';
export { validateMasterPlaylist, validateMediaPlaylist } from './playlist/validate.ts';
export { writePlaylistAtomic } from './playlist/writer.ts';

// Streams.
export {
  canTransitionTo,
  isStreamState,
  STATE_ACTIVE,
  STATE_FAILED,
  STATE_IDLE,
  STATE_STARTING,
  STATE_STOPPING,
  type StreamState,
} from './stream/session/state.ts';
export { type StreamQuality } from './stream/session/stream-quality.ts';
export { StreamSession, type StreamSessionJson } from './stream/session/session.ts';
export { SessionManager } from './stream/session/session-manager.ts';
export { StreamManager, type StreamManagerOptions, type TuneIn } from './stream/stream-manager.ts';

// The judge.
export { renderReport, type Report, verify, type VerifyOptions } from './verify/verify.ts';
