import type { Context } from 'koa';
import { z } from 'zod';
import { parseGiven } from './parse.ts';

/** The parameters of an address, or `invalid_query` with every field that is wrong and what is allowed there. */
export function parseQuery<T>(ctx: Context, schema: z.ZodType<T>): T {
  return parseGiven(schema, ctx.query, 'invalid_query', 'query');
}

const MOMENT = 'use a moment such as 2026-12-24T18:00:00Z, or seconds since the epoch';
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d:\d\d)$/;

/** A text that is not empty. */
export const text = z.string({ error: 'give it once, as text' }).min(1, 'leave it out or give a text').max(500);

/** `true` or `false`. */
export const flag = z.enum(['true', 'false'], { error: 'use true or false' }).transform((given) => given === 'true');

/** A whole number within bounds. */
export function whole(from: number, to: number) {
  const error = `use a whole number from ${from} to ${to}`;
  return z
    .string({ error })
    .regex(/^-?\d{1,9}$/, { error })
    .transform(Number)
    .refine((number) => number >= from && number <= to, { error });
}

/** A moment, as milliseconds since the epoch. */
export const moment = z
  .string({ error: MOMENT })
  .refine((given) => !Number.isNaN(momentOf(given)), { error: MOMENT })
  .transform(momentOf)
  .describe('ISO 8601, or seconds since the epoch');

function momentOf(given: string): number {
  if (/^\d{1,11}$/.test(given)) return Number(given) * 1000;
  return ISO.test(given) ? Date.parse(given) : Number.NaN;
}
