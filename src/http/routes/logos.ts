import type { Channel } from '../../catalog/channels/channel.ts';
import type { RouterMiddleware } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { parseBody } from '../body.ts';
import { readBody } from '../request-body.ts';
import { requireAnyChannel, requireChannel } from '../channel-lookup.ts';
import { channelTag, seenState } from '../preconditions.ts';
import { respondWithBytes } from '../respond.ts';
import type { HttpOptions } from '../options.ts';
import { sendOne } from './channels.ts';

type Options = Pick<HttpOptions, 'guide' | 'channels' | 'logos' | 'settings' | 'access'>;

export const logoBody = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'use an address that begins with http:// or https://' }),
});

/** The picture of a channel that viewers may have, at an address that hosts keep. */
export function channelLogo({ guide, logos }: Pick<Options, 'guide' | 'logos'>): RouterMiddleware {
  return async function sendLogo(ctx) {
    await sendPicture(ctx, await requireChannel(guide, ctx.params['channelId']), logos);
  };
}

/** The picture of any channel. */
export function anyChannelLogo({ channels, logos }: Options): RouterMiddleware {
  return async function sendAnyLogo(ctx) {
    await sendPicture(ctx, await requireAnyChannel(channels, ctx.params['channelId']), logos);
  };
}

/** Gives a channel a picture: the picture itself, or as JSON the URL where it is. */
export function putLogo({ channels, settings, access }: Options): RouterMiddleware {
  return async function answerPut(ctx) {
    const check = seenState(ctx);
    const id = ctx.params['channelId'] ?? '';
    const picture = ctx.request.type.startsWith('image/')
      ? { bytes: await readBody(ctx) }
      : ctx.request.type === 'application/json'
        ? await parseBody(ctx, logoBody)
        : undefined;
    if (picture === undefined) {
      const what = 'send the picture as image/…, or its address as application/json';
      throw new AppError('unsupported_media_type', `unsupported media type; ${what}`);
    }
    await sendOne(ctx, await channels.setLogo(id, picture, (channel) => check(channelTag(channel))), {
      channels,
      settings,
      access,
    });
  };
}

/** Takes a channel's picture away: its name is drawn again. */
export function deleteLogo({ channels, settings, access }: Options): RouterMiddleware {
  return async function answerDelete(ctx) {
    const check = seenState(ctx);
    const id = ctx.params['channelId'] ?? '';
    await sendOne(ctx, await channels.setLogo(id, undefined, (channel) => check(channelTag(channel))), {
      channels,
      settings,
      access,
    });
  };
}

async function sendPicture(ctx: Context, channel: Channel, logos: HttpOptions['logos']): Promise<void> {
  const bytes = await logos.picture(channel);
  // Whoever has it asks whether it is still the one.
  respondWithBytes(ctx, { type: 'image/png', bytes, cacheControl: 'public, max-age=300' });
}
