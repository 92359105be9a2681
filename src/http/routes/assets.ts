import { readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { RouterMiddleware } from '@koa/router';
import { BROWSER_SCRIPT } from '../pages/browser-script.ts';
import { ICON } from '../pages/icon.ts';
import { STYLE } from '../pages/style.ts';
import { respondWithText } from '../respond.ts';

const SCRIPT = 'text/javascript; charset=utf-8';

const require = createRequire(import.meta.url);

/** The player of the pages, as its package has it. */
export function hlsScript(): RouterMiddleware {
  return async function sendHlsScript(ctx) {
    const file = require.resolve('hls.js/dist/hls.min.js');
    const [body, { mtime }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    ctx.lastModified = mtime;
    await respondWithText(ctx, { type: SCRIPT, body });
  };
}

export function pageScript(): RouterMiddleware {
  return async function sendPageScript(ctx) {
    await respondWithText(ctx, { type: SCRIPT, body: BROWSER_SCRIPT });
  };
}

export function pageStyle(): RouterMiddleware {
  return async function sendPageStyle(ctx) {
    await respondWithText(ctx, { type: 'text/css; charset=utf-8', body: STYLE });
  };
}

export function icon(): RouterMiddleware {
  return async function sendIcon(ctx) {
    await respondWithText(ctx, { type: 'image/svg+xml', body: ICON, cacheControl: 'public, max-age=86400' });
  };
}
