import type { RouterMiddleware } from '@koa/router';
import { baseUrlOf } from '../base-url.ts';
import { respondWithJSON } from '../respond.ts';
import type { HttpOptions } from '../options.ts';

/** The plugin manifest, with absolute addresses and the schema of the settings. */
export function pluginManifest(
  options: Pick<HttpOptions, 'manifest' | 'settingsSchema' | 'settings'>,
): RouterMiddleware {
  const { manifest, settingsSchema, settings } = options;
  return async function sendManifest(ctx) {
    const baseUrl = baseUrlOf(ctx, settings);
    await respondWithJSON(ctx, {
      ...manifest,
      base_url: baseUrl,
      health_url: baseUrl + manifest.health_url,
      m3u_url: baseUrl + manifest.m3u_url,
      guide_url: baseUrl + manifest.guide_url,
      settings_schema: settingsSchema,
    });
  };
}
