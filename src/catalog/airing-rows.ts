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

export function insertAirings(trx: Knex, airings: readonly Airing[]): Promise<void> {
  const rows = airings.map((airing) => ({
    channel_id: airing.channelId,
    start_segment: airing.startSegment,
    stop_segment: airing.stopSegment,
    reel_start: airing.reelStart,
    block: airing.block,
    kind: airing.kind,
    item_id: 'itemId' in airing ? airing.itemId : null,
    strand: 'strand' in airing ? airing.strand : null,
  }));
  return inBatches(rows, (batch) => trx('airings').insert(batch));
}
