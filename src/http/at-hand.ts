import type { Context, Middleware } from 'koa';
import { isQuality } from '../ffmpeg/quality.ts';
import { etagOf } from './respond.ts';
import { headersFor } from './security-headers.ts';
import { HLS, MPEG_TS, segmentCacheControl } from './stream-headers.ts';
import { segmentsFrom, withSegmentsAt } from './signed-path.ts';
import type { HttpOptions } from './services.ts';

/** The addresses that playlists name, as players ask for them: nothing encoded, nothing added. */
const ASKED =
  /^(?:\/(~[\w.-]+))?\/stream\/([\w-]+)\/(\d+p)(?:\.m3u8\?viewer=([\w-]{22})|\/([\w-]+)_segment_(0|[1-9]\d{0,14})\.ts)$/;

/** The same for all that is answered here. */
const SECURITY = headersFor('/stream/');

type Options = Pick<HttpOptions, 'streams' | 'isShuttingDown' | 'metrics' | 'access'>;

/**
 * Answers at once what is at hand: a segment in memory, the playlist of a viewer who is present. That is nearly all that
 * is asked for while many watch, and this costs half of the whole way. All else goes on to the routes, which answer
 * the same request with the same headers.
 */
export function answerAtHand({ streams, isShuttingDown, metrics, access: { links } }: Options): Middleware {
  return function answerIfAtHand(ctx, next) {
    const { method, url = '', headers } = ctx.req;
    const [, signature, channelId = '', quality = '', viewer, name, number] = ASKED.exec(url) ?? [];
    const isPlain = method === 'GET' && headers['if-none-match'] === undefined && !isShuttingDown();
    if (!isPlain || !isQuality(quality)) return next();
    const kind = viewer === undefined ? 'segments' : 'channel';
    // Who is let in without one goes the whole way.
    if (links && (!signature || links.check(signature, { kind, channelId }) !== 'valid')) return next();
    if (viewer !== undefined) {
      const found = streams.playlistAtHand(channelId, quality, viewer);
      if (found === undefined) return next();
      const playlist = links ? withSegmentsAt(segmentsFrom(links, channelId, true), found) : found;
      const body = Buffer.from(playlist);
      metrics.sent('playlist', body.length);
      return send(ctx, body, {
        'Content-Type': HLS,
        'Cache-Control': 'no-cache',
        ETag: etagOf(playlist),
      });
    }
    const segment =
      name === `${channelId}_${quality}` ? streams.segmentAtHand(channelId, quality, Number(number)) : undefined;
    if (segment === undefined) return next();
    metrics.sent('segment', segment.bytes.length);
    return send(ctx, segment.bytes, {
      'Content-Type': MPEG_TS,
      'Cache-Control': segmentCacheControl(segment.lifetimeSeconds),
      'Accept-Ranges': 'none',
    });
  };
}

function send(ctx: Context, body: Uint8Array, headers: Readonly<Record<string, string>>): void {
  ctx.respond = false;
  ctx.res.writeHead(200, {
    ...SECURITY,
    'Access-Control-Allow-Origin': '*',
    ...headers,
    'Content-Length': body.length,
  });
  ctx.res.end(body);
}
