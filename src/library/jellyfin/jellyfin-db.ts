import { dashedId, rawId } from './ids.ts';
import {
  ITEM_COLUMNS,
  ITEM_TYPES,
  type JellyfinSchema,
  named,
  reader,
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
  streams: reader({
    from: 'MediaStreamInfos',
    owner: 'ItemId',
    order: 'StreamIndex',
    columns: {
      kind: named('StreamType', ['Audio', 'Video', 'Subtitle', 'EmbeddedImage', 'Data', 'Lyric']),
      width: 'Width',
      height: 'Height',
      ...STREAM_NAMES,
    },
  }),
  chapters: reader({
    from: 'Chapters',
    owner: 'ItemId',
    order: 'ChapterIndex',
    columns: { start: 'StartPositionTicks', name: 'Name' },
  }),
  people: reader({
    from: 'PeopleBaseItemMap m join Peoples p on p.Id = m.PeopleId',
    owner: 'm.ItemId',
    order: 'm.ListOrder',
    columns: { name: 'p.Name', kind: 'p.PersonType', role: 'm.Role' },
  }),
  libraries: reader({
    from: 'AncestorIds a join BaseItems l on l.Id = a.ParentItemId',
    owner: 'a.ItemId',
    where: `l.Type = '${ITEM_TYPES.library}'`,
    order: 'l.Name',
    columns: { library: 'l.Name' },
  }),
  images: reader({
    from: 'BaseItemImageInfos',
    owner: 'ItemId',
    order: 'ImageType',
    columns: { kind: named('ImageType', ['Primary', 'Art', 'Backdrop', 'Banner', 'Logo', 'Thumb']), path: 'Path' },
  }),
  pictures: 'BaseItemImageInfos',
  providers: reader({
    from: 'BaseItemProviders',
    owner: 'ItemId',
    order: 'ProviderId',
    columns: { provider: 'ProviderId', value: 'ProviderValue' },
  }),
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
