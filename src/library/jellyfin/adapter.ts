import type { Knex } from 'knex';
import { z } from 'zod';
import { factsByOwner } from '../facts.ts';
import type { HostAdapter, HostItem } from '../host-item.ts';
import type { SkippedRows } from '../skipped-rows.ts';
import { readCollections } from './collections.ts';
import { apiIdOf, dashedId } from './ids.ts';
import { readHomes } from './homes.ts';
import { countItems, readPage } from './page.ts';
import { segmentRow } from './rows.ts';
import { type JellyfinSchema, readSegments } from './schema.ts';

/** Reads a Jellyfin database of one schema. */
export function jellyfinAdapter(schema: JellyfinSchema, skipped: SkippedRows): HostAdapter {
  return {
    schema: schema.name,
    tables: schema.needs,
    keepsSegments: schema.segments !== undefined,
    page: (knex, after) => readPage(knex, after, schema, skipped),
    homes: (knex) => readHomes(knex, schema),
    count: (knex) => countItems(knex, schema),
    collections: (knex) => readCollections(knex, schema, skipped),
    changeMark: async (knex) => {
      const found: unknown = await knex(schema.items).first({
        saved: knex.raw('max(DateLastSaved)'),
        rows: knex.raw('count(*)'),
      });
      const { saved, rows } = changeRow.parse(found);
      const own = `${rows} ${saved}`;
      return schema.segments === undefined ? own : `${own} ${await segmentMark(knex)}`;
    },
  };
}

const changeRow = z.object({ saved: z.string().nullable(), rows: z.number() });
const segmentsRow = z.object({ rows: z.number(), last: z.number().nullable() });

/** A text that changes when segments are marked: Jellyfin saves no item for that. */
export async function segmentMark(knex: Knex): Promise<string> {
  const found: unknown = await knex('MediaSegments').first({
    rows: knex.raw('count(*)'),
    last: knex.raw('max(rowid)'),
  });
  const { rows, last } = segmentsRow.parse(found);
  return `${rows} ${last}`;
}

/** Items with what another database has marked in them: Jellyfin 10.10 keeps these beside its library. */
export async function withSegments(knex: Knex, items: readonly HostItem[], skipped: SkippedRows): Promise<HostItem[]> {
  const marked = await readSegments(
    knex,
    items.map(({ hostId }) => dashedId(hostId)),
  );
  const segments = factsByOwner(marked, 'marked segment', segmentRow, skipped, apiIdOf);
  return items.map((item) => ({ ...item, markedSegments: segments.get(item.hostId) ?? [] }));
}
