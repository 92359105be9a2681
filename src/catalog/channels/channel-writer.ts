import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import { inBatches } from '../batches.ts';
import type { Channel } from './channel.ts';
import { channelColumns } from './channel-rows.ts';
import { useNumbers } from './used-numbers.ts';

/** A picture that a person has given, as PNG. */
export interface GivenLogo {
  readonly png: Buffer;
  /** Where it was read. */
  readonly url: string | null;
}

/** Channels as they shall be. */
export interface ChangedChannels {
  readonly channels: readonly Channel[];
  /** New pictures by the ids of channels; undefined for the one that is drawn. */
  readonly logos?: ReadonlyMap<string, GivenLogo | undefined>;
}

/**
 * What all channels shall be, from what they are, and from all numbers that any ever had: hosts remember them. It throws
 * what stands in the way, and nothing is changed.
 */
export type ChangeChannels = (channels: readonly Channel[], used: ReadonlySet<string>) => ChangedChannels;

/** Writes down what has become of channels; each that has changed has another version. Those gone are not found again. */
export async function writeChannels(
  trx: Knex,
  before: readonly Channel[],
  { channels, logos = new Map() }: ChangedChannels,
): Promise<void> {
  const was = new Map(before.map((channel) => [channel.id, channel]));
  const is = new Set(channels.map(({ id }) => id));
  const gone = before.filter(({ id }) => !is.has(id)).map(({ id }) => id);
  await inBatches(gone, async (batch) => {
    await trx('channel_numbers').whereIn('channel_id', batch).update({ dismissed: true });
    await trx('channels').whereIn('id', batch).delete();
  });
  const changed = channels.filter(
    (channel) => !isDeepStrictEqual(was.get(channel.id), channel) || logos.has(channel.id),
  );
  // Numbers and names may go from one to another: none of them has its new one before all have let go of the old.
  const known = changed.filter(({ id }) => was.has(id));
  for (const { id } of known)
    await trx('channels')
      .where({ id })
      .update({ number: `was ${id}`, name_key: `was ${id}` });
  for (const channel of changed) {
    const old = was.get(channel.id);
    const version = (old?.version ?? 0) + 1;
    const { id, ...columns } = channelColumns({ ...channel, version });
    if (old !== undefined) await trx('channels').where({ id }).update(columns);
    else {
      await trx('channels').insert({ id, ...columns });
      await trx('channel_numbers').where({ channel_id: id }).update({ dismissed: false });
    }
  }
  await useNumbers(
    trx,
    changed.map(({ number }) => number),
  );
  for (const [channelId, logo] of logos) {
    await trx('channel_logos').where({ channel_id: channelId }).delete();
    if (logo !== undefined) await trx('channel_logos').insert({ channel_id: channelId, ...logo });
  }
}
