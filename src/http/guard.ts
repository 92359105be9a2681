import type { Context, Middleware } from 'koa';
import { AppError } from '../shared/errors.ts';
import { addressKind } from './address-kind.ts';
import type { Doorkeeper } from './doorkeeper.ts';

export interface GuardOptions {
  readonly door: Doorkeeper;
  /** Answers strangers who ask how the sidecar is. */
  readonly healthForStrangers: Middleware;
  /** Asks a person for the key, in place of the page that was asked for. */
  readonly askForKey: (ctx: Context) => void;
}

/** Lets through whom an address is for. Before all routes, so that a new one is not open by mistake. */
export function guard({ door, healthForStrangers, askForKey }: GuardOptions): Middleware {
  return function admit(ctx, next) {
    const kind = addressKind(ctx.path);
    if (kind === 'open' || kind === 'tuner') return next();
    const standing = door.standingOf(ctx);
    const isKnown = standing !== undefined || !door.asksForKey;
    if (kind === 'health') return isKnown ? next() : healthForStrangers(ctx, next);
    if (!isKnown) {
      if (isForPeople(ctx)) return askForKey(ctx);
      throw new AppError(
        'unauthorised',
        'this needs the API key: send it as Authorization: Bearer <key> or X-Api-Key, or log in at /login',
      );
    }
    if (ctx.method === 'GET' || ctx.method === 'HEAD' || ctx.method === 'OPTIONS') return next();
    if (door.mayChange(ctx, standing)) return next();
    throw new AppError(
      'forbidden',
      door.asksForKey
        ? 'the page of another site may change nothing here; send the API key'
        : 'only the machine that Sidecast runs on may change anything; send it there, to localhost, or set SIDECAST_API_KEY',
    );
  };
}

/** Whether a page was asked for, with which a person can go on. */
function isForPeople(ctx: Context): boolean {
  // Browsers name it; programs take anything.
  return ctx.method === 'GET' && ctx.get('Accept').includes('text/html');
}
