import { AppError } from '../shared/errors.ts';

export const QUALITY_1080P = '1080p';
export const QUALITY_720P = '720p';
export const QUALITY_480P = '480p';

/** The quality ladder, highest first. Bit rates in kbit/s, sizes in pixels. */
export const QUALITIES = {
  [QUALITY_1080P]: { width: 1920, height: 1080, videoKbps: 5000, bufferKbits: 10_000 },
  [QUALITY_720P]: { width: 1280, height: 720, videoKbps: 3000, bufferKbits: 6000 },
  [QUALITY_480P]: { width: 854, height: 480, videoKbps: 1500, bufferKbits: 3000 },
} as const;

export type Quality = keyof typeof QUALITIES;

/** Every quality is heard alike: AAC, stereo. */
export const AUDIO_KBPS = 192;

export const QUALITY_LEVELS = [QUALITY_1080P, QUALITY_720P, QUALITY_480P] as const satisfies readonly Quality[];

export function isQuality(value: string): value is Quality {
  return Object.hasOwn(QUALITIES, value);
}

/** The quality of that name, or `invalid_quality`. */
export function parseQuality(value: string): Quality {
  if (isQuality(value)) return value;
  throw new AppError('invalid_quality', `invalid quality level "${value}"; use one of ${QUALITY_LEVELS.join(', ')}`);
}

/** Picture and sound together in bits per second: what AVERAGE-BANDWIDTH says. */
export function getBandwidthForQuality(quality: string): number {
  return (QUALITIES[parseQuality(quality)].videoKbps + AUDIO_KBPS) * 1000;
}

/** "1920x1080" and so on. */
export function getResolutionForQuality(quality: string): string {
  const { width, height } = QUALITIES[parseQuality(quality)];
  return `${width}x${height}`;
}
