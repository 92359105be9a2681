import type { Context } from 'koa';
import { isWithin, type Network } from '../access/networks.ts';

/** Where a request came from, and what it was sent to, as far as those who relayed it are believed. */
export interface Requester {
  /** Undefined where nobody who is believed says it. */
  readonly address: string | undefined;
  readonly protocol: 'http' | 'https';
  readonly host: string;
  /** Somebody relayed it who is not believed. */
  readonly isRelayedByStranger: boolean;
}

/**
 * X-Forwarded-For, -Proto and -Host count where a trusted proxy sent them, and of each list only what trusted proxies
 * added: each one adds, at the end, what it saw itself. What stands before may be anybody's invention.
 */
export function requesterOf(
  { req }: Pick<Context, 'req'>,
  { trustedProxies = [] }: { readonly trustedProxies?: readonly Network[] | undefined },
): Requester {
  const peer = req.socket.remoteAddress;
  const named = listOf(req.headers['x-forwarded-for']);
  const host = req.headers.host ?? '';
  if (!isWithin(trustedProxies, peer)) {
    const isRelayed = named.length > 0 || req.headers.forwarded !== undefined;
    return { address: peer, protocol: 'http', host, isRelayedByStranger: isRelayed };
  }
  const client = Math.max(
    0,
    named.findLastIndex((address) => !isWithin(trustedProxies, address)),
  );
  const saidThere = (name: 'x-forwarded-proto' | 'x-forwarded-host'): string | undefined => {
    const said = listOf(req.headers[name]);
    return said[Math.max(0, said.length - Math.max(1, named.length - client))];
  };
  const relayedHost = saidThere('x-forwarded-host');
  return {
    // Without a name it may be the proxy itself who asks, but not where it speaks of another host.
    address: named[client] ?? (relayedHost === undefined ? peer : undefined),
    protocol: saidThere('x-forwarded-proto')?.toLowerCase() === 'https' ? 'https' : 'http',
    host: relayedHost ?? host,
    isRelayedByStranger: false,
  };
}

function listOf(header: string | string[] | undefined): string[] {
  const lines = typeof header === 'string' ? [header] : (header ?? []);
  return lines.flatMap((line) => line.split(',')).flatMap((part) => part.trim() || []);
}
