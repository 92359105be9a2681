import type { RouterMiddleware } from '@koa/router';
import { z } from 'zod';
import { channelInput } from '../../catalog/channels/channel-input.ts';
import { programming, programmingJSONSchema } from '../../schedule/programming/programming.ts';
import { addressBaseOf } from '../address-base.ts';
import { parseBody } from '../body.ts';
import { channelJSON } from '../channel-json.ts';
import { previewedJSON } from '../guide-json.ts';
import { channelTag, seenState } from '../preconditions.ts';
import { flag, parseQuery } from '../query.ts';
import { respondWithJSON } from '../respond.ts';
import type { HttpOptions } from '../options.ts';
import { sendOne } from './channels.ts';

type Options = Pick<HttpOptions, 'channels' | 'settings' | 'access'>;

export const programmingQuery = z.strictObject({
  apply_now: flag.default(false).describe('Cuts what is on air, some ten seconds from now'),
});

/** Gives a channel another programming: after what is settled, or with `?apply_now=true` at once. */
export function putProgramming({ channels, settings, access }: Options): RouterMiddleware {
  return async function answerProgramming(ctx) {
    const check = seenState(ctx);
    const { apply_now: isNow } = parseQuery(ctx, programmingQuery);
    const given = await parseBody(ctx, programming);
    const id = ctx.params['channelId'] ?? '';
    await sendOne(ctx, await channels.program(id, given, (channel) => check(channelTag(channel)), isNow), {
      channels,
      settings,
      access,
    });
  };
}

/** What programming may be, for those who write it. */
export function programmingSchema(): RouterMiddleware {
  return (ctx) => respondWithJSON(ctx, programmingJSONSchema());
}

export const previewBody = z.strictObject({
  ...channelInput.pick({ programming: true, time_zone: true, frame_rate: true, segment_seconds: true }).shape,
  hours: z.number().min(1).max(336).default(24).describe('How far it is looked ahead'),
  airings: z
    .boolean()
    .default(false)
    .describe('Adds the airings one by one: each part of a programme, and what is put between'),
});

/** What a programming would show in the next hours. Nothing is kept. */
export function previewProgramming({ channels }: Options): RouterMiddleware {
  return async function sendPreview(ctx) {
    const { hours, airings: areAiringsAsked, ...asked } = await parseBody(ctx, previewBody);
    const { programmes, airings, frameRate, warnings } = await channels.preview(asked, hours * 3_600_000);
    ctx.body = {
      frame_rate: frameRate,
      programmes: programmes.map(previewedJSON),
      ...(areAiringsAsked && { airings: airings.map(previewedJSON) }),
      warnings,
    };
  };
}

export const suggestBody = z.strictObject({
  create: z.boolean().default(false).describe('Makes all of them, at once'),
});

/** Channels that the library is good for, ready to be made; with `create` they are. */
export function suggestChannels({ channels, settings, access }: Options): RouterMiddleware {
  return async function answerSuggest(ctx) {
    const { create } = await parseBody(ctx, suggestBody);
    const suggestions = await channels.suggest();
    const made = create && suggestions.length > 0 ? await channels.create(suggestions) : [];
    const base = addressBaseOf(ctx, { settings, access });
    ctx.body = { suggestions, created: made.map((channel) => channelJSON(channel, base)) };
    ctx.status = made.length > 0 ? 201 : 200;
  };
}
