import { z } from 'zod';
import { blobId, rawId } from './ids.ts';
import {
  ITEM_COLUMNS,
  ITEM_TYPES,
  type JellyfinSchema,
  type ReadFacts,
  reader,
  STREAM_COLUMNS,
  STREAM_NAMES,
} from './schema.ts';

/** Jellyfin 10.8 to 10.10: `library.db`, with ids as blobs. */
export const LIBRARY_DB: JellyfinSchema = {
  name: 'Jellyfin 10.8–10.10',
  needs: {
    TypedBaseItems: ['guid', ...ITEM_COLUMNS, 'ProviderIds', 'Images'],
    mediastreams: STREAM_COLUMNS,
    Chapters2: ['ItemId', 'ChapterIndex', 'StartPositionTicks', 'Name'],
    People: ['ItemId', 'Name', 'Role', 'PersonType', 'ListOrder'],
    AncestorIds: ['ItemId', 'AncestorId'],
  },
  items: 'TypedBaseItems',
  key: 'guid',
  storedId: blobId,
  streams: reader({
    from: 'mediastreams',
    owner: 'ItemId',
    order: 'StreamIndex',
    // The two are stored the wrong way round, and Jellyfin keeps it so.
    columns: { kind: 'StreamType', width: 'Height', height: 'Width', ...STREAM_NAMES },
  }),
  chapters: reader({
    from: 'Chapters2',
    owner: 'ItemId',
    order: 'ChapterIndex',
    columns: { start: 'StartPositionTicks', name: 'Name' },
  }),
  people: reader({
    from: 'People',
    owner: 'ItemId',
    order: 'ListOrder',
    columns: { name: 'Name', kind: 'PersonType', role: 'Role' },
  }),
  libraries: reader({
    from: 'AncestorIds a join TypedBaseItems l on l.guid = a.AncestorId',
    owner: 'a.ItemId',
    where: `l.type = '${ITEM_TYPES.library}'`,
    order: 'l.Name',
    columns: { library: 'l.Name' },
  }),
  images: packed('Images', (image) => {
    // path*ticks*kind*width*height*blurhash
    const [, file, kind] = /^(.*?)\*\d*\*([A-Za-z]+)(?:\*|$)/s.exec(image) ?? [];
    return { path: file, kind };
  }),
  providers: packed('ProviderIds', (pair) => {
    const [, provider, value] = /^([^=]+)=(.+)$/s.exec(pair) ?? [];
    return { provider, value };
  }),
};

const packedRow = z.object({ owner: z.string(), values: z.string() });

/** A reader of a column that holds many values, joined by bars. */
function packed(column: string, read: (value: string) => unknown): ReadFacts {
  return async (knex, ids) => {
    const rows: unknown = await knex('TypedBaseItems')
      .whereIn('guid', [...ids])
      .whereRaw(`typeof(${column}) = 'text'`)
      .select({ owner: knex.raw(rawId('guid')), values: column });
    return () =>
      z
        .array(packedRow)
        .parse(rows)
        .map(({ owner, values }) => ({ owner, facts: values.split('|').filter(Boolean).map(read) }));
  };
}
