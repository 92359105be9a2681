import { columnOf, type PlexDatabase } from './database.ts';
import * as rows from './rows.ts';

/** What Plex makes of a film for other players is no version of it. */
const OPTIMISED = 42;

/** The files of some items, the best medium of each first. */
export async function filesOf(
  { knex, tables, skipped }: PlexDatabase,
  ids: readonly number[],
): Promise<rows.FileRow[]> {
  const optional = (column: string) => columnOf({ knex, tables }, 'media_items', 'm', column);
  const found: unknown = await knex('media_items as m')
    .join('media_parts as p', 'p.media_item_id', 'm.id')
    .whereIn('m.metadata_item_id', [...ids])
    .whereRaw(`m.deleted_at is null and p.deleted_at is null and p.file <> ''`)
    .whereRaw('coalesce(?, 0) <> ?', [optional('proxy_type'), OPTIMISED])
    .orderByRaw('m.metadata_item_id, m.height desc, m.bitrate desc, m.id, p."index", p.id')
    .select({
      itemId: 'm.metadata_item_id',
      mediaId: 'm.id',
      partId: 'p.id',
      path: 'p.file',
      durationMs: 'p.duration',
      mediaDurationMs: 'm.duration',
      width: 'm.width',
      height: 'm.height',
      framesPerSecond: 'm.frames_per_second',
      isInterlaced: optional('interlaced'),
      transfer: optional('color_trc'),
      sampleAspect: optional('sample_aspect_ratio'),
    });
  return skipped.sort('file', rows.fileRow, found);
}

/** Every item that has one of these files: an item for each library, and for each episode in a file. */
export async function sharingOf(
  { knex, skipped }: PlexDatabase,
  paths: readonly string[],
): Promise<rows.SharedFileRow[]> {
  const found: unknown = await knex('media_parts as p')
    .join('media_items as m', 'm.id', 'p.media_item_id')
    .join('metadata_items as i', 'i.id', 'm.metadata_item_id')
    .join('library_sections as l', 'l.id', 'i.library_section_id')
    .whereIn('p.file', [...paths])
    .whereIn('i.metadata_type', [1, 4])
    .whereRaw('p.deleted_at is null and m.deleted_at is null and i.deleted_at is null')
    .orderByRaw('p.file, i."index", i.id')
    .select({
      path: 'p.file',
      itemId: 'i.id',
      sectionId: 'i.library_section_id',
      library: 'l.name',
      title: 'i.title',
      episode: 'i.index',
      overview: 'i.summary',
    });
  return skipped.sort('file of several items', rows.sharedFileRow, found);
}
