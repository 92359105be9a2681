import type { Context, Middleware } from 'koa';
import { AppError } from '../shared/errors.ts';

/** Most documents that anybody sends are shorter. */
const MAX_BYTES = 1_000_000;
/** Pictures are longer, and all channels with theirs. */
const LONGER: readonly (readonly [path: RegExp, maxBytes: number])[] = [
  [/^\/api\/channels\/import$/, 100_000_000],
  [/^\/api\/channels\/[^/]+\/logo$/, 5_000_000],
];
/** A form holds a key and where to go. */
const MAX_FORM_BYTES = 4096;

/** Refuses what says that it is too long, before anything reads it. */
export const limitBody: Middleware = function limitBody(ctx, next) {
  if (Number(ctx.get('Content-Length')) > bodyLimit(ctx)) throw tooLarge(ctx, bodyLimit(ctx));
  return next();
};

/** All bytes that a request brings; `body_too_large` for more than are taken there. */
export async function readBody(ctx: Context): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of ctx.req) {
    const bytes = Buffer.isBuffer(part) ? part : Buffer.from(String(part));
    length += bytes.length;
    if (length > bodyLimit(ctx)) throw tooLarge(ctx, bodyLimit(ctx));
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** The fields of a form as browsers send it; `body_too_large` for one that is longer than such a form can be. */
export async function readForm(ctx: Context): Promise<URLSearchParams> {
  let form = '';
  for await (const part of ctx.req.setEncoding('utf8')) {
    form += String(part);
    if (form.length > MAX_FORM_BYTES) throw tooLarge(ctx, MAX_FORM_BYTES);
  }
  return new URLSearchParams(form);
}

function bodyLimit({ path }: Context): number {
  return LONGER.find(([longer]) => longer.test(path))?.[1] ?? MAX_BYTES;
}

function tooLarge(ctx: Context, maxBytes: number): AppError {
  // Else the rest of it would have to be read before the next request.
  ctx.set('Connection', 'close');
  return new AppError('body_too_large', `the body is too large; at most ${maxBytes} bytes are read`);
}
