import { type Rational, reduced, valueOf } from '../shared/rational.ts';

/** Sample aspects that are in use (H.264 table E-1), besides square samples. */
const IN_USE: readonly Rational[] = [
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
  [16, 15],
  [64, 45],
  [8, 9],
  [32, 27],
].map(([num = 1, den = 1]) => ({ num, den }));
/** Hosts round the aspect that they show: "2.35:1" is written for 640x272. */
const TOLERANCE = 0.012;

/**
 * The shape of a stored sample, from the size as stored and the aspect as shown (`16:9`, `2.35:1`); null when either is
 * not known. It is the nearest one that is in use, since hosts round what they show.
 */
export function sampleAspectOf(width: number | null, height: number | null, shown: string | null): Rational | null {
  const [, across, down] = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(shown ?? '') ?? [];
  if (!width || !height || !Number(across) || !Number(down)) return null;
  return nearestSampleAspect((Number(across) / Number(down)) * (height / width));
}

/** The sample aspect in use that is nearest to a measured one; to three digits for one that is near to none. */
export function nearestSampleAspect(measured: number): Rational {
  const square = { num: 1, den: 1 };
  const distance = (aspect: Rational): number => Math.abs(measured / valueOf(aspect) - 1);
  if (distance(square) <= TOLERANCE) return square;
  const [nearest = square] = [...IN_USE].sort((a, b) => distance(a) - distance(b));
  return distance(nearest) <= TOLERANCE ? nearest : reduced(Math.round(measured * 1000), 1000);
}
