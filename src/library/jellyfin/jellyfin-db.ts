import { dashedId, rawId } from './ids.ts';
import {
  ITEM_COLUMNS,
  ITEM_TYPES,
  type JellyfinSchema,
  named,
  readSegments,
  SEGMENT_TABLE,
  STREAM_COLUMNS,
  STREAM_NAMES,
} from './schema.ts';

/** Jellyfin 10.11: `jellyfin.db`, with ids as texts. */
export const JELLYFIN_DB: JellyfinSchema = {
  name: 'Jellyfin 10.11',
  needs: {
    BaseItems: ['Id', ...ITEM_COLUMNS],
    MediaStreamInfos: STREAM_COLUMNS,
    Chapters: ['ItemId', 'ChapterIndex', 'StartPositionTicks', 'Name'],
    Peoples: ['Id', 'Name', 'PersonType'],
    PeopleBaseItemMap: ['ItemId', 'PeopleId', 'Role', 'ListOrder'],
    AncestorIds: ['ItemId', 'ParentItemId'],
    BaseItemImageInfos: ['ItemId', 'ImageType', 'Path'],
    BaseItemProviders: ['ItemId', 'ProviderId', 'ProviderValue'],
    ...SEGMENT_TABLE,
  },
  items: 'BaseItems',
  key: 'Id',
  storedId: dashedId,
  streams: (knex, ids) =>
    knex('MediaStreamInfos')
      .whereIn('ItemId', [...ids])
      .orderBy('StreamIndex')
      .select({
        itemId: knex.raw(rawId('ItemId')),
        kind: named(knex, 'StreamType', ['Audio', 'Video', 'Subtitle', 'EmbeddedImage', 'Data', 'Lyric']),
        width: 'Width',
        height: 'Height',
        ...STREAM_NAMES,
      }),
  chapters: (knex, ids) =>
    knex('Chapters')
      .whereIn('ItemId', [...ids])
      .orderBy('ChapterIndex')
      .select({ itemId: knex.raw(rawId('ItemId')), start: 'StartPositionTicks', name: 'Name' }),
  people: (knex, ids) =>
    knex('PeopleBaseItemMap as m')
      .join('Peoples as p', 'p.Id', 'm.PeopleId')
      .whereIn('m.ItemId', [...ids])
      .orderBy('m.ListOrder')
      .select({ itemId: knex.raw(rawId('m.ItemId')), name: 'p.Name', kind: 'p.PersonType', role: 'm.Role' }),
  libraries: (knex, ids) =>
    knex('AncestorIds as a')
      .join('BaseItems as l', 'l.Id', 'a.ParentItemId')
      .whereIn('a.ItemId', [...ids])
      .where('l.Type', ITEM_TYPES.library)
      .orderBy('l.Name')
      .select({ itemId: knex.raw(rawId('a.ItemId')), library: 'l.Name' }),
  images: (knex, ids) =>
    knex('BaseItemImageInfos')
      .whereIn('ItemId', [...ids])
      .orderBy('ImageType')
      .select({
        itemId: knex.raw(rawId('ItemId')),
        kind: named(knex, 'ImageType', ['Primary', 'Art', 'Backdrop', 'Banner', 'Logo', 'Thumb']),
        path: 'Path',
      }),
  providers: (knex, ids) =>
    knex('BaseItemProviders')
      .whereIn('ItemId', [...ids])
      .select({ itemId: knex.raw(rawId('ItemId')), provider: 'ProviderId', value: 'ProviderValue' }),
  segments: readSegments,
};

/** Jellyfin 12.0: the same file, and collections have a table of their own. */
export const JELLYFIN_12_DB: JellyfinSchema = {
  ...JELLYFIN_DB,
  name: 'Jellyfin 12.0',
  needs: { ...JELLYFIN_DB.needs, LinkedChildren: ['ParentId', 'SortOrder', 'ChildId', 'ChildType'] },
  links: (knex) =>
    knex('LinkedChildren as c')
      .join('BaseItems as b', 'b.Id', 'c.ParentId')
      .whereIn('b.Type', [ITEM_TYPES.collection, ITEM_TYPES.playlist])
      .where('c.ChildType', 0)
      .orderBy(['c.ParentId', 'c.SortOrder'])
      .select({ parentId: knex.raw(rawId('c.ParentId')), childId: knex.raw(rawId('c.ChildId')) }),
};
