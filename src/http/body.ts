import type { Context } from 'koa';
import type { z } from 'zod';
import { AppError } from '../shared/errors.ts';
import { parseGiven } from './parse.ts';
import { readBody } from './request-body.ts';

const JSON_TYPE = /^application\/(json|merge-patch\+json)$/;

/** The JSON that a request brings, as a schema has it. */
export async function parseBody<T>(ctx: Context, schema: z.ZodType<T>): Promise<T> {
  if (!JSON_TYPE.test(ctx.request.type)) {
    throw new AppError(
      'unsupported_media_type',
      'unsupported media type; send JSON with Content-Type: application/json',
    );
  }
  const bytes = await readBody(ctx);
  return parseGiven(schema, jsonOf(bytes.toString()), 'invalid_body', 'body');
}

/** JSON as text, read; `invalid_body` for what is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('invalid_body', 'invalid body; it is not JSON', { cause: error });
  }
}
