import type { EncoderFamily } from '../ffmpeg/encoders.ts';
import { QUALITIES } from '../ffmpeg/quality.ts';
import type { ReelFormat } from './reel-job.ts';

/** What it takes to develop one second of an item. */
export interface Cost {
  /** Seconds of processors, all together: the same whatever else the machine does. */
  readonly cpuSeconds: number;
  /** Seconds of the clock, where it is the only one that is developed. */
  readonly wallSeconds: number;
}

/**
 * Processor seconds for a million pixels with everything around them, measured on two threads of one core that were both
 * busy: few machines are slower, and the first run of one that is quicker tells so.
 */
const CPU_SECONDS_PER_MEGAPIXEL: Readonly<Record<string, number>> = { superfast: 0.024, veryfast: 0.034, faster: 0.05 };
/** With a hardware encoder processors still decode, scale and upload. */
const HARDWARE_CPU_SECONDS_PER_MEGAPIXEL = 0.012;
const HARDWARE_WALL_SECONDS_PER_MEGAPIXEL = 0.005;

/** What an item costs of which nothing is known but the format, on a machine with so many processors. */
export function typicalCost({ grid, quality, encoder }: ReelFormat, preset: string, processors: number): Cost {
  const { width, height } = QUALITIES[quality];
  const megapixels = (width * height * grid.rate.num) / (grid.rate.den * 1e6);
  if (encoder !== 'none') {
    const wallSeconds = megapixels * HARDWARE_WALL_SECONDS_PER_MEGAPIXEL;
    return { cpuSeconds: megapixels * HARDWARE_CPU_SECONDS_PER_MEGAPIXEL, wallSeconds };
  }
  const cpuSeconds = megapixels * (CPU_SECONDS_PER_MEGAPIXEL[preset] ?? 0.05);
  return { cpuSeconds, wallSeconds: cpuSeconds / processors };
}

/** How a cost is filed: the preset is the software encoder's alone. */
export function costName({ grid, quality, encoder }: ReelFormat, preset: string): string {
  return `${quality} ${grid.rate.num}/${grid.rate.den} ${effortOf(encoder, preset)}`;
}

/** An encoder with the effort that it is told to make: what a machine is slow or quick at. */
export function effortOf(encoder: EncoderFamily, preset: string): string {
  return encoder === 'none' ? `none ${preset}` : encoder;
}
