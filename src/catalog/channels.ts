import type { Knex } from 'knex';
import { z } from 'zod';
import { QUALITY_LEVELS } from '../ffmpeg/quality.ts';
import { programming } from '../schedule/programming/programming.ts';
import { inBatches } from './batches.ts';
import type { Channel } from './channel.ts';

const quality = z.enum(QUALITY_LEVELS);
const content = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('show'), show: z.string() }),
  z.object({ kind: z.literal('films') }),
]);
const json = z.string().transform((text): unknown => JSON.parse(text));

const channelRow = z
  .object({
    id: z.string(),
    number: z.number(),
    name: z.string(),
    source: z.string(),
    content: json.pipe(content),
    rate_num: z.number(),
    rate_den: z.number(),
    segment_seconds: z.number(),
    qualities: json.pipe(z.array(quality)),
    tuner_quality: quality,
    loop_started_ms: z.number(),
    programming: json.pipe(programming),
    time_zone: z.string().nullable(),
  })
  .transform((row): Channel => ({
    id: row.id,
    number: row.number,
    name: row.name,
    source: row.source,
    content: row.content,
    frameRate: { num: row.rate_num, den: row.rate_den },
    segmentSeconds: row.segment_seconds,
    qualities: row.qualities,
    tunerQuality: row.tuner_quality,
    loopStartedMs: row.loop_started_ms,
    programming: row.programming,
    timeZone: row.time_zone,
  }));

export class Channels {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** The channels that have something to show, by number. */
  async list(): Promise<Channel[]> {
    return z.array(channelRow).parse(await this.#knex('channels').where({ listed: true }).orderBy('number'));
  }

  /** All that were ever made, also those whose library is gone for now. */
  async listAll(): Promise<Channel[]> {
    return z.array(channelRow).parse(await this.#knex('channels').orderBy('number'));
  }

  async find(id: string): Promise<Channel | undefined> {
    const [channel] = z.array(channelRow).parse(await this.#knex('channels').where({ id, listed: true }));
    return channel;
  }

  /** The numbers of these channels: for new ones the next free ones, in this order. */
  async numbersOf(ids: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.#knex.transaction(async (trx) => {
      const given: { channel_id: string }[] = await trx('channel_numbers').select('channel_id');
      const known = new Set(given.map((row) => row.channel_id));
      for (const id of ids) if (!known.has(id)) await trx('channel_numbers').insert({ channel_id: id });
      return trx('channel_numbers').select('channel_id', 'number');
    });
    const parsed = z.array(z.object({ channel_id: z.string(), number: z.number() })).parse(rows);
    const wanted = new Set(ids);
    return new Map(parsed.filter((row) => wanted.has(row.channel_id)).map((row) => [row.channel_id, row.number]));
  }

  /** Adds a channel under the number that it was given by `numbersOf`. */
  async add(channel: Channel): Promise<void> {
    await this.#knex('channels').insert({
      id: channel.id,
      number: channel.number,
      name: channel.name,
      source: channel.source,
      content: JSON.stringify(channel.content),
      rate_num: channel.frameRate.num,
      rate_den: channel.frameRate.den,
      segment_seconds: channel.segmentSeconds,
      qualities: JSON.stringify(channel.qualities),
      tuner_quality: channel.tunerQuality,
      loop_started_ms: Math.round(channel.loopStartedMs),
      programming: JSON.stringify(channel.programming),
      time_zone: channel.timeZone,
    });
  }

  /** Removes a channel and its airings; its number stays its own. */
  async remove(id: string): Promise<void> {
    await this.#knex('channels').where({ id }).delete();
  }

  /** From now on exactly these are listed. */
  async setListed(ids: ReadonlySet<string>): Promise<void> {
    await this.#knex.transaction(async (trx) => {
      await trx('channels').update({ listed: false });
      await inBatches([...ids], (batch) => trx('channels').whereIn('id', batch).update({ listed: true }));
    });
  }
}
