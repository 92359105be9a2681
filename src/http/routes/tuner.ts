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
    const body = renderM3u({ channels: await guide.channels(), baseUrl });
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
    const programmes = await Promise.all(channels.map(({ id }) => programmesOf(guide, id, hourMs)));
    const body = renderXmltv({ channels, programmes: programmes.flat(), baseUrl });
    await respondWithText(ctx, { type: 'application/xml; charset=utf-8', body });
  };
}

async function programmesOf(guide: GuideService, channelId: string, hourMs: number) {
  const airings = await guide.airings(channelId, hourMs - GUIDE_PAST_MS, hourMs + GUIDE_AHEAD_MS);
  return airings.slice(0, MAX_PROGRAMMES).map((airing) => ({ ...airing, channelId }));
}
