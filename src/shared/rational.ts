import { z } from 'zod';

/** A fraction in lowest terms, both above zero: a frame rate, the shape of a sample or of a picture. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

/** A fraction as it is kept. */
export const rational = z.object({ num: z.number().int().positive(), den: z.number().int().positive() });

export function reduced(num: number, den: number): Rational {
  const divisor = greatestCommonDivisor(num, den);
  return { num: num / divisor, den: den / divisor };
}

/** `24000/1001` or `64:45` as a fraction; undefined for `0/0`, `0:1`, `N/A` and the like, which stand for unknown. */
export function parseRational(text: string | undefined): Rational | undefined {
  const [, num = 0, den = 0] = (/^(\d+)[/:](\d+)$/.exec(text ?? '') ?? []).map(Number);
  return num > 0 && den > 0 ? reduced(num, den) : undefined;
}

export function valueOf({ num, den }: Rational): number {
  return num / den;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
