import type { Channel } from '../catalog/channels/channel.ts';
import { hash } from 'node:crypto';
import type { Context } from 'koa';
import { AppError } from '../shared/errors.ts';

/** The state of a channel, as its validator: another one after every change. */
export function channelTag({ version, listed }: Channel): string {
  return `"${version}${listed ? '' : '-empty'}"`;
}

/** The same for an answer that also tells what is said of it besides, which changes by itself. */
export function toldTag(channel: Channel, told: readonly object[]): string {
  const tag = channelTag(channel);
  return told.length === 0 ? tag : tag.replace(/"$/, `.${hash('sha1', JSON.stringify(told), 'base64url')}"`);
}

/** The state of all channels together. */
export function channelsTag(channels: readonly Channel[]): string {
  const states = channels.map((channel) => `${channel.id} ${channelTag(channel)}`).join('\n');
  return `"${hash('sha1', states, 'base64url')}"`;
}

/**
 * Whoever changes something says which state of it was seen: two who do so at the same time do not undo each other's work
 * (RFC 6585, 3). Gives what throws where it is in another state by now.
 */
export function seenState(ctx: Context): (tag: string) => void {
  const check = seenWhereTouched(ctx);
  if (ctx.get('If-Match') === '') throw unseen();
  return (tag) => check(tag, true);
}

/** The same for what may make something new alone: only who changes what there is has to say what was seen of it. */
export function seenWhereTouched(ctx: Context): (tag: string, isTouched: boolean) => void {
  const seen = ctx.get('If-Match');
  return (tag, isTouched) => {
    if (seen === '' && isTouched) throw unseen();
    if (['', '*'].includes(seen) || seen.split(',').some((each) => stateIn(each) === tag)) return;
    throw new AppError('precondition_failed', 'precondition failed; it was changed meanwhile: GET it again');
  };
}

/** What was told besides is no state of it. */
function stateIn(tag: string): string {
  return tag.trim().replace(/\.[\w-]+"$/, '"');
}

function unseen(): AppError {
  const message = 'say with If-Match which state you have seen: the ETag that a GET came with, or * for any';
  return new AppError('precondition_required', `precondition required; ${message}`);
}
