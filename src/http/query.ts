import type { Context } from 'koa';
import { z } from 'zod';
import { AppError } from '../shared/errors.ts';

/** The parameters of an address, or `invalid_query` with every field that is wrong and what is allowed there. */
export function parseQuery<T>(ctx: Context, schema: z.ZodType<T>): T {
  const result = schema.safeParse(ctx.query);
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new AppError('invalid_query', `invalid query; ${mistakes.join('; ')}`);
}

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
