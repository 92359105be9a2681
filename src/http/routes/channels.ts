import type { Channel } from '../../catalog/channels/channel.ts';
import type { RouterMiddleware } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { channelCopy, channelInput, channelOrder, channelPatch } from '../../catalog/channels/channel-input.ts';
import type { AddressBase } from '../../tuner/channel-address.ts';
import { addressBaseOf } from '../address-base.ts';
import { parseBody } from '../body.ts';
import { channelJSON } from '../channel-json.ts';
import { requireAnyChannel } from '../channel-lookup.ts';
import { channelsTag, channelTag, seenState, toldTag } from '../preconditions.ts';
import { flag, parseQuery } from '../query.ts';
import { respondWithTagged } from '../respond.ts';
import type { HttpOptions } from '../options.ts';

type Options = Pick<HttpOptions, 'channels' | 'settings' | 'access'>;

export const channelsQuery = z.strictObject({ enabled: flag.optional() });
/** Has channels get another picture for tuners, though hosts remember the one that they have. */
export const changeFormat = flag
  .default(false)
  .describe('Changes tuner_quality of a channel that there is, though media servers remember it for up to 30 days');
export const patchQuery = z.strictObject({ change_format: changeFormat });
/** One channel, or as many as shall be made together. */
export const newChannels = z.union([channelInput, z.array(channelInput).min(1).max(1000)], {
  error: 'give a channel, or a list of them',
});

/** All channels, those that are disabled or have nothing to show too. */
export function listChannels({ channels, settings, access }: Options): RouterMiddleware {
  return async function sendChannels(ctx) {
    const { enabled } = parseQuery(ctx, channelsQuery);
    const all = await channels.list();
    const asked = all.filter((channel) => enabled === undefined || channel.enabled === enabled);
    const base = addressBaseOf(ctx, { settings, access });
    await respondWithTagged(
      ctx,
      asked.map((channel) => channelJSON(channel, base)),
      channelsTag(all),
    );
  };
}

export function getChannel({ channels, settings, access }: Options): RouterMiddleware {
  return async function sendChannel(ctx) {
    await sendOne(ctx, await requireAnyChannel(channels, ctx.params['channelId']), { channels, settings, access });
  };
}

/** Makes one channel, or several: all or none. */
export function createChannels({ channels, settings, access }: Options): RouterMiddleware {
  return async function answerCreate(ctx) {
    const given = await parseBody(ctx, newChannels);
    const inputs = Array.isArray(given) ? given : [given];
    const made = await channels.create(inputs);
    const base = addressBaseOf(ctx, { settings, access });
    const [first] = made;
    if (first === undefined || Array.isArray(given)) {
      ctx.body = await warned(made, channels, base);
    } else {
      await sendOne(ctx, first, { channels, settings, access });
      ctx.set('Location', `${base.plain}/api/channels/${first.id}`);
    }
    ctx.status = 201;
  };
}

/** Changes what is said; the rest stays. */
export function patchChannel({ channels, settings, access }: Options): RouterMiddleware {
  return async function answerPatch(ctx) {
    const check = seenState(ctx);
    const { change_format: mayChangeFormat } = parseQuery(ctx, patchQuery);
    const patch = await parseBody(ctx, channelPatch);
    const id = ctx.params['channelId'] ?? '';
    const changed = await channels.patch(id, patch, (channel) => check(channelTag(channel)), { mayChangeFormat });
    await sendOne(ctx, changed, { channels, settings, access });
  };
}

export function deleteChannel({ channels }: Options): RouterMiddleware {
  return async function answerDelete(ctx) {
    const check = seenState(ctx);
    await channels.remove(ctx.params['channelId'] ?? '', (channel) => check(channelTag(channel)));
    ctx.status = 204;
  };
}

/** A second channel with the same programming, in another shuffle. */
export function copyChannel({ channels, settings, access }: Options): RouterMiddleware {
  return async function answerCopy(ctx) {
    const copy = await parseBody(ctx, channelCopy);
    const made = await channels.copy(ctx.params['channelId'] ?? '', copy);
    await sendOne(ctx, made, { channels, settings, access });
    ctx.set('Location', `${addressBaseOf(ctx, { settings, access }).plain}/api/channels/${made.id}`);
    ctx.status = 201;
  };
}

/** Another order, or other numbers. */
export function orderChannels({ channels, settings, access }: Options): RouterMiddleware {
  return async function answerOrder(ctx) {
    const check = seenState(ctx);
    const order = await parseBody(ctx, channelOrder);
    const after = await channels.order(order, (all) => check(channelsTag(all)));
    const base = addressBaseOf(ctx, { settings, access });
    await respondWithTagged(
      ctx,
      after.map((channel) => channelJSON(channel, base)),
      channelsTag(after),
    );
  };
}

/** One channel with its validator, and what may not be meant of it. */
export async function sendOne(ctx: Context, channel: Channel, { channels, ...at }: Options): Promise<void> {
  const [warnings = []] = await channels.warnings([channel]);
  const told = { ...channelJSON(channel, addressBaseOf(ctx, at)), warnings };
  await respondWithTagged(ctx, told, toldTag(channel, warnings));
}

/** Several, each with what may not be meant of it. */
export async function warned(
  all: readonly Channel[],
  channels: Options['channels'],
  base: AddressBase,
): Promise<object[]> {
  const warnings = await channels.warnings(all);
  return all.map((channel, at) => ({ ...channelJSON(channel, base), warnings: warnings[at] ?? [] }));
}
