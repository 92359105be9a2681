import type { Knex } from 'knex';
import type { HostCollection } from '../host-item.ts';
import type { SkippedRows } from '../skipped-rows.ts';
import { apiIdOf, blobId, dashedId, rawId } from './ids.ts';
import { playable } from './playable.ts';
import * as rows from './rows.ts';
import { ITEM_TYPES, type JellyfinSchema } from './schema.ts';

/** What a collection names: an item, a whole show or a season, by its id or, where the host left that out, by its path. */
interface Member {
  readonly id: string | null;
  readonly path: string | null;
}

/** The host's collections and playlists, in order, shows and seasons as their episodes. */
export async function readCollections(
  knex: Knex,
  schema: JellyfinSchema,
  skipped: SkippedRows,
): Promise<HostCollection[]> {
  const found: unknown = await knex(schema.items)
    .whereIn('Type', [ITEM_TYPES.collection, ITEM_TYPES.playlist])
    .orderBy('SortName')
    .select({
      id: knex.raw(rawId(schema.key)),
      kind: knex.raw(`case Type when ? then 'collection' else 'playlist' end`, [ITEM_TYPES.collection]),
      name: 'Name',
      details: knex.raw('cast(Data as text)'),
    });
  const links = schema.links && skipped.sort('link', rows.linkRow, await schema.links(knex));
  const collections = skipped.sort('collection', rows.collectionRow, found).map(({ id, kind, name, details }) => ({
    ...{ hostId: id, kind, name },
    members: links
      ? links.filter(({ parentId }) => parentId === id).map(({ childId }): Member => ({ id: childId, path: null }))
      : (details.LinkedChildren ?? []).map(({ ItemId, Path }): Member => ({
          id: apiIdOf(ItemId ?? null),
          path: Path ?? null,
        })),
  }));
  const itemsOf = await resolve(
    knex,
    collections.flatMap(({ members }) => members),
    schema,
    skipped,
  );
  return collections.map(({ members, ...collection }) => ({
    ...collection,
    hostItemIds: members.flatMap((member) => itemsOf(member)),
  }));
}

/** Tells the films and episodes that a member stands for. */
async function resolve(
  knex: Knex,
  members: readonly Member[],
  schema: JellyfinSchema,
  skipped: SkippedRows,
): Promise<(member: Member) => string[]> {
  const { film, episode, series, season } = ITEM_TYPES;
  const found = new Map<string, { id: string; kind: 'film' | 'episode' | 'series' | 'season' }>();
  for (let from = 0; from < members.length; from += LOOKED_UP_AT_ONCE) {
    const some = members.slice(from, from + LOOKED_UP_AT_ONCE);
    const ids = some.map(({ id }) => id).filter((id) => id !== null);
    const paths = some.filter(({ id }) => id === null).map(({ path }) => path);
    const rowsFound: unknown = await knex(schema.items)
      .whereIn('Type', [film, episode, series, season])
      .where(
        (either) =>
          void either.whereIn(schema.key, ids.map(schema.storedId)).orWhereIn(
            'Path',
            paths.filter((path) => path !== null),
          ),
      )
      .select({
        id: knex.raw(rawId(schema.key)),
        kind: knex.raw(`case Type when ? then 'film' when ? then 'episode' when ? then 'series' else 'season' end`, [
          ...[film, episode, series],
        ]),
        path: 'Path',
      });
    for (const { id, kind, path } of skipped.sort('member', rows.memberRow, rowsFound)) {
      found.set(id, { id, kind });
      if (path !== null) found.set(path, { id, kind });
    }
  }
  const whole = [...found.values()].filter(({ kind }) => kind === 'series' || kind === 'season').map(({ id }) => id);
  const episodes = whole.length === 0 ? [] : await episodesOf(knex, [...new Set(whole)], schema, skipped);
  return ({ id, path }) => {
    const member = found.get(id ?? path ?? '');
    if (member === undefined) return [];
    if (member.kind === 'film' || member.kind === 'episode') return [member.id];
    return episodes
      .filter(({ seriesId, seasonId }) => member.id === seriesId || member.id === seasonId)
      .map((one) => one.id);
  };
}

const LOOKED_UP_AT_ONCE = 500;

/** The episodes of shows and seasons in order, specials last. */
async function episodesOf(knex: Knex, ids: readonly string[], schema: JellyfinSchema, skipped: SkippedRows) {
  // Kept as text by some versions, as a blob by others.
  const stored = ids.flatMap((id) => [dashedId(id), blobId(id)]);
  const found: unknown = await playable(knex(`${schema.items} as b`))
    .where((either) => void either.whereIn('b.SeriesId', stored).orWhereIn('b.SeasonId', stored))
    .orderByRaw('coalesce(nullif(b.ParentIndexNumber, 0), 1e9), b.IndexNumber, b.SortName')
    .select({
      id: knex.raw(rawId(`b.${schema.key}`)),
      seriesId: knex.raw(rawId('b.SeriesId')),
      seasonId: knex.raw(rawId('b.SeasonId')),
    });
  return skipped.sort('episode of a collection', rows.episodeRow, found);
}
