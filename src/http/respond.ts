import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Context } from 'koa';

const compress = promisify(gzip);

export interface TextResponse {
  readonly type: string;
  readonly body: string;
  readonly cacheControl?: string;
  /** Off for HLS: playlists are small, and some players do not ask for what they get. */
  readonly compressible?: boolean;
}

/** Answers with text: validator, 304 for a client that has it already, gzip for one that wants it. */
export async function respondWithText(ctx: Context, response: TextResponse): Promise<void> {
  const { type, body, cacheControl = 'no-cache', compressible = true } = response;
  ctx.status = 200;
  ctx.set('Content-Type', type);
  ctx.set('Cache-Control', cacheControl);
  ctx.etag = etagOf(body);
  if (compressible) ctx.vary('Accept-Encoding');
  if (clientHasIt(ctx)) {
    ctx.status = 304;
    return;
  }
  if (compressible && ctx.acceptsEncodings('gzip', 'identity') === 'gzip') {
    ctx.set('Content-Encoding', 'gzip');
    ctx.body = await compress(body);
  } else {
    ctx.body = Buffer.from(body);
  }
}

/** The last text and its validator: many ask for the same playlist one after another. */
let last = { body: '', etag: '' };

/** Weak: the same text is sent compressed and plain. */
export function etagOf(body: string): string {
  if (body !== last.body || last.etag === '') last = { body, etag: `W/"${hash('sha1', body, 'base64url')}"` };
  return last.etag;
}

/**
 * RFC 9110, 13.2.2. Koa's own `fresh` says no to every request with `Cache-Control: no-cache`, which fetch adds to those
 * that bring a validator; that header is meant for caches on the way.
 */
function clientHasIt(ctx: Context): boolean {
  const known = ctx.get('If-None-Match');
  if (known === '') return ctx.lastModified !== undefined && ctx.lastModified <= new Date(ctx.get('If-Modified-Since'));
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return known === '*' || known.split(',').some((tag) => opaque(tag) === opaque(ctx.response.etag));
}

/** Answers with bytes that are compressed already: validator, and 304 for a client that has them. */
export function respondWithBytes(
  ctx: Context,
  { type, bytes, cacheControl }: { readonly type: string; readonly bytes: Buffer; readonly cacheControl: string },
): void {
  ctx.status = 200;
  ctx.set('Content-Type', type);
  ctx.set('Cache-Control', cacheControl);
  ctx.etag = `"${hash('sha1', bytes, 'base64url')}"`;
  if (clientHasIt(ctx)) ctx.status = 304;
  else ctx.body = bytes;
}

/** Answers with JSON. */
export async function respondWithJSON(ctx: Context, body: object): Promise<void> {
  await respondWithText(ctx, { type: 'application/json; charset=utf-8', body: `${JSON.stringify(body)}\n` });
}

/** Answers a HEAD for something that a GET would have to start first. */
export function respondWithHeaders(ctx: Context, type: string): void {
  ctx.status = 200;
  ctx.set('Content-Type', type);
  ctx.set('Cache-Control', 'no-cache');
}
