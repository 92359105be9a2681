import type { Channel } from '../../catalog/channels/channel.ts';
import type { RouterMiddleware } from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../../shared/errors.ts';
import { deviceXml, discoverJSON, LINEUP_STATUS, lineupJSON } from '../../tuner/hdhomerun/documents.ts';
import { tunedAddress } from '../../tuner/channel-address.ts';
import { addressBaseOf } from '../address-base.ts';
import { baseUrlOf } from '../base-url.ts';
import { clientGone, sendContinuously } from '../continuous.ts';
import { isSigned } from '../signed-path.ts';
import { respondWithHeaders, respondWithJSON, respondWithText } from '../respond.ts';
import type { HttpOptions } from '../options.ts';
import { MPEG_TS } from '../stream-headers.ts';

type Options = Pick<HttpOptions, 'tuner' | 'guide' | 'streams' | 'metrics' | 'settings' | 'access' | 'logger'>;

const MAX_DURATION_SECONDS = 86_400;

/** What the device is. */
export function discover({ tuner, settings, access }: Options): RouterMiddleware {
  return async function sendDiscover(ctx) {
    // Who needs no signature is told of none: Plex takes no path.
    const base = addressBaseOf(ctx, { settings, access });
    await respondWithJSON(ctx, discoverJSON(tuner.device, isSigned(ctx) ? base.lists : base.plain));
  };
}

/** The device's channels. `?show=` may ask for those found, or unprotected: all of them are. */
export function lineup({ guide, settings, access }: Options): RouterMiddleware {
  return async function sendLineup(ctx) {
    const base = addressBaseOf(ctx, { settings, access });
    const channels = await guide.channels();
    await respondWithJSON(
      ctx,
      lineupJSON(channels, (channel) => tunedAddress(base, channel)),
    );
  };
}

export function lineupStatus(): RouterMiddleware {
  return (ctx) => respondWithJSON(ctx, LINEUP_STATUS);
}

/** A host would have the device look for channels, or stop that: there is nothing to look for. */
export const scanLineup: RouterMiddleware = async function answerScan(ctx) {
  const asked = ctx.query['scan'];
  if (asked !== 'start' && asked !== 'abort') {
    throw new AppError('invalid_query', 'invalid query; use ?scan=start or ?scan=abort');
  }
  ctx.status = 200;
  ctx.body = '';
};

export function deviceDescription({ tuner, settings }: Options): RouterMiddleware {
  return async function sendDescription(ctx) {
    const body = deviceXml(tuner.device, baseUrlOf(ctx, settings));
    await respondWithText(ctx, { type: 'application/xml; charset=utf-8', body });
  };
}

/** A channel by its number, on one of the device's tuners for as long as it is read, or `?duration=` seconds. */
export function tuneByNumber(options: Options): RouterMiddleware {
  const { tuner, streams, logger, metrics } = options;
  const onSent = (bytes: number) => metrics.sent('continuous', bytes);
  return async function sendTunedStream(ctx) {
    const channel = await channelByNumber(options, ctx.params['tuned'] ?? '');
    const durationMs = parseDuration(ctx.query['duration']);
    ctx.set('Accept-Ranges', 'none');
    respondWithHeaders(ctx, MPEG_TS);
    if (ctx.method === 'HEAD') return;
    const free = tuner.slots.take(channel.number);
    if (free === undefined) throw new AppError('tuners_in_use', 'all tuners of this device are in use; stop one first');
    const gone = clientGone(ctx);
    const over = new AbortController();
    const timer = durationMs === undefined ? undefined : tuner.after(durationMs, () => over.abort());
    try {
      const pieces = await streams.watch(channel.id, undefined, AbortSignal.any([gone, over.signal]));
      await sendContinuously(ctx, pieces, { signal: gone, logger, onSent });
    } finally {
      timer?.cancel();
      free();
    }
  };
}

async function channelByNumber({ guide }: Options, tuned: string): Promise<Channel> {
  const channel = (await guide.channels()).find(({ number }) => tuned === `v${number}`);
  if (channel !== undefined) return channel;
  throw new AppError('channel_not_found', 'channel not found; /lineup.json lists those of this device');
}

function parseDuration(asked: Context['query'][string]): number | undefined {
  if (asked === undefined) return undefined;
  const seconds = typeof asked === 'string' && /^\d{1,5}$/.test(asked) ? Number(asked) : 0;
  if (seconds >= 1 && seconds <= MAX_DURATION_SECONDS) return seconds * 1000;
  throw new AppError('invalid_query', `invalid query; duration is 1 to ${MAX_DURATION_SECONDS} seconds`);
}
