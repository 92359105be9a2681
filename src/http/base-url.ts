import type { Context } from 'koa';
import { AppError } from '../shared/errors.ts';

const HOST = /^(?:[a-z\d](?:[a-z\d._-]*[a-z\d.])?|\[[\da-f:]+(?:%25[a-z\d]+)?\])(?::\d{1,5})?$/i;

/** How the client of this request reaches the sidecar: the setting, else what the request itself was sent to. */
export function baseUrlOf(ctx: Context, { baseUrl }: { readonly baseUrl?: string | undefined }): string {
  if (baseUrl !== undefined) return baseUrl;
  const host = ctx.req.headers.host ?? '';
  if (isHost(host)) return `http://${host}`;
  throw new AppError('invalid_host', 'the Host header is missing or malformed; send one, or set SIDECAST_BASE_URL');
}

/** True for a host name or address with an optional port, and nothing that could break out of an address. */
export function isHost(host: string): boolean {
  return host.length <= 255 && HOST.test(host);
}
