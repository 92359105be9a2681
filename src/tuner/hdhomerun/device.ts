import type { Quality } from '../../ffmpeg/quality.ts';

/** A tuner as hosts see it: an HDHomeRun that does not transcode. */
export interface TunerDevice {
  /** Eight hexadecimal digits; hosts know the device by it. */
  readonly id: string;
  readonly name: string;
  readonly tunerCount: number;
}

/** What a lineup says of a channel. */
export interface LineupChannel {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly tunerQuality: Quality;
}

/** One without a transcoder: for a model with one Jellyfin appends `?transcode=` to addresses. */
export const MODEL = 'HDHR4-2US';
export const FIRMWARE = 'hdhomerun4_atsc';
export const FIRMWARE_VERSION = '20200907';
