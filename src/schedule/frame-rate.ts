import { type Rational, valueOf } from '../shared/rational.ts';

/** Frames per second. */
export type FrameRate = Rational;

/** The rates that a channel can have, and nothing in between. */
export const FRAME_RATES: readonly FrameRate[] = [
  { num: 24000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30000, den: 1001 },
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60000, den: 1001 },
  { num: 60, den: 1 },
];

export const DEFAULT_FRAME_RATE: FrameRate = { num: 25, den: 1 };

/** The nearest rate of the table; a variable or unusual rate lands on the one that loses least. */
export function snapFrameRate(framesPerSecond: number): FrameRate {
  if (!(framesPerSecond > 0) || !Number.isFinite(framesPerSecond)) return DEFAULT_FRAME_RATE;
  const distance = (rate: FrameRate) => Math.abs(Math.log(valueOf(rate) / framesPerSecond));
  return FRAME_RATES.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
}

/** The commonest rate of a channel's items, weighed by how long they last; the default when nothing is known. */
export function commonestFrameRate(
  items: readonly { readonly frameRate: FrameRate; readonly durationMs: number }[],
): FrameRate {
  const total = new Map<FrameRate, number>();
  for (const item of items) {
    const rate = snapFrameRate(valueOf(item.frameRate));
    total.set(rate, (total.get(rate) ?? 0) + item.durationMs);
  }
  const [commonest] = [...total].sort((a, b) => b[1] - a[1]);
  return commonest?.[0] ?? DEFAULT_FRAME_RATE;
}
