import type { RouterMiddleware } from '@koa/router';
import { renderM3u } from '../../tuner/m3u.ts';
import { renderXmltv } from '../../tuner/xmltv.ts';
import { baseUrlOf } from '../base-url.ts';
import { respondWithText } from '../respond.ts';
import type { GuideService, HttpOptions } from '../services.ts';

const HOUR_MS = 3_600_000;
const GUIDE_PAST_MS = 2 * HOUR_MS;
const GUIDE_AHEAD_MS = 72 * HOUR_MS;
/** Hosts parse the whole guide anew for every channel: channels of short clips must not make it huge. */
const MAX_PROGRAMMES = 1000;

type Options = Pick<HttpOptions, 'guide' | 'settings' | 'now'>;

/** The channels as an M3U tuner. */
export function channelList({ guide, settings }: Options): RouterMiddleware {
  return async function sendChannelList(ctx) {
    const baseUrl = baseUrlOf(ctx, settings);
    const body = renderM3u({ channels: await guide.channels(), baseUrl, catchUpDays: settings.catchUpDays });
    await respondWithText(ctx, { type: 'audio/x-mpegurl; charset=utf-8', body });
  };
}

/** The guide as XMLTV. */
export function xmltv({ guide, settings, now }: Options): RouterMiddleware {
  return async function sendGuide(ctx) {
    const baseUrl = baseUrlOf(ctx, settings);
    const channels = await guide.channels();
    // From a whole hour, so that the document stays the same for as long.
    const hourMs = now() - (now() % HOUR_MS);
    const programmes = await Promise.all(
      channels.map(({ id }) => programmesOf(guide, id, hourMs, settings.catchUpDays)),
    );
    const body = renderXmltv({ channels, programmes: programmes.flat(), baseUrl });
    await respondWithText(ctx, { type: 'application/xml; charset=utf-8', body });
  };
}

/** From the past what can still be watched; where that is very much, the newest. */
async function programmesOf(guide: GuideService, channelId: string, hourMs: number, catchUpDays = 0) {
  const pastMs = Math.max(GUIDE_PAST_MS, catchUpDays * 24 * HOUR_MS);
  const airings = await guide.airings(channelId, hourMs - pastMs, hourMs + GUIDE_AHEAD_MS);
  const earlier = airings.filter(({ stopMs }) => stopMs <= hourMs - GUIDE_PAST_MS);
  const later = airings.slice(earlier.length, earlier.length + MAX_PROGRAMMES);
  return [...earlier.slice(-MAX_PROGRAMMES), ...later].map((airing) => ({ ...airing, channelId }));
}
