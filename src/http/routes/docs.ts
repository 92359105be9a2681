import type { RouterMiddleware } from '@koa/router';
import { addressBaseOf } from '../address-base.ts';
import { openAPIDocument } from '../openapi/document.ts';
import { renderAPIDocs } from '../pages/api-docs.ts';
import { respondWithJSON, respondWithText } from '../respond.ts';
import type { HttpOptions } from '../options.ts';
import { PAGE_POLICY } from '../pages/policy.ts';

type Options = Pick<HttpOptions, 'manifest' | 'settings' | 'access'>;

/** The API for programs. */
export function openAPI({ manifest }: Pick<Options, 'manifest'>): RouterMiddleware {
  return (ctx) => respondWithJSON(ctx, openAPIDocument(manifest.version));
}

/** The API for people. */
export function apiDocs(options: Options): RouterMiddleware {
  const { manifest } = options;
  return async function sendDocs(ctx) {
    ctx.set('Content-Security-Policy', PAGE_POLICY);
    const body = renderAPIDocs(openAPIDocument(manifest.version), addressBaseOf(ctx, options).plain);
    await respondWithText(ctx, { type: 'text/html; charset=utf-8', body });
  };
}
