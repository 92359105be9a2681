import { DEFAULT_FRAME_RATE, FRAME_RATES } from '../schedule/frame-rate.ts';
import { parseRational, type Rational, reduced, valueOf } from '../shared/rational.ts';
import type { MediaFacts } from './media-facts.ts';
import type { ReportStream } from './probe-report.ts';

/** A rate this close to one of the table is that one. */
const SAME_RATE = 2e-4;
/** An average this close to the rate of the time stamps is that rate, with a picture more or less. */
const SAME_PACE = 0.01;
/** Above this ffprobe has found no rate, and tells the steps of the container's clock. */
const FASTEST_GUESS = 240;

/**
 * ffprobe tells two rates: the average one, and the lowest of which all time stamps are multiples. Where they agree, or the
 * second one counts fields, the rate is constant, and exact even where the container's clock is too coarse for it.
 */
export function frameRateOf(stream: ReportStream): Pick<MediaFacts, 'frameRate' | 'variableFrameRate'> {
  const average = averageRate(stream);
  const base = parseRational(stream.r_frame_rate);
  if (base === undefined) return { frameRate: average, variableFrameRate: false };
  const constant = [base, reduced(base.num, 2 * base.den)].find((rate) => isNear(average, rate, SAME_PACE));
  if (isStandard(average)) {
    return { frameRate: average, variableFrameRate: constant === undefined && valueOf(base) <= FASTEST_GUESS };
  }
  return { frameRate: constant ?? average, variableFrameRate: constant === undefined };
}

/** Pictures per second on average, as ffprobe says it; one that is a rate of the table but for a clock's steps is that. */
export function averageRate(stream: ReportStream): Rational {
  const measured = parseRational(stream.avg_frame_rate) ?? parseRational(stream.r_frame_rate) ?? DEFAULT_FRAME_RATE;
  return FRAME_RATES.find((rate) => isNear(measured, rate, SAME_RATE)) ?? measured;
}

function isNear(a: Rational, b: Rational, tolerance: number): boolean {
  return Math.abs(valueOf(a) / valueOf(b) - 1) < tolerance;
}

/** Whether it is one of the table. */
export function isStandard({ num, den }: Rational): boolean {
  return FRAME_RATES.some((rate) => rate.num === num && rate.den === den);
}
