import type { Channel } from '../../catalog/channels/channel.ts';
import type { RouterMiddleware } from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../../shared/errors.ts';
import { requireChannel, requireQuality } from '../channel-lookup.ts';
import { clientOf } from '../client.ts';
import { respondWithHeaders, respondWithText } from '../respond.ts';
import type { HttpOptions } from '../options.ts';
import type { StreamService } from '../services/streams.ts';
import { HLS, MPEG_TS } from '../stream-headers.ts';

/** A segment of the past never changes, whenever it is asked for. */
const LIFETIME_SECONDS = 3600;

type Options = Pick<HttpOptions, 'streams' | 'guide'>;

/** What is on air now; with `?from=start` from its beginning. */
export function startOver({ streams, guide }: Options): RouterMiddleware {
  return async function sendStartOver(ctx) {
    const channel = await requireChannel(guide, ctx.params['channelId']);
    const from = ctx.query['from'];
    if (from !== undefined && from !== 'start') {
      throw new AppError('invalid_query', 'invalid query; use ?from=start, or leave it out for what is on air now');
    }
    if (ctx.method === 'HEAD') return respondWithHeaders(ctx, HLS);
    if (from === 'start') return sendPastMaster(ctx, streams, channel, await streams.catchUp.startOfNow(channel));
    ctx.status = 302;
    ctx.set('Location', 'master.m3u8');
    ctx.set('Cache-Control', 'no-store');
    ctx.body = '';
  };
}

/** A segment of the past, developed now if it has to be. */
export function pastSegment({ streams, guide }: Options): RouterMiddleware {
  return async function sendPastSegment(ctx) {
    const channel = await requireChannel(guide, ctx.params['channelId']);
    const quality = requireQuality(streams, channel, ctx.params['quality']);
    const name = ctx.params['segment'] ?? '';
    if (!/^(?:0|[1-9]\d{0,14})$/.test(name)) {
      throw new AppError('invalid_segment_name', 'invalid segment name; it is the number of the segment');
    }
    if (ctx.method === 'HEAD') return respondWithHeaders(ctx, MPEG_TS);
    const bytes = await streams.catchUp.segment(channel, quality, Number(name), clientOf(ctx));
    ctx.set('Content-Type', MPEG_TS);
    ctx.set('Cache-Control', `public, max-age=${LIFETIME_SECONDS}, immutable`);
    ctx.set('Accept-Ranges', 'none');
    ctx.body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}

/** The moment that a query names, as milliseconds since the epoch; undefined where it names none. */
export function parseStart(asked: Context['query'][string]): number | undefined {
  if (asked === undefined) return undefined;
  if (typeof asked === 'string' && /^\d{1,11}$/.test(asked)) return Number(asked) * 1000;
  throw new AppError('invalid_query', 'invalid query; start is a moment in whole seconds since 1970');
}

/** All qualities of a programme of the past: the channel's, each from that moment. */
export async function sendPastMaster(
  ctx: Context,
  streams: StreamService,
  channel: Channel,
  startMs: number,
): Promise<void> {
  const start = Math.round(startMs / 1000);
  const master = await streams.masterPlaylist(channel.id);
  const body = master.replace(/^(?!#)\S+$/gm, (address) => `${address}?start=${start}`);
  await respondWithText(ctx, { type: HLS, body });
}
