import type { Channel } from '../catalog/channels/channel.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { parseQuality } from '../ffmpeg/quality.ts';
import { AppError } from '../shared/errors.ts';
import type { ChannelService } from './services/channels.ts';
import type { GuideService } from './services/guide.ts';
import type { StreamService } from './services/streams.ts';

/** The channel of that id, or `channel_not_found`. */
export async function requireChannel(
  guide: Pick<GuideService, 'channels'>,
  channelId: string | undefined,
): Promise<Channel> {
  return required(
    (await guide.channels()).find(({ id }) => id === channelId),
    channelId,
  );
}

/** The same among all channels, also those that viewers may not have. */
export async function requireAnyChannel(
  channels: Pick<ChannelService, 'find'>,
  channelId: string | undefined,
): Promise<Channel> {
  return required(await channels.find(channelId ?? ''), channelId);
}

function required(channel: Channel | undefined, id = ''): Channel {
  if (channel !== undefined) return channel;
  // Of several that are asked for it has to be said which one is meant.
  const named = id === '' ? 'channel' : `channel ${id.slice(0, 100)}`;
  throw new AppError('channel_not_found', `${named} not found; /api/channels lists those that there are`);
}

/** The quality of that name if the channel has it or, where it has it no more, others watch it; or `invalid_quality`. */
export function requireQuality(
  streams: Pick<StreamService, 'isWatched'>,
  channel: Channel,
  name: string | undefined,
): Quality {
  const quality = parseQuality(name ?? '');
  if (channel.qualities.includes(quality) || streams.isWatched(channel.id, quality)) return quality;
  const offered = channel.qualities.join(', ');
  throw new AppError('invalid_quality', `invalid quality level "${quality}" for this channel; it has ${offered}`);
}
