import type { Knex } from 'knex';
import { z } from 'zod';
import type { Airing } from '../schedule/airing.ts';
import { inBatches } from './batches.ts';

const airingRow = z
  .object({
    channel_id: z.string(),
    start_segment: z.number(),
    stop_segment: z.number(),
    item_id: z.string(),
    reel_start: z.number(),
  })
  .transform((row): Airing => ({
    channelId: row.channel_id,
    startSegment: row.start_segment,
    stopSegment: row.stop_segment,
    itemId: row.item_id,
    reelStart: row.reel_start,
  }));

export class Airings {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** The airings that show any of the segments [from, to), in order. */
  async between(channelId: string, from: number, to: number): Promise<Airing[]> {
    // The one on air at `from` starts at or before it: found by the key, so the past is not read through.
    const onAir = this.#knex('airings')
      .where({ channel_id: channelId })
      .where('start_segment', '<=', from)
      .max('start_segment');
    const rows: unknown = await this.#knex('airings')
      .where({ channel_id: channelId })
      .where('start_segment', '>=', this.#knex.raw('coalesce((?), 0)', [onAir]))
      .where('start_segment', '<', to)
      .where('stop_segment', '>', from)
      .orderBy('start_segment');
    return z.array(airingRow).parse(rows);
  }

  /** The last airing that is planned, or the last that starts before a segment. */
  async last(channelId: string, beforeSegment = Number.MAX_SAFE_INTEGER): Promise<Airing | undefined> {
    const rows: unknown = await this.#knex('airings')
      .where({ channel_id: channelId })
      .where('start_segment', '<', beforeSegment)
      .orderBy('start_segment', 'desc')
      .limit(1);
    return z.array(airingRow).parse(rows)[0];
  }

  async append(airings: readonly Airing[]): Promise<void> {
    await this.#knex.transaction((trx) => insert(trx, airings));
  }

  /** Puts these in the place of everything that starts at `fromSegment` or later; readers see the old plan or the new one. */
  async replaceFrom(channelId: string, fromSegment: number, airings: readonly Airing[]): Promise<void> {
    await this.#knex.transaction(async (trx) => {
      await trx('airings').where({ channel_id: channelId }).where('start_segment', '>=', fromSegment).delete();
      await insert(trx, airings);
    });
  }

  /** Forgets airings that ended before a segment; never the last one, after which the loop goes on. */
  async prune(channelId: string, beforeSegment: number): Promise<void> {
    const last = this.#knex('airings').where({ channel_id: channelId }).max('start_segment');
    await this.#knex('airings')
      .where({ channel_id: channelId })
      .where('start_segment', '<', beforeSegment)
      .where('stop_segment', '<=', beforeSegment)
      .where('start_segment', '<', last)
      .delete();
  }
}

function insert(trx: Knex, airings: readonly Airing[]): Promise<void> {
  const rows = airings.map((airing) => ({
    channel_id: airing.channelId,
    start_segment: airing.startSegment,
    stop_segment: airing.stopSegment,
    item_id: airing.itemId,
    reel_start: airing.reelStart,
  }));
  return inBatches(rows, (batch) => trx('airings').insert(batch));
}
