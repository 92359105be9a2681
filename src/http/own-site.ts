import type { Context } from 'koa';

/** True for an address of this machine itself, IPv4 written as IPv6 included. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/i.test(address);
}

/** True where a Host header names this machine as it calls itself. */
export function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(host);
}

/**
 * True for a host that nobody else can make lead here: an address, a name of the local network, or that of the setting.
 * Another site's name can, and its page would then send what it likes as its own.
 */
export function isOwnHost(host: string, baseUrl: string | undefined): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (baseUrl !== undefined && name === new URL(baseUrl).hostname) return true;
  return (
    /^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]+\])$/.test(name) ||
    /^[a-z\d_-]+$|\.(?:local|lan|home|internal|localhost|home\.arpa)$/.test(name)
  );
}

/** Browsers name the site whose page sends a request; ours is the one that they sent it to. */
export function isOfAnotherSite({ req }: Context, host: string): boolean {
  const { origin } = req.headers;
  return origin !== undefined && origin !== `http://${host}` && origin !== `https://${host}`;
}
