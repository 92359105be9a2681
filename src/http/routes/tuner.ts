import type { RouterMiddleware } from '@koa/router';
import { nameKey } from '../../catalog/channels/channel-name.ts';
import type { Channel } from '../../catalog/channels/channel.ts';
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { groupOf, renderM3u, STREAM_FORMATS } from '../../tuner/m3u.ts';
import { addressBaseOf } from '../address-base.ts';
import { lastModifiedMs } from '../last-modified.ts';
import { parseQuery, text } from '../query.ts';
import { respondWithText } from '../respond.ts';
import type { HttpOptions } from '../options.ts';

type Options = Pick<HttpOptions, 'guide' | 'settings' | 'access' | 'now'>;

const query = z.strictObject({
  group: text.optional(),
  format: z.enum(STREAM_FORMATS, { error: `use one of ${STREAM_FORMATS.join(', ')}` }).optional(),
});

/** The channels as an M3U tuner: all, or those of a group. */
export function channelList({ guide, settings, access, now }: Options): RouterMiddleware {
  return async function sendChannelList(ctx) {
    const base = addressBaseOf(ctx, { settings, access });
    const { group, format } = parseQuery(ctx, query);
    const channels = await guide.channels();
    const body = renderM3u({
      ...{ base, format, catchUpDays: settings.catchUpDays },
      channels: group === undefined ? channels : channelsOfGroup(channels, group),
    });
    await respondWithText(ctx, {
      ...{ type: 'audio/x-mpegurl; charset=utf-8', body },
      lastModifiedMs: lastModifiedMs(guide.listChangedMs(), now()),
    });
  };
}

/** An empty list would have a host forget its channels: a group without any is a mistake. */
function channelsOfGroup(channels: readonly Channel[], group: string): readonly Channel[] {
  // It may be asked for as the list names it, or as the channel itself does.
  const keyOf = (of: Pick<Channel, 'group'>) => nameKey(groupOf(of));
  const found = channels.filter((channel) => keyOf(channel) === keyOf({ group }));
  if (found.length > 0) return found;
  const groups = [...new Set(channels.map(groupOf))].filter((name) => name !== '').map((name) => `"${name}"`);
  const message = `no channel is in it; ${groups.length === 0 ? 'there are none' : `there are ${groups.join(', ')}`}`;
  throw new AppError('invalid_query', `invalid query; group: ${message}`, { fields: [{ path: 'group', message }] });
}
