import { z } from 'zod';
import type { HostAdapter } from '../host-item.ts';
import type { NeededTables, TablesFound } from '../schema-found.ts';
import type { SkippedRows } from '../skipped-rows.ts';
import { PLAYLISTS, readCollections } from './collections.ts';
import { countItems, readPage } from './page.ts';

export const PLEX_SCHEMA = 'Plex Media Server';

/** What every version of Plex's database has that we need. */
export const PLEX_TABLES: NeededTables = {
  library_sections: ['id', 'name'],
  metadata_items: [
    ...['id', 'library_section_id', 'parent_id', 'metadata_type', 'guid', 'title', 'title_sort', 'studio', 'rating'],
    ...['summary', 'content_rating', 'index', 'tags_genre', 'originally_available_at', 'year', 'added_at'],
    ...['updated_at', 'deleted_at'],
  ],
  media_items: ['id', 'metadata_item_id', 'duration', 'width', 'height', 'bitrate', 'frames_per_second', 'deleted_at'],
  media_parts: ['id', 'media_item_id', 'file', 'index', 'duration', 'deleted_at'],
  media_streams: [
    ...['id', 'stream_type_id', 'media_part_id', 'codec', 'language', 'index', 'channels', 'default', 'forced', 'url'],
    ...['extra_data'],
  ],
  tags: ['id', 'tag', 'tag_type'],
  taggings: ['id', 'metadata_item_id', 'tag_id', 'index', 'text', 'time_offset', 'end_time_offset'],
};

/** Reads Plex's database, whatever columns it has beyond those that it must have. */
export function plexAdapter(tables: TablesFound, skipped: SkippedRows): HostAdapter {
  return {
    schema: PLEX_SCHEMA,
    tables: tablesRead(tables),
    keepsSegments: true,
    page: (knex, after) => readPage({ knex, tables, skipped }, after),
    // What lies in its folder is named from there.
    homes: async () => [],
    count: countItems,
    collections: (knex) => readCollections({ knex, tables, skipped }),
    changeMark: async (knex) => {
      const found: unknown = await knex('metadata_items').first({
        updated: knex.raw('max(updated_at)'),
        rows: knex.raw('count(*)'),
      });
      const { updated, rows } = changeRow.parse(found);
      return `${rows} ${updated}`;
    },
  };
}

/** What newer versions have besides, and what not every database has. */
const PLEX_OPTIONAL: NeededTables = {
  metadata_items: ['audience_rating', 'user_thumb_url', 'user_art_url', 'hash'],
  media_items: ['proxy_type', 'interlaced', 'color_trc', 'sample_aspect_ratio'],
  ...PLAYLISTS,
};

function tablesRead(found: TablesFound): NeededTables {
  const names = [...new Set([...Object.keys(PLEX_TABLES), ...Object.keys(PLEX_OPTIONAL)])];
  const columnsOf = (table: string) =>
    [...(PLEX_TABLES[table] ?? []), ...(PLEX_OPTIONAL[table] ?? [])].filter((column) => found.get(table)?.has(column));
  return Object.fromEntries(names.filter((table) => found.has(table)).map((table) => [table, columnsOf(table)]));
}

const changeRow = z.object({ updated: z.union([z.number(), z.string()]).nullable(), rows: z.number() });
