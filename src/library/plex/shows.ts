import { z } from 'zod';
import { columnOf, type PlexDatabase } from './database.ts';
import * as rows from './rows.ts';

/** Some shows, by their ids. */
export async function showsOf(database: PlexDatabase, ids: readonly number[]): Promise<rows.ShowRow[]> {
  const { knex, skipped } = database;
  const found: unknown = await knex('metadata_items as i')
    .whereIn('i.id', [...ids])
    .select({ id: 'i.id', title: 'i.title', year: 'i.year', ...describedOf('i', database) });
  return skipped.sort('show', rows.showRow, found);
}

/** Names that shows of several years have. */
export async function sharedNames({ knex, skipped }: PlexDatabase): Promise<Set<string>> {
  const found: unknown = await knex('metadata_items')
    .where({ metadata_type: 2 })
    .whereNull('deleted_at')
    .whereNotNull('title')
    .groupBy('title')
    .havingRaw('count(distinct year) > 1')
    .select({ name: 'title' });
  return new Set(skipped.sort('show name', z.object({ name: z.string() }), found).map(({ name }) => name));
}

/** What films, episodes and shows have in common. */
export function describedOf(alias: string, database: Pick<PlexDatabase, 'knex' | 'tables'>) {
  const optional = (column: string) => columnOf(database, 'metadata_items', alias, column);
  return {
    certificate: `${alias}.content_rating`,
    rating: `${alias}.rating`,
    audienceRating: optional('audience_rating'),
    studio: `${alias}.studio`,
    genres: `${alias}.tags_genre`,
    thumb: optional('user_thumb_url'),
    art: optional('user_art_url'),
    hash: optional('hash'),
  };
}
