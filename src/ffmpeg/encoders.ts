/** Encoders by acceleration method: what turns frames in memory into closed groups of F pictures. */
export interface Encoder {
  readonly codec: string;
  /** What the plain command has; the preset setting replaces the software encoder's. */
  readonly preset: readonly string[];
  /** Options that open the device, before the input. */
  readonly device: readonly string[];
  /** The last filter of the picture's chain: upload to the device where the encoder needs it. */
  readonly upload: string;
  /** Closed groups of a fixed length: an IDR where one is due or forced, and no key picture anywhere else. */
  readonly closedGroups: readonly string[];
  /** Shows pictures in another order than it writes them; one that does not is told where its groups begin. */
  readonly reorders: boolean;
}

const PINNED_COLOURS = 'colorprim=bt709:transfer=bt709:colormatrix=bt709:fullrange=off:chromaloc=0';

export const ENCODERS = {
  none: {
    codec: 'libx264',
    preset: ['-preset', 'veryfast'],
    device: [],
    upload: 'format=yuv420p',
    closedGroups: [
      ...['-sc_threshold', '0', '-bf', '3', '-refs', '3', '-flags', '+cgop', '-profile:v', 'high'],
      ...['-x264-params', `b-pyramid=normal:${PINNED_COLOURS}`],
    ],
    reorders: true,
  },
  nvenc: {
    codec: 'h264_nvenc',
    preset: ['-preset', 'p1'],
    device: [],
    // It uploads by itself.
    upload: 'format=yuv420p',
    closedGroups: ['-forced-idr', '1', '-no-scenecut', '1', '-strict_gop', '1', '-bf', '0', '-profile:v', 'high'],
    reorders: false,
  },
  qsv: {
    codec: 'h264_qsv',
    preset: ['-preset', 'veryfast'],
    device: ['-init_hw_device', 'qsv=gpu', '-filter_hw_device', 'gpu'],
    upload: 'format=nv12,hwupload=extra_hw_frames=64',
    // Without +cgop, with which ffmpeg would ask for closed groups but no longer for strict ones.
    closedGroups: [
      ...['-forced_idr', '1', '-idr_interval', '0', '-adaptive_i', '0', '-adaptive_b', '0', '-look_ahead', '0'],
      ...['-bf', '0', '-profile:v', 'high'],
    ],
    reorders: false,
  },
  vaapi: {
    codec: 'h264_vaapi',
    preset: [],
    device: ['-init_hw_device', 'vaapi=gpu', '-filter_hw_device', 'gpu'],
    upload: 'format=nv12,hwupload',
    // A key picture that is forced is an IDR without being told.
    closedGroups: ['-idr_interval', '0', '-bf', '0', '-profile:v', 'high'],
    reorders: false,
  },
  videotoolbox: {
    codec: 'h264_videotoolbox',
    preset: [],
    device: [],
    upload: 'format=nv12',
    closedGroups: ['-allow_sw', '0', '-realtime', '0', '-bf', '0', '-profile:v', 'high'],
    reorders: false,
  },
} as const satisfies Record<string, Encoder>;

/** A method that has an encoder of its own: every method but `auto`. */
export type EncoderFamily = keyof typeof ENCODERS;
