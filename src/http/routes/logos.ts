import type { RouterMiddleware } from '@koa/router';
import { requireChannel } from '../channel-lookup.ts';
import { respondWithBytes } from '../respond.ts';
import type { HttpOptions } from '../services.ts';

/** The picture of a channel. */
export function channelLogo({ guide, logos }: Pick<HttpOptions, 'guide' | 'logos'>): RouterMiddleware {
  return async function sendLogo(ctx) {
    const channel = await requireChannel(guide, ctx.params['channelId']);
    // Hosts ask seldom; whoever has it asks whether it is still the one.
    const bytes = await logos.picture(channel);
    respondWithBytes(ctx, { type: 'image/png', bytes, cacheControl: 'public, max-age=300' });
  };
}
