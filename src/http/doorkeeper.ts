import type { Context } from 'koa';
import { FailedKeys } from '../access/failed-keys.ts';
import { isWithin, type Network } from '../access/networks.ts';
import { isSameSecret } from '../access/secrets.ts';
import { createSession, isSession, SESSION_MS } from '../access/sessions.ts';
import { AppError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { type Reached, baseUrlOf } from './base-url.ts';
import { isLoopback, isLoopbackHost, isOfAnotherSite, isOwnHost } from './own-site.ts';
import { requesterOf } from './requester.ts';

const COOKIE = 'sidecast_session';

export interface DoorkeeperOptions {
  /** Undefined where none is asked for. */
  readonly apiKey: string | undefined;
  readonly settings: Reached & { readonly trustedNetworks?: readonly Network[] | undefined };
  readonly logger: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** How a requester is known: by a key, by what a browser got for one, by its network, or as this machine's own user. */
export type Standing = 'key' | 'session' | 'network' | 'machine';

/** Knows who may come in. */
export class Doorkeeper {
  readonly #options: DoorkeeperOptions;
  readonly #failed: FailedKeys;

  constructor(options: DoorkeeperOptions) {
    this.#options = options;
    this.#failed = new FailedKeys(options.now);
  }

  /** Whether a key is asked for at all. */
  get asksForKey(): boolean {
    return this.#options.apiKey !== undefined;
  }

  /** Who asks; undefined for a stranger. A key that is wrong is `unauthorised`, and one more `too_many_wrong_keys`. */
  standingOf(ctx: Context): Standing | undefined {
    const { apiKey, settings } = this.#options;
    const { address, host, isRelayedByStranger } = requesterOf(ctx, settings);
    // Through a proxy that is not believed anybody may ask, and by a name that was made to lead here any site's page.
    const isNear = !isRelayedByStranger && isOwnHost(host, settings.baseUrl);
    if (isNear && isWithin(settings.trustedNetworks ?? [], address)) return 'network';
    if (apiKey === undefined) {
      return isNear && isLoopback(address) && isLoopbackHost(host) ? 'machine' : undefined;
    }
    const given = givenKey(ctx);
    if (given !== undefined) {
      this.checkKey(ctx, given);
      return 'key';
    }
    return this.hasSession(ctx) ? 'session' : undefined;
  }

  /** Whether such a one may change something: a browser also sends what other sites' pages would have it send. */
  mayChange(ctx: Context, standing: Standing | undefined): boolean {
    if (standing === undefined) return false;
    return standing === 'key' || !isOfAnotherSite(ctx, requesterOf(ctx, this.#options.settings).host);
  }

  /** Refuses a key that is wrong, and any for a while after too many. */
  checkKey(ctx: Context, given: string): void {
    const { apiKey = '', settings, logger } = this.#options;
    const { address = 'unknown' } = requesterOf(ctx, settings);
    const waitMs = this.#failed.waitMs(address);
    if (waitMs > 0) {
      const seconds = Math.ceil(waitMs / 1000);
      ctx.set('Retry-After', String(seconds));
      throw new AppError('too_many_wrong_keys', `too many wrong keys from there; try again in ${seconds} seconds`);
    }
    if (isSameSecret(given, apiKey)) return;
    if (this.#failed.count(address)) logger.warn({ address }, `Too many wrong keys came from ${address}`);
    throw new AppError('unauthorised', 'this is not the key of this Sidecast');
  }

  /** Whether a browser asks that has brought the key and may come in without it. */
  hasSession(ctx: Context): boolean {
    const { apiKey, now } = this.#options;
    return apiKey !== undefined && isSession(ctx.cookies.get(COOKIE) ?? '', apiKey, now());
  }

  /** Lets a browser come in again. */
  beginSession(ctx: Context): void {
    const { apiKey, now } = this.#options;
    if (apiKey !== undefined) this.#setCookie(ctx, createSession(apiKey, now()), SESSION_MS / 1000);
  }

  endSession(ctx: Context): void {
    this.#setCookie(ctx, '', 0);
  }

  #setCookie(ctx: Context, value: string, seconds: number): void {
    const isSecure = baseUrlOf(ctx, this.#options.settings).startsWith('https:');
    const rules = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
    ctx.append('Set-Cookie', `${COOKIE}=${value}; ${rules}`);
  }
}

/** Whether a browser asks that has brought the key, at some time. */
export function hasSessionCookie(ctx: Context): boolean {
  return ctx.cookies.get(COOKIE) !== undefined;
}

function givenKey({ req }: Context): string | undefined {
  const { authorization, 'x-api-key': key } = req.headers;
  return typeof key === 'string' ? key : /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}
