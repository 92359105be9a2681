import type { RouterMiddleware } from '@koa/router';
import type { Context } from 'koa';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { HEALTH_CODES } from '../../shared/health-causes.ts';
import { isStreamState, STREAM_STATES } from '../../stream/session/state.ts';
import { requireChannel } from '../channel-lookup.ts';
import { errorJSON, statusOf } from '../error-protocol.ts';
import type { HttpOptions } from '../options.ts';
import { parseQuery } from '../query.ts';
import { respondWithJSON } from '../respond.ts';

type Options = Pick<HttpOptions, 'streams' | 'guide' | 'health'>;

const STATES = STREAM_STATES.join(', ');
const WRONG_STATE = { error: `use one of ${STATES}, or leave it out` };

export const streamsQuery = z.strictObject({
  state: z.string(WRONG_STATE).refine(isStreamState, WRONG_STATE).describe(`One of ${STATES}`).optional(),
});

/** The sessions: all, or with `?state=` those in that state. */
export function listStreams({ streams }: Options): RouterMiddleware {
  return async function sendStreams(ctx) {
    await respondWithJSON(ctx, streams.list(parseQuery(ctx, streamsQuery).state));
  };
}

/** The session of a channel. */
export function getStream({ streams, guide }: Options): RouterMiddleware {
  return async function sendStream(ctx) {
    const { id } = await requireChannel(guide, ctx.params['channelId']);
    const stream = streams.get(id);
    if (stream === undefined)
      throw new AppError('stream_not_found', 'stream not found; nobody is watching this channel');
    await respondWithJSON(ctx, stream);
  };
}

/** Starts a channel's stream: 201 for a new one, 200 for the one that is there, 409 if it had to be new. */
export function startStream({ streams, guide }: Options): RouterMiddleware {
  return async function answerStart(ctx) {
    const { id } = await requireChannel(guide, ctx.params['channelId']);
    const existing = streams.get(id);
    if (existing !== undefined && ctx.get('If-None-Match') === '*') {
      const error = new AppError(
        'stream_already_exists',
        'stream already exists; without If-None-Match it is returned',
      );
      ctx.status = statusOf(error);
      ctx.body = { ...errorJSON(error), stream: existing };
      return;
    }
    ctx.body = await streams.start(id);
    ctx.status = existing === undefined ? 201 : 200;
  };
}

/** Stops a channel's stream, whoever watches it. */
export function stopStream({ streams, guide }: Options): RouterMiddleware {
  return async function answerStop(ctx) {
    const { id } = await requireChannel(guide, ctx.params['channelId']);
    await streams.stop(id);
    ctx.status = 204;
  };
}

export const healthAnswer = z.strictObject({
  status: z.enum(['ok', 'degraded', 'failing']).describe('failing: nothing can be aired'),
  causes: z
    .array(
      z.strictObject({
        code: z.enum(HEALTH_CODES),
        message: z.string().optional().describe('What is wrong, for those who may know'),
        advice: z.string().optional().describe('What to do about it, for them too'),
        since: z.iso.datetime().describe('UTC'),
      }),
    )
    .describe('Everything that a person should know or mend'),
});

/** How the sidecar is; 503 when it cannot do its work, for those who look at the status alone. Words name files. */
export function healthReport(
  { health }: Pick<Options, 'health'>,
  { isForStrangers = false }: { readonly isForStrangers?: boolean } = {},
): (ctx: Context) => Promise<void> {
  return async function sendHealth(ctx) {
    const { status, causes } = await health.report();
    const told = isForStrangers ? causes.map(({ code, since }) => ({ code, since })) : [...causes];
    ctx.body = { status, causes: told } satisfies z.infer<typeof healthAnswer>;
    ctx.set('Cache-Control', 'no-store');
    ctx.status = status === 'failing' ? 503 : 200;
  };
}
