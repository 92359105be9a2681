import { hash } from 'node:crypto';
import { pipeline } from 'node:stream';
import { promisify } from 'node:util';
import { createGzip, gzip } from 'node:zlib';
import type { Context } from 'koa';

const compress = promisify(gzip);
/** Of gzip, where there may be much: half the time of its default for little more to send. */
const PIECEWISE_LEVEL = 4;

export interface TextResponse {
  readonly type: string;
  readonly body: string;
  readonly cacheControl?: string;
  /** Its validator, where that is not one of the text. */
  readonly tag?: string;
  /** Milliseconds since the epoch, where that is known. */
  readonly lastModifiedMs?: number | undefined;
  /** Off for HLS: playlists are small, and some players do not ask for what they get. */
  readonly compressible?: boolean;
}

/** Answers with text: validator, 304 for a client that has it already, gzip for one that wants it. */
export async function respondWithText(ctx: Context, response: TextResponse): Promise<void> {
  const { type, body, cacheControl = 'no-cache', tag, lastModifiedMs, compressible = true } = response;
  ctx.status = 200;
  ctx.set('Content-Type', type);
  ctx.set('Cache-Control', cacheControl);
  ctx.etag = tag ?? etagOf(body);
  if (lastModifiedMs !== undefined) ctx.lastModified = new Date(lastModifiedMs);
  if (compressible) ctx.vary('Accept-Encoding');
  if (['GET', 'HEAD'].includes(ctx.method) && clientHasIt(ctx)) {
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

export interface PiecewiseResponse {
  readonly type: string;
  /** Changes with the text. */
  readonly version: string;
  readonly lastModifiedMs: number | undefined;
  readonly pieces: () => AsyncIterable<Uint8Array>;
  /** The address is that of a compressed file: that is what the answer is, whatever the client accepts. */
  readonly isCompressedFile?: boolean;
  readonly send: (pieces: AsyncIterable<Uint8Array>) => Promise<void>;
}

/** Answers with a text of any length as it is made. What goes wrong before its first piece is an error like any other. */
export async function respondPiecewise(ctx: Context, response: PiecewiseResponse): Promise<void> {
  const { type, version, lastModifiedMs, isCompressedFile = false } = response;
  ctx.status = 200;
  ctx.set('Content-Type', type);
  ctx.set('Cache-Control', 'no-cache');
  ctx.etag = `W/"${hash('sha1', version, 'base64url')}"`;
  if (lastModifiedMs !== undefined) ctx.lastModified = new Date(lastModifiedMs);
  if (!isCompressedFile) ctx.vary('Accept-Encoding');
  if (clientHasIt(ctx)) {
    ctx.status = 304;
    return;
  }
  const isEncoded = !isCompressedFile && ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
  if (isEncoded) ctx.set('Content-Encoding', 'gzip');
  if (ctx.method === 'HEAD') return;
  const pieces = await begun(response.pieces());
  await response.send(isEncoded || isCompressedFile ? compressed(pieces) : pieces);
}

/** The same pieces, the first of which is there. */
async function begun(pieces: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    if (first.done === true) return;
    yield first.value;
    yield* { [Symbol.asyncIterator]: () => iterator };
  })();
}

function compressed(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const zip = createGzip({ level: PIECEWISE_LEVEL });
  // What goes wrong comes out of the stream as well.
  pipeline(pieces, zip, () => {});
  return zip;
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

/** Answers with JSON whose validator says which state it tells of, whatever it is sent as. */
export async function respondWithTagged(ctx: Context, body: object, tag: string): Promise<void> {
  await respondWithText(ctx, { type: 'application/json; charset=utf-8', body: `${JSON.stringify(body)}\n`, tag });
}

/** Answers a HEAD for something that a GET would have to start first. */
export function respondWithHeaders(ctx: Context, type: string): void {
  ctx.status = 200;
  ctx.set('Content-Type', type);
  ctx.set('Cache-Control', 'no-cache');
}
