import type { RouterMiddleware } from '@koa/router';
import type { HttpOptions } from '../options.ts';

/** The figures, for Prometheus. */
export function metricsPage({ metrics }: Pick<HttpOptions, 'metrics'>): RouterMiddleware {
  return async function sendMetrics(ctx) {
    const { type, text } = await metrics.render();
    ctx.set('Content-Type', type);
    ctx.set('Cache-Control', 'no-store');
    ctx.body = text;
  };
}
