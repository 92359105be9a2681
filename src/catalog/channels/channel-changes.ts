import { v4 as newId } from 'uuid';
import { numberOf } from '../../schedule/programming/chance.ts';
import type { Programming } from '../../schedule/programming/programming.ts';
import { AppError } from '../../shared/errors.ts';
import type { Channel } from './channel.ts';
import type { ChannelCopy, ChannelOrder, ChannelPatch } from './channel-input.ts';
import { nameKey, uniqueName } from './channel-name.ts';
import { NextNumbers } from './channel-number.ts';
import { withSeed } from './channel-seed.ts';
import { type ChannelDefaults, highestFirst, type NewChannel, NewChannels } from './new-channels.ts';

type Channels = readonly Channel[];

/** These and more channels. */
export function withNew(
  channels: Channels,
  made: readonly NewChannel[],
  defaults: ChannelDefaults,
  used: ReadonlySet<string>,
): readonly Channel[] {
  const more = new NewChannels(channels, defaults, used);
  for (const one of made) more.add(more.made(one));
  return more.all;
}

/** The same with one channel changed in what is said. */
export function withPatch(channels: Channels, id: string, patch: ChannelPatch): Channel[] {
  return withChanged(channels, id, (channel) => {
    const qualities = patch.qualities === undefined ? channel.qualities : highestFirst(patch.qualities);
    return {
      ...channel,
      number: patch.number ?? channel.number,
      name: patch.name ?? channel.name,
      group: patch.group ?? channel.group,
      description: patch.description ?? channel.description,
      timeZone: patch.time_zone === undefined ? channel.timeZone : patch.time_zone,
      enabled: patch.enabled ?? channel.enabled,
      qualities,
      tunerQuality: patch.tuner_quality ?? channel.tunerQuality,
    };
  });
}

/** A person has said what it shows: from now on it is that person's, and stays whatever the libraries have. */
export function withProgramming(channels: Channels, id: string, programming: Programming): Channel[] {
  return withChanged(channels, id, (channel) => ({
    ...channel,
    programming: withSeed(programming, id, channel),
    origin: { kind: 'made' },
    listed: true,
  }));
}

/** Without one, which no other may be a delay of. */
export function without(channels: Channels, id: string): Channel[] {
  const copy = channels.find(({ programming }) => programming.kind === 'delay' && programming.channel_id === id);
  if (copy !== undefined) {
    throw new AppError(
      'channel_in_use',
      `channel "${copy.name}" shows the same airings later; change or remove it first`,
    );
  }
  return channels.filter((channel) => channel.id !== id);
}

/** With a copy of one, in another shuffle. */
export function withCopy(channels: Channels, id: string, copy: ChannelCopy, used: ReadonlySet<string>): Channel[] {
  const original = requireIn(channels, id);
  const { programming } = original;
  const copyId = newId();
  return [
    ...channels,
    {
      ...original,
      id: copyId,
      number:
        copy.number ??
        new NextNumbers(
          channels.map(({ number }) => number),
          used,
        ).next,
      name: copy.name ?? uniqueName(original.name, new Set(channels.map(({ name }) => nameKey(name)))),
      ...{ logo: { kind: 'generated' }, origin: { kind: 'made' }, listed: true, version: 1 },
      programming: programming.kind === 'delay' ? programming : { ...programming, seed: numberOf(copyId) },
    },
  ];
}

/** In another order, or with other numbers. */
export function withOrder(channels: Channels, change: ChannelOrder): Channel[] {
  const { numbers: given = {}, order } = change;
  if (order === undefined) {
    for (const id of Object.keys(given)) requireIn(channels, id);
    return channels.map((channel) => ({ ...channel, number: given[channel.id] ?? channel.number }));
  }
  const ids = new Set(order);
  const isAll = ids.size === channels.length && order.length === ids.size && channels.every(({ id }) => ids.has(id));
  if (!isAll) {
    const message = `name each of the ${channels.length} channels once, by its id`;
    throw new AppError('invalid_body', `invalid body; order: ${message}`, { fields: [{ path: 'order', message }] });
  }
  const numbers = new Map(order.map((id, place) => [id, channels[place]?.number]));
  return channels.map((channel) => ({ ...channel, number: numbers.get(channel.id) ?? channel.number }));
}

/** The channel of that id, or `channel_not_found`. */
export function requireIn(channels: Channels, id: string): Channel {
  const channel = channels.find((one) => one.id === id);
  if (channel !== undefined) return channel;
  throw new AppError('channel_not_found', `channel ${id} not found; /api/channels lists those that there are`);
}

function withChanged(channels: Channels, id: string, change: (channel: Channel) => Channel): Channel[] {
  requireIn(channels, id);
  return channels.map((channel) => (channel.id === id ? change(channel) : channel));
}
