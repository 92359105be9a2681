import { reduced } from '../shared/rational.ts';
import type { FrameRate } from './frame-rate.ts';

/** Ticks per second of MPEG-TS time stamps, and where they wrap (ISO/IEC 13818-1, 2.4.3.6). */
export const TICKS_PER_SECOND = 90_000;
export const TICKS_WRAP = 2 ** 33;
/** Samples per second and per AAC frame of everything that is aired. */
export const SAMPLE_RATE = 48_000;
export const SAMPLES_PER_SOUND_FRAME = 1024;
/** Ticks of one AAC frame: exact, so sound slots never drift. */
export const TICKS_PER_SOUND_FRAME = 1920;

/** A channel's clock: segment n is pictures n·F … (n+1)·F-1 since the Unix epoch, for ever. */
export interface Grid {
  readonly rate: FrameRate;
  /** F: whole pictures in a segment. */
  readonly framesPerSegment: number;
  readonly segmentSeconds: number;
}

/** The grid of a frame rate of the table and a nominal segment length in whole seconds. */
export function createGrid(rate: FrameRate, segmentSeconds: number): Grid {
  return { rate, segmentSeconds, framesPerSegment: segmentSeconds * Math.round(rate.num / rate.den) };
}

/** The exact length of a segment in seconds: what EXTINF says. */
export function segmentDuration(grid: Grid): number {
  return (grid.framesPerSegment * grid.rate.den) / grid.rate.num;
}

/** The segment on air at a moment, milliseconds since the epoch. */
export function segmentAt(grid: Grid, epochMs: number): number {
  const { num, den } = grid.rate;
  // Whole microseconds in BigInt: n·F·den·1000 is beyond 2^53.
  return Number(floorDiv(BigInt(Math.round(epochMs * 1000)) * BigInt(num), perSegment(grid, 1_000_000) * BigInt(den)));
}

/** When segment n begins, in milliseconds since the epoch (a fraction at most rates); exact up to picture 6·10^11. */
export function segmentStartMs(grid: Grid, segment: number): number {
  const { num, den } = grid.rate;
  const parts = segment * grid.framesPerSegment * den;
  // Whole seconds apart from the rest, so that nothing is beyond 2^53: guides ask for tens of thousands.
  const rest = parts % num;
  const seconds = (parts - rest) / num;
  // Rounded up to a microsecond, so that segmentAt() of the start is the segment itself.
  return (seconds * 1_000_000 + Math.ceil((rest * 1_000_000) / num)) / 1000;
}

/** How many segments something lasts: whole ones, rounded up, at least one. */
export function segmentsIn(grid: Grid, durationMs: number): number {
  const { num, den } = grid.rate;
  const frames = Math.ceil((durationMs * num) / (den * 1000) - 0.01);
  return Math.max(1, Math.ceil(frames / grid.framesPerSegment));
}

/** How many segments a setting in seconds amounts to, rounded up. */
export function segmentsOf(grid: Grid, seconds: number): number {
  return Math.max(0, Math.ceil(seconds / segmentDuration(grid) - 1e-9));
}

/** The 90 kHz time of a picture, rounded down and not wrapped; exact up to picture 6·10^11. */
export function pictureTicks(grid: Grid, picture: number): number {
  const { p, q } = ticksPerPicture(grid.rate);
  return Math.floor((picture * p) / q);
}

/** Ticks of one picture as a reduced fraction p/q. */
export function ticksPerPicture(rate: FrameRate): { p: number; q: number } {
  const { num, den } = reduced(TICKS_PER_SECOND * rate.den, rate.num);
  return { p: num, q: den };
}

/**
 * The clock's sound slot nearest to the start of segment n (slots of 1024 samples since the epoch). An airing's sound
 * is counted from the slot of its item's start, so it is at most half a slot, 10.7 ms, from the source's own.
 */
export function soundSlotAt(grid: Grid, segment: number): number {
  const numerator = BigInt(segment) * BigInt(grid.framesPerSegment) * BigInt(grid.rate.den) * 375n;
  const denominator = 8n * BigInt(grid.rate.num);
  return Number(floorDiv(2n * numerator + denominator, 2n * denominator));
}

function perSegment(grid: Grid, unitsPerSecond: number): bigint {
  return BigInt(grid.framesPerSegment) * BigInt(unitsPerSecond);
}

function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}
