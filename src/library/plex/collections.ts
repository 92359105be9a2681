import type { Knex } from 'knex';
import { groupBy } from '../group-by.ts';
import type { HostCollection } from '../host-item.ts';
import { missingIn } from '../schema-found.ts';
import type { PlexDatabase } from './database.ts';
import { episodeRow, type MemberRow, memberRow } from './rows.ts';

/** Where playlists keep what they hold; not in every database. */
export const PLAYLISTS = { play_queue_generators: ['playlist_id', 'metadata_item_id', 'order'] };

/** The host's collections and playlists, in order, shows and seasons as their episodes. */
export async function readCollections(database: PlexDatabase): Promise<HostCollection[]> {
  const { knex, tables, skipped } = database;
  const members = skipped.sort('member of a collection', memberRow, await collected(knex));
  if (missingIn(tables, PLAYLISTS).length === 0) {
    members.push(...skipped.sort('member of a playlist', memberRow, await listed(knex)));
  }
  const episodesOf = await episodesIn(database, members);
  return [...groupBy(members, ({ kind, hostId }) => `${kind} ${hostId}`).values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const { kind, hostId, name } = first;
    return { kind, hostId, name, hostItemIds: some.flatMap((member) => episodesOf(member)) };
  });
}

/** A collection is a tag of its items, and an item of its own with the same name. */
function collected(knex: Knex): Knex.QueryBuilder {
  const tagged = knex('tags as t').join('taggings as g', 'g.tag_id', 't.id').where('t.tag_type', 2);
  const hostId = knex.raw(
    `coalesce((select min(c.id) from metadata_items c where c.metadata_type = 18 and c.deleted_at is null
      and c.title = t.tag and c.library_section_id = i.library_section_id), t.id)`,
  );
  return membersOf(knex, tagged, 'g.metadata_item_id', { kind: 'collection', hostId, name: 't.tag' }).orderByRaw(
    't.tag, t.id, g."index", i.originally_available_at, i.id',
  );
}

function listed(knex: Knex): Knex.QueryBuilder {
  const lists = knex('play_queue_generators as q')
    .join('metadata_items as l', 'l.id', 'q.playlist_id')
    .where('l.metadata_type', 15)
    .whereNull('l.deleted_at');
  return membersOf(knex, lists, 'q.metadata_item_id', { kind: 'playlist', hostId: 'l.id', name: 'l.title' }).orderByRaw(
    'l.title, l.id, q."order", q.rowid',
  );
}

interface ListColumns {
  readonly kind: 'collection' | 'playlist';
  readonly hostId: string | Knex.Raw;
  readonly name: string;
}

/** The films, episodes, seasons and shows `i` that lists hold. */
function membersOf(
  knex: Knex,
  lists: Knex.QueryBuilder,
  itemId: string,
  { kind, ...columns }: ListColumns,
): Knex.QueryBuilder {
  return lists
    .join('metadata_items as i', 'i.id', itemId)
    .whereIn('i.metadata_type', [1, 2, 3, 4])
    .whereNull('i.deleted_at')
    .select({
      ...{ ...columns, kind: knex.raw('?', [kind]), itemId: 'i.id' },
      isWhole: knex.raw('i.metadata_type in (2, 3)'),
    });
}

/** Tells the films and episodes that a member stands for: those of a show in order, specials last. */
async function episodesIn(
  { knex, skipped }: PlexDatabase,
  members: readonly MemberRow[],
): Promise<(member: MemberRow) => string[]> {
  const whole = [...new Set(members.filter(({ isWhole }) => isWhole).map(({ itemId }) => Number(itemId)))];
  if (whole.length === 0) return ({ itemId }) => [itemId];
  const found: unknown = await knex('metadata_items as e')
    .join('metadata_items as s', 's.id', 'e.parent_id')
    .where('e.metadata_type', 4)
    .whereNull('e.deleted_at')
    .where((either) => void either.whereIn('s.id', whole).orWhereIn('s.parent_id', whole))
    .orderByRaw('coalesce(nullif(s."index", 0), 1e9), e."index", e.id')
    .select({ id: 'e.id', seasonId: 's.id', showId: 's.parent_id' });
  const episodes = skipped.sort('episode of a collection', episodeRow, found);
  return ({ itemId, isWhole }) =>
    isWhole
      ? episodes.filter(({ seasonId, showId }) => seasonId === itemId || showId === itemId).map(({ id }) => id)
      : [itemId];
}
