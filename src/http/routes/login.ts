import Router from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../../shared/errors.ts';
import type { Doorkeeper } from '../doorkeeper.ts';
import { statusOf } from '../error-protocol.ts';
import { PAGE_POLICY } from '../pages/policy.ts';
import { renderLogin } from '../pages/login.ts';
import { readForm } from '../request-body.ts';

/** Where people bring the key, and where they take back what they got for it. */
export function createLoginRouter(door: Doorkeeper): Router {
  return new Router({ sensitive: true, strict: true })
    .get('/login', (ctx) => {
      if (door.asksForKey) sendLogin(ctx, 200, '');
      else goTo(ctx, '');
    })
    .post('/login', async (ctx) => {
      const form = await readForm(ctx);
      const to = safePlace(form.get('to'));
      try {
        if (door.asksForKey) door.checkKey(ctx, (form.get('key') ?? '').trim());
        door.beginSession(ctx);
        goTo(ctx, to);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        sendLogin(ctx, statusOf(error), to, error.message);
      }
    })
    .post('/logout', (ctx) => {
      // Other sites' pages cannot send the cookie, so they cannot log anybody out.
      if (door.hasSession(ctx)) door.endSession(ctx);
      goTo(ctx, '');
    });
}

/** Asks for the key where a page was asked for, so that reloading it after the login shows that page. */
export function askForKey(ctx: Context): void {
  sendLogin(ctx, 401, safePlace(ctx.path.slice(1)));
}

function sendLogin(ctx: Context, status: number, to: string, problem?: string): void {
  ctx.status = status;
  ctx.set('Content-Type', 'text/html; charset=utf-8');
  ctx.set('Cache-Control', 'no-store');
  ctx.set('Content-Security-Policy', PAGE_POLICY);
  const root = '../'.repeat(Math.max(0, ctx.path.split('/').length - 2));
  ctx.body = renderLogin({ root, to, problem });
}

/** Relative, so that it holds behind a proxy's prefix too. */
function goTo(ctx: Context, place: string): void {
  ctx.status = 303;
  ctx.set('Location', `./${place}`);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = '';
}

/** A place below the root, and nothing that could lead elsewhere. */
function safePlace(place: string | null): string {
  return place !== null && place !== 'login' && /^[\w-]+(?:\/[\w-]+)*$/.test(place) ? place : '';
}
