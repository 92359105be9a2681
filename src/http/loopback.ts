import type { Context, Middleware } from 'koa';
import { AppError } from '../shared/errors.ts';

/** True for an address of this machine itself, IPv4 written as IPv6 included. */
export function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/i.test(address);
}

/** Lets through what this machine's own user sends: no other machine, no proxy for one, no page of another site. */
export const onlyFromThisMachine: Middleware = async function onlyFromThisMachine(ctx, next) {
  if (!isLoopback(ctx.req.socket.remoteAddress) || !isLoopbackHost(ctx) || isRelayed(ctx) || isOfAnotherSite(ctx)) {
    throw new AppError(
      'forbidden',
      'only the machine that Sidecast runs on may change anything; send it there, to localhost',
    );
  }
  await next();
};

/** Another site's name can be made to lead here; its page would then send what it likes as its own. */
function isLoopbackHost({ req }: Context): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/i.test(req.headers.host ?? '');
}

/** A proxy on this machine connects from loopback whoever asked it. */
function isRelayed({ req }: Context): boolean {
  return req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined;
}

/** Browsers name the site whose page sends a request; ours is the one that they sent it to. */
function isOfAnotherSite({ req }: Context): boolean {
  const { origin, host } = req.headers;
  return origin !== undefined && origin !== `http://${host ?? ''}` && origin !== `https://${host ?? ''}`;
}
