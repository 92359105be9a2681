import type { RouterMiddleware } from '@koa/router';
import { baseUrlOf } from '../base-url.ts';
import { requireChannel } from '../channel-lookup.ts';
import { nowNextOf } from '../now-next.ts';
import { renderHome } from '../pages/home.ts';
import { renderWatch } from '../pages/watch.ts';
import { respondWithText } from '../respond.ts';
import type { HttpOptions } from '../services.ts';

const HTML = 'text/html; charset=utf-8';
/** The pages load nothing from elsewhere; hls.js plays from blobs and works in one. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

type Options = Pick<HttpOptions, 'guide' | 'health' | 'settings' | 'now'>;

/** What is on, on every channel, and how to tune in. */
export function homePage({ guide, health, settings, now }: Options): RouterMiddleware {
  return async function sendHomePage(ctx) {
    const baseUrl = baseUrlOf(ctx, settings);
    const nowMs = now();
    const [channels, { causes }] = await Promise.all([guide.channels(), health.report()]);
    const onAir = await Promise.all(
      channels.map(async (channel) => ({ channel, ...(await nowNextOf(guide, channel.id, nowMs)) })),
    );
    ctx.set('Content-Security-Policy', POLICY);
    const body = renderHome({ onAir, causes, baseUrl, nowMs, timeZone: settings.timeZone });
    await respondWithText(ctx, { type: HTML, body });
  };
}

/** One channel, played in the browser. */
export function watchPage({ guide, settings, now }: Options): RouterMiddleware {
  return async function sendWatchPage(ctx) {
    const baseUrl = baseUrlOf(ctx, settings);
    const channel = await requireChannel(guide, ctx.params['channelId']);
    const nowMs = now();
    const airing = await nowNextOf(guide, channel.id, nowMs);
    ctx.set('Content-Security-Policy', POLICY);
    const onAir = { channel, ...airing };
    const body = renderWatch({ onAir, baseUrl, nowMs, timeZone: settings.timeZone });
    await respondWithText(ctx, { type: HTML, body });
  };
}
