import type { RouterMiddleware } from '@koa/router';
import { AppError } from '../../shared/errors.ts';
import { clientOf } from '../client.ts';
import { requireChannel, requireQuality } from '../channel-lookup.ts';
import { clientGone, sendContinuously } from '../continuous.ts';
import { respondWithHeaders, respondWithText } from '../respond.ts';
import type { HttpOptions } from '../options.ts';
import { signSegments } from '../signed-path.ts';
import { parseStart, sendPastMaster } from './catch-up.ts';
import { HLS, MPEG_TS, segmentCacheControl } from '../stream-headers.ts';
import { addViewer, createViewer, viewerOf, withViewer } from '../viewer.ts';
import { ViewerNames } from '../viewer-names.ts';

type Options = Pick<HttpOptions, 'streams' | 'guide' | 'access' | 'logger' | 'now'>;

/** The list of a channel's qualities; each one carries the viewer who asked. */
export function masterPlaylist({ streams, guide }: Options): RouterMiddleware {
  return async function sendMasterPlaylist(ctx) {
    const channel = await requireChannel(guide, ctx.params['channelId']);
    if (ctx.method === 'HEAD') return respondWithHeaders(ctx, HLS);
    const startMs = parseStart(ctx.query['start']);
    if (startMs !== undefined) return sendPastMaster(ctx, streams, channel, startMs);
    const viewer = viewerOf(ctx.querystring) ?? createViewer();
    const body = addViewer(await streams.masterPlaylist(channel.id), viewer);
    await respondWithText(ctx, { type: HLS, body, compressible: false });
  };
}

/** The segments of one quality. A viewer without a name is sent on with one, so that leaving can be noticed. */
export function mediaPlaylist({ streams, guide, access, now }: Options): RouterMiddleware {
  const names = new ViewerNames(now);
  return async function sendMediaPlaylist(ctx) {
    const channel = await requireChannel(guide, ctx.params['channelId']);
    const quality = requireQuality(streams, channel, ctx.params['quality']);
    if (ctx.method === 'HEAD') return respondWithHeaders(ctx, HLS);
    const startMs = parseStart(ctx.query['start']);
    if (startMs !== undefined) {
      const past = await streams.catchUp.playlist(channel, quality, startMs, clientOf(ctx));
      // Long, so it comes compressed to those who ask for that.
      return respondWithText(ctx, { type: HLS, body: signSegments(ctx, access.links, channel.id, past) });
    }
    const viewer = viewerOf(ctx.querystring);
    if (viewer === undefined) {
      ctx.status = 302;
      // Relative, so that it holds behind a proxy's prefix too.
      ctx.set('Location', withViewer(`${quality}.m3u8?${ctx.querystring}`, names.of(`${clientOf(ctx)} ${ctx.path}`)));
      ctx.set('Cache-Control', 'no-store');
      ctx.body = '';
      return;
    }
    const playlist = await streams.mediaPlaylist(channel.id, quality, viewer);
    const body = signSegments(ctx, access.links, channel.id, playlist);
    await respondWithText(ctx, { type: HLS, body, compressible: false });
  };
}

/** One segment, which never changes. */
export function segment({ streams, guide }: Options): RouterMiddleware {
  return async function sendSegment(ctx) {
    const { channelId = '', quality: qualityName, segment: name = '' } = ctx.params;
    const channel = await requireChannel(guide, channelId);
    const quality = requireQuality(streams, channel, qualityName);
    const number = parseSegmentName(name, `${channel.id}_${quality}_segment_`);
    if (ctx.method === 'HEAD') return respondWithHeaders(ctx, MPEG_TS);
    const bytes = await streams.segment(channel.id, quality, number);
    ctx.set('Content-Type', MPEG_TS);
    ctx.set('Cache-Control', segmentCacheControl(streams.segmentLifetimeSeconds(channel)));
    ctx.set('Accept-Ranges', 'none');
    ctx.body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
}

/** The continuous MPEG-TS, in the quality of the path or the channel's own for tuners. */
export function continuous({
  streams,
  guide,
  logger,
  metrics,
}: Options & Pick<HttpOptions, 'metrics'>): RouterMiddleware {
  return async function sendContinuousStream(ctx) {
    const { channelId, quality: qualityName } = ctx.params;
    const channel = await requireChannel(guide, channelId);
    const quality = qualityName === undefined ? undefined : requireQuality(streams, channel, qualityName);
    const startMs = parseStart(ctx.query['start']);
    ctx.set('Accept-Ranges', 'none');
    respondWithHeaders(ctx, MPEG_TS);
    if (ctx.method === 'HEAD') return;
    const signal = clientGone(ctx);
    const pieces =
      startMs === undefined
        ? await streams.watch(channel.id, quality, signal)
        : await streams.catchUp.stream(channel, quality ?? channel.tunerQuality, startMs, signal);
    const onSent = (bytes: number) => metrics.sent('continuous', bytes);
    await sendContinuously(ctx, pieces, { signal, logger, onSent });
  };
}

function parseSegmentName(name: string, prefix: string): number {
  const digits = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  if (/^(?:0|[1-9]\d{0,14})$/.test(digits)) return Number(digits);
  throw new AppError('invalid_segment_name', `invalid segment name; it is "${prefix}" and the number of the segment`);
}
