import type { Knex } from 'knex';
import { z } from 'zod';
import { factsByOwner, type FactsQuery, readFacts } from '../facts.ts';
import { groupBy } from '../group-by.ts';
import type { Page } from '../host-item.ts';
import type { PlexDatabase } from './database.ts';
import { filesOf, sharingOf } from './files.ts';
import * as rows from './rows.ts';
import { describedOf, sharedNames, showsOf } from './shows.ts';
import { toHostItem } from './to-item.ts';

/** Rows per page: few enough that a server never waits long for us; each page has to be begun and ended. */
const PAGE_ROWS = 300;
/** The films and episodes behind a key whose files were not put into the trash. */
export async function readPage(database: PlexDatabase, after: string | undefined): Promise<Page> {
  const { knex, skipped } = database;
  const found = keyed.parse(
    await playable(knex('metadata_items as i'))
      .leftJoin('metadata_items as s', (on) => on.on('s.id', 'i.parent_id').andOnVal('s.metadata_type', 3))
      .where('i.id', '>', Number(after ?? 0))
      .orderBy('i.id')
      .limit(PAGE_ROWS)
      .select({
        id: 'i.id',
        kind: knex.raw(`case i.metadata_type when 1 then 'film' else 'episode' end`),
        title: 'i.title',
        sortTitle: 'i.title_sort',
        guid: 'i.guid',
        overview: 'i.summary',
        year: 'i.year',
        premiere: 'i.originally_available_at',
        added: 'i.added_at',
        episode: 'i.index',
        season: 's.index',
        seasonTitle: 's.title',
        showId: 's.parent_id',
        sectionId: 'i.library_section_id',
        ...describedOf('i', database),
      }),
  );
  const items = skipped.sort('item', rows.itemRow, found);
  const next = found.length < PAGE_ROWS ? undefined : String(found.at(-1)?.id);
  return { items: items.length === 0 ? () => [] : await described(database, items), next };
}

/** How many there are, where several that have the same file are counted each. */
export async function countItems(knex: Knex): Promise<number> {
  const found: unknown = await playable(knex('metadata_items as i')).first({ items: knex.raw('count(*)') });
  return counted.parse(found).items;
}

const counted = z.object({ items: z.number() });
const keyed = z.array(z.looseObject({ id: z.number() }));

/** Restricts `metadata_items as i` to films and episodes that are there. */
function playable(query: Knex.QueryBuilder): Knex.QueryBuilder {
  return query
    .whereRaw('+i.metadata_type in (1, 4)')
    .whereNull('i.deleted_at')
    .whereRaw(
      `exists (select 1 from media_items m join media_parts p on p.media_item_id = m.id
        where m.metadata_item_id = i.id and m.deleted_at is null and p.deleted_at is null and p.file <> '')`,
    );
}

/** Reads all that belongs to some items; they are made of it later. */
async function described(database: PlexDatabase, items: readonly rows.ItemRow[]): Promise<Page['items']> {
  const ids = items.map(({ id }) => Number(id));
  const showIds = [...new Set(items.map(({ showId }) => showId).filter((id) => id !== null))].map(Number);
  const files = groupBy(await filesOf(database, ids), ({ itemId }) => itemId);
  const firstFiles = [...files.values()].flatMap(([first]) => first ?? []);
  const { knex, skipped } = database;
  const parts = firstFiles.map(({ partId }) => partId);
  const streamsRead = await readFacts(knex, STREAMS, parts);
  const tagsRead = await readFacts(knex, TAGS, [...ids, ...showIds]);
  const shows = new Map((await showsOf(database, showIds)).map((show) => [show.id, show]));
  const shared = await sharedNames(database);
  const sharing = groupBy(
    await sharingOf(
      database,
      firstFiles.map(({ path }) => path),
    ),
    ({ path }) => path,
  );
  return () => {
    const streams = factsByOwner(streamsRead, 'stream', rows.streamRow, skipped);
    const tags = factsByOwner(tagsRead, 'tag', rows.tagRow, skipped);
    return items.flatMap((item) => {
      const [first, ...others] = files.get(item.id) ?? [];
      if (first === undefined) return [];
      const withFile = sharing.get(first.path) ?? [];
      // Of all items that have this file the first one stands for all.
      if (withFile.some(({ itemId }) => Number(itemId) < Number(item.id))) return [];
      const show = shows.get(item.showId ?? '');
      return toHostItem(item, {
        show,
        isNameShared: show !== undefined && shared.has(show.title),
        files: [first, ...others],
        streams: streams.get(String(first.partId)) ?? [],
        tags: tags.get(item.id) ?? [],
        showTags: tags.get(item.showId ?? '') ?? [],
        sharing: withFile,
      });
    });
  };
}

const STREAMS: FactsQuery = {
  from: 'media_streams',
  owner: 'media_part_id',
  order: '"index", id',
  columns: {
    kind: `case stream_type_id when 1 then 'video' when 2 then 'audio' when 3 then 'subtitle' when 4 then 'lyrics' end`,
    index: '"index"',
    codec: 'codec',
    language: 'language',
    channels: 'channels',
    isDefault: '"default"',
    isForced: 'forced',
    url: 'url',
    extra: 'extra_data',
  },
};

const TAGS: FactsQuery = {
  from: 'taggings g join tags t on t.id = g.tag_id',
  owner: 'g.metadata_item_id',
  where: 't.tag_type in (1, 4, 5, 6, 7, 9, 11, 12, 314, 318, 319)',
  order: 't.tag_type, g.time_offset, g."index", g.id',
  columns: { type: 't.tag_type', tag: 't.tag', text: 'g.text', startMs: 'g.time_offset', endMs: 'g.end_time_offset' },
};
