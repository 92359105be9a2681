import type { Middleware } from 'koa';
import { addressKind } from './address-kind.ts';

/** With every answer; pages say more exactly what they may do. */
const FOR_ALL = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
};
const NOT_FOR_OTHER_SITES = { ...FOR_ALL, 'Cross-Origin-Resource-Policy': 'same-origin' };
/** Players on other sites' pages show streams and pictures. */
const FOR_OTHER_SITES = { ...FOR_ALL, 'Cross-Origin-Resource-Policy': 'cross-origin' };

/** What browsers are told of an answer: to believe its type, to show it in no frame, to tell nobody of its address. */
export function headersFor(path: string): Readonly<Record<string, string>> {
  return addressKind(path) === 'tuner' ? FOR_OTHER_SITES : NOT_FOR_OTHER_SITES;
}

/** Has browsers take care with every answer. */
export const secure: Middleware = function secure(ctx, next) {
  ctx.set(headersFor(ctx.path));
  return next();
};
