import type { Knex } from 'knex';
import { z } from 'zod';
import type { Airing } from '../schedule/airing.ts';
import { inBatches } from './batches.ts';

const span = {
  channel_id: z.string(),
  start_segment: z.number(),
  stop_segment: z.number(),
  reel_start: z.number(),
  block: z.number(),
};

/** A row of the table of airings. */
export const airingRow = z
  .discriminatedUnion('kind', [
    z.object({ ...span, kind: z.literal('programme'), item_id: z.string(), strand: z.string() }),
    z.object({ ...span, kind: z.literal('filler'), item_id: z.string() }),
    z.object({ ...span, kind: z.enum(['card', 'off-air']) }),
  ])
  .transform((row): Airing => {
    const { channel_id: channelId, start_segment: startSegment, stop_segment: stopSegment, block } = row;
    const common = { channelId, startSegment, stopSegment, reelStart: row.reel_start, block };
    switch (row.kind) {
      case 'programme':
        return { ...common, kind: row.kind, itemId: row.item_id, strand: row.strand };
      case 'filler':
        return { ...common, kind: row.kind, itemId: row.item_id };
      case 'card':
      case 'off-air':
        return { ...common, kind: row.kind };
    }
  });

/** Each batch is one text: binding its values one by one takes twice as long. */
export function insertAirings(trx: Knex, airings: readonly Airing[]): Promise<void> {
  const rows = airings.map((airing) => [
    airing.channelId,
    airing.startSegment,
    airing.stopSegment,
    airing.reelStart,
    airing.block,
    airing.kind,
    'itemId' in airing ? airing.itemId : null,
    'strand' in airing ? airing.strand : null,
  ]);
  return inBatches(rows, (batch) =>
    trx.raw(
      `insert into airings (channel_id, start_segment, stop_segment, reel_start, block, kind, item_id, strand)
       select value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, value ->> 7
       from json_each(?)`,
      [JSON.stringify(batch)],
    ),
  );
}
