import type { RequestListener } from 'node:http';
import type Router from '@koa/router';
import type { Middleware } from 'koa';
import Koa from 'koa';
import type { Answering } from '../shared/answering.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import { answerAtHand } from './at-hand.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { errorProtocol } from './error-protocol.ts';
import { guard } from './guard.ts';
import { requireHost } from './malformed.ts';
import { limitBody } from './request-body.ts';
import { checkPath } from './request-path.ts';
import { createDeviceRouter, createRouter, createStreamRouter } from './router.ts';
import { healthReport } from './routes/api.ts';
import { askForKey, createLoginRouter } from './routes/login.ts';
import { secure } from './security-headers.ts';
import { guardSigned, type SignedOptions, unwrapSigned } from './signed-path.ts';
import { countSentBytes } from './sent-bytes.ts';
import type { DeviceOptions, HttpOptions } from './options.ts';

/** The sidecar's whole HTTP side. */
export function createApp(options: HttpOptions): RequestListener {
  const door = doorOf(options);
  const routers = [createStreamRouter(options), createLoginRouter(door), createRouter(options)];
  const healthForStrangers = healthReport(options, { isForStrangers: true });
  const guards = [guard({ door, healthForStrangers, askForKey }), guardSigned(signedOptions(options, door))];
  return answerAtHand(options, createAppOf(routers, options, guards));
}

/** An HDHomeRun on a port of its own. */
export function createDeviceApp(options: DeviceOptions): RequestListener {
  const guards = [guardSigned(signedOptions(options, doorOf(options)))];
  return createAppOf([createDeviceRouter(options)], options, guards);
}

function doorOf({ access: { apiKey }, ...options }: DeviceOptions): Doorkeeper {
  return new Doorkeeper({ ...options, apiKey });
}

function signedOptions({ access: { links }, guide }: DeviceOptions, door: Doorkeeper): SignedOptions {
  return { links, guide, door };
}

/** The order of the middleware is its architecture. */
function createAppOf(
  routers: readonly Router[],
  { logger, isShuttingDown, metrics, answering, now }: DeviceOptions,
  guards: readonly Middleware[],
): RequestListener {
  const app = new Koa();
  // What still gets here is a client that left in the middle of an answer.
  app.on('error', (error: unknown) => logger.debug({ reason: messageOf(error) }, 'A response was cut short'));
  app.use(countSentBytes(metrics.sent));
  app.use(giveWayTo(answering));
  app.use(errorProtocol({ logger, now, onRefused: metrics.refused }));
  app.use(unwrapSigned);
  app.use(secure);
  app.use(requireHost);
  app.use(checkPath);
  app.use(limitBody);
  app.use(allowOtherSites);
  app.use(refuseWhenShuttingDown(isShuttingDown));
  for (const each of guards) app.use(each);
  for (const router of routers) app.use(router.routes());
  app.use(answerOtherMethods(routers));
  const handle = app.callback();
  return (request, response) => void handle(request, response);
}

/** Players on other sites' pages may read streams. */
const allowOtherSites: Middleware = function allowOtherSites(ctx, next) {
  if (!ctx.path.startsWith('/stream/')) return next();
  ctx.set('Access-Control-Allow-Origin', '*');
  if (ctx.method !== 'OPTIONS') return next();
  ctx.set('Access-Control-Allow-Methods', 'GET, HEAD, OPTIONS');
  ctx.set('Access-Control-Allow-Headers', 'Range, If-None-Match, If-Modified-Since, Cache-Control');
  ctx.set('Access-Control-Max-Age', '86400');
  ctx.status = 204;
  return undefined;
};

/** Who looks at something goes before work that can wait; who changes something waits for that work. */
function giveWayTo(answering: Answering): Middleware {
  return function countAsking(ctx, next) {
    return ctx.method === 'GET' ? answering.during(next) : next();
  };
}

function refuseWhenShuttingDown(isShuttingDown: () => boolean): Middleware {
  return function refuseNewRequests(_ctx, next) {
    if (isShuttingDown()) throw new AppError('manager_stopped', 'Sidecast is shutting down; try again in a moment');
    return next();
  };
}

/** Known addresses tell what they take; all others are not there. */
function answerOtherMethods(routers: readonly Router[]): Middleware {
  return async function answerOtherMethod(ctx) {
    const layers = routers.flatMap((router) => router.match(ctx.path, ctx.method).path);
    const methods = layers.flatMap((layer) => layer.methods);
    if (methods.length === 0) throw new AppError('not_found', 'nothing is here; / shows what there is');
    const allowed = [...new Set([...methods, 'OPTIONS'])].sort().join(', ');
    ctx.set('Allow', allowed);
    if (ctx.method !== 'OPTIONS') {
      throw new AppError('method_not_allowed', `method not allowed here; use one of ${allowed}`);
    }
    ctx.status = 204;
  };
}
