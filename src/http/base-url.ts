import type { Context } from 'koa';
import type { Network } from '../access/networks.ts';
import { AppError } from '../shared/errors.ts';
import { requesterOf } from './requester.ts';

const HOST = /^(?:[a-z\d](?:[a-z\d._-]*[a-z\d.])?|\[[\da-f:]+(?:%25[a-z\d]+)?\])(?::\d{1,5})?$/i;

/** What says how the sidecar is reached. */
export interface Reached {
  readonly baseUrl?: string | undefined;
  /** Those whose X-Forwarded-* headers count. */
  readonly trustedProxies?: readonly Network[] | undefined;
}

/** How the client of this request reaches the sidecar: the setting, else what the request itself was sent to. */
export function baseUrlOf(ctx: Context, settings: Reached): string {
  if (settings.baseUrl !== undefined) return settings.baseUrl;
  const { protocol, host } = requesterOf(ctx, settings);
  if (isHost(host)) return `${protocol}://${host}`;
  throw new AppError('invalid_host', 'the Host header is missing or malformed; send one, or set SIDECAST_BASE_URL');
}

/** True for a host name or address with an optional port, and nothing that could break out of an address. */
export function isHost(host: string): boolean {
  return host.length <= 255 && HOST.test(host);
}
