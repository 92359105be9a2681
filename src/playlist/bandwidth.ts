import type { Quality } from '../ffmpeg/quality.ts';
import { AUDIO_KBPS, QUALITIES } from '../ffmpeg/quality.ts';
import { AppError } from '../shared/errors.ts';

/** Packet headers, tables, padding; the most at 480p and 60 pictures a second, where each picture is small. */
const MPEGTS_OVERHEAD_PERCENT = 8;

/**
 * The most bits per second that one segment can have: in its time the encoder may spend the maximum rate and a buffer
 * that was full before. What BANDWIDTH says (RFC 8216, 4.3.4.2).
 */
export function peakBandwidth(quality: Quality, segmentSeconds: number): number {
  if (!(segmentSeconds > 0)) {
    throw new AppError('invalid_segment_duration', `segment duration must be positive; got ${segmentSeconds} seconds`);
  }
  const { videoKbps, bufferKbits } = QUALITIES[quality];
  const videoKbits = videoKbps * segmentSeconds + bufferKbits;
  const kbps = videoKbits / segmentSeconds + AUDIO_KBPS;
  return Math.ceil(kbps * (100 + MPEGTS_OVERHEAD_PERCENT) * 10);
}
