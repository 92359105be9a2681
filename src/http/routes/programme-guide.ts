import type { RouterMiddleware } from '@koa/router';
import { z } from 'zod';
import { requireAnyChannel } from '../channel-lookup.ts';
import { programmeJSON } from '../guide-json.ts';
import { isoTime, nowNextOf } from '../now-next.ts';
import { moment, parseQuery, text } from '../query.ts';
import { respondWithJSON } from '../respond.ts';
import { AppError } from '../../shared/errors.ts';
import type { HttpOptions } from '../options.ts';

type Options = Pick<HttpOptions, 'channels' | 'now'>;

const DAY_MS = 86_400_000;
const MOST_DAYS = 31;

const span = { from: moment.optional(), to: moment.optional() };
export const guideQuery = z.strictObject(span);
export const gridQuery = z.strictObject({
  ...span,
  channels: text
    .max(10_000)
    .optional()
    .describe('Ids with commas between; without it, all channels that viewers may have'),
});

/** What is on a channel, how far it is, and what follows. */
export function nowOnChannel({ channels, now }: Options): RouterMiddleware {
  return async function sendNow(ctx) {
    const channel = await requireAnyChannel(channels, ctx.params['channelId']);
    const nowMs = now();
    const airings = (_id: string, fromMs: number, toMs: number) => channels.airings(channel, fromMs, toMs);
    const { now: on, next } = await nowNextOf({ airings }, channel.id, nowMs);
    await respondWithJSON(ctx, {
      channel_id: channel.id,
      time: isoTime(nowMs),
      now: on === undefined ? null : { ...programmeJSON(on), offset_ms: Math.round(nowMs - on.startMs) },
      next: next === undefined ? null : programmeJSON(next),
    });
  };
}

/** What is on a channel between two moments; without them, in the next day. */
export function channelGuide({ channels, now }: Options): RouterMiddleware {
  return async function sendGuide(ctx) {
    const channel = await requireAnyChannel(channels, ctx.params['channelId']);
    const { fromMs, toMs } = spanOf(parseQuery(ctx, guideQuery), now());
    const programmes = await channels.airings(channel, fromMs, toMs);
    await respondWithJSON(ctx, {
      ...{ channel_id: channel.id, from: isoTime(fromMs), to: isoTime(toMs) },
      programmes: programmes.map(programmeJSON),
    });
  };
}

/** The same of several channels, for a grid. */
export function guideGrid({ channels, now }: Options): RouterMiddleware {
  return async function sendGrid(ctx) {
    const { channels: asked, ...given } = parseQuery(ctx, gridQuery);
    const { fromMs, toMs } = spanOf(given, now());
    const all = await channels.list();
    const chosen =
      asked === undefined
        ? all.filter(({ enabled, listed }) => enabled && listed)
        : await Promise.all(asked.split(',').map((id) => requireAnyChannel(channels, id)));
    const rows: object[] = [];
    for (const channel of chosen) {
      const programmes = await channels.airings(channel, fromMs, toMs);
      const { id, number, name } = channel;
      rows.push({ channel_id: id, number, name, programmes: programmes.map(programmeJSON) });
    }
    await respondWithJSON(ctx, { from: isoTime(fromMs), to: isoTime(toMs), channels: rows });
  };
}

function spanOf({ from, to }: z.infer<typeof guideQuery>, nowMs: number): { fromMs: number; toMs: number } {
  const fromMs = from ?? nowMs;
  const toMs = to ?? fromMs + DAY_MS;
  if (toMs > fromMs && toMs - fromMs <= MOST_DAYS * DAY_MS) return { fromMs, toMs };
  const message = `use a moment after from, at most ${MOST_DAYS} days`;
  throw new AppError('invalid_query', `invalid query; to: ${message}`, { fields: [{ path: 'to', message }] });
}
