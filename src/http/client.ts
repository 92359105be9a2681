import { createHash } from 'node:crypto';
import type { Context } from 'koa';

/** What tells one player from another as far as requests do; behind a proxy, by whom it speaks for. Short, whatever they say. */
export function clientOf({ req }: Context): string {
  const { 'x-forwarded-for': relayedFor, 'user-agent': player } = req.headers;
  const description = JSON.stringify([req.socket.remoteAddress, relayedFor, player]);
  return createHash('sha256').update(description).digest('base64url');
}
