import type { Context, Middleware } from 'koa';
import { AppError } from '../shared/errors.ts';

/** No document that anybody sends is longer. */
const MAX_BYTES = 1_000_000;
/** A form holds a key and where to go. */
const MAX_FORM_BYTES = 4096;

/** Refuses what says that it is too long, before anything reads it. */
export const limitBody: Middleware = function limitBody(ctx, next) {
  if (Number(ctx.get('Content-Length')) > MAX_BYTES) throw tooLarge(ctx, MAX_BYTES);
  return next();
};

/** The fields of a form as browsers send it; `body_too_large` for one that is longer than such a form can be. */
export async function readForm(ctx: Context): Promise<URLSearchParams> {
  let form = '';
  for await (const part of ctx.req.setEncoding('utf8')) {
    form += String(part);
    if (form.length > MAX_FORM_BYTES) throw tooLarge(ctx, MAX_FORM_BYTES);
  }
  return new URLSearchParams(form);
}

function tooLarge(ctx: Context, maxBytes: number): AppError {
  // Else the rest of it would have to be read before the next request.
  ctx.set('Connection', 'close');
  return new AppError('body_too_large', `the body is too large; at most ${maxBytes} bytes are read`);
}
