import type { RouterMiddleware } from '@koa/router';
import { addressBaseOf } from '../address-base.ts';
import { requireChannel } from '../channel-lookup.ts';
import { hasSessionCookie } from '../doorkeeper.ts';
import { nowNextOf } from '../now-next.ts';
import { OnAirMemory } from '../on-air-memory.ts';
import { renderHome } from '../pages/home.ts';
import { PAGE_POLICY } from '../pages/policy.ts';
import { renderWatch } from '../pages/watch.ts';
import { respondWithText } from '../respond.ts';
import type { HttpOptions } from '../options.ts';

const HTML = 'text/html; charset=utf-8';
type Options = Pick<HttpOptions, 'guide' | 'listing' | 'health' | 'settings' | 'access' | 'now'>;

/** What is on, on every channel, and how to tune in. */
export function homePage({ guide, listing, health, settings, access, now }: Options): RouterMiddleware {
  const memory = new OnAirMemory(guide, listing);
  return async function sendHomePage(ctx) {
    const base = addressBaseOf(ctx, { settings, access });
    const nowMs = now();
    const [channels, { causes }] = await Promise.all([guide.channels(), health.report()]);
    const onAir = await memory.of(channels, nowMs);
    ctx.set('Content-Security-Policy', PAGE_POLICY);
    const canLogOut = hasSessionCookie(ctx);
    const body = renderHome({ onAir, causes, base, nowMs, timeZone: settings.timeZone, canLogOut });
    await respondWithText(ctx, { type: HTML, body });
  };
}

/** One channel, played in the browser. */
export function watchPage({ guide, settings, access, now }: Options): RouterMiddleware {
  return async function sendWatchPage(ctx) {
    const base = addressBaseOf(ctx, { settings, access });
    const channel = await requireChannel(guide, ctx.params['channelId']);
    const nowMs = now();
    const airing = await nowNextOf(guide, channel.id, nowMs);
    ctx.set('Content-Security-Policy', PAGE_POLICY);
    const onAir = { channel, ...airing };
    const signature = access.links?.forBrowser(channel.id);
    const body = renderWatch({ onAir, base, signature, nowMs, timeZone: settings.timeZone });
    await respondWithText(ctx, { type: HTML, body });
  };
}
