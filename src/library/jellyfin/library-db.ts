import { z } from 'zod';
import { blobId, rawId } from './ids.ts';
import { ITEM_COLUMNS, ITEM_TYPES, type JellyfinSchema, STREAM_COLUMNS, STREAM_NAMES } from './schema.ts';

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
  streams: (knex, ids) =>
    knex('mediastreams')
      .whereIn('ItemId', [...ids])
      .orderBy('StreamIndex')
      // The two are stored the wrong way round, and Jellyfin keeps it so.
      .select({
        itemId: knex.raw(rawId('ItemId')),
        kind: 'StreamType',
        width: 'Height',
        height: 'Width',
        ...STREAM_NAMES,
      }),
  chapters: (knex, ids) =>
    knex('Chapters2')
      .whereIn('ItemId', [...ids])
      .orderBy('ChapterIndex')
      .select({ itemId: knex.raw(rawId('ItemId')), start: 'StartPositionTicks', name: 'Name' }),
  people: (knex, ids) =>
    knex('People')
      .whereIn('ItemId', [...ids])
      .orderBy('ListOrder')
      .select({ itemId: knex.raw(rawId('ItemId')), name: 'Name', kind: 'PersonType', role: 'Role' }),
  libraries: (knex, ids) =>
    knex('AncestorIds as a')
      .join('TypedBaseItems as l', 'l.guid', 'a.AncestorId')
      .whereIn('a.ItemId', [...ids])
      .where('l.type', ITEM_TYPES.library)
      .orderBy('l.Name')
      .select({ itemId: knex.raw(rawId('a.ItemId')), library: 'l.Name' }),
  images: async (knex, ids) =>
    packed(
      await knex('TypedBaseItems')
        .whereIn('guid', [...ids])
        .whereNotNull('Images')
        .select({ itemId: knex.raw(rawId('guid')), values: 'Images' }),
    ).map(({ itemId, value }) => {
      // path*ticks*kind*width*height*blurhash
      const [, file, kind] = /^(.*?)\*\d*\*([A-Za-z]+)(?:\*|$)/s.exec(value) ?? [];
      return { itemId, path: file, kind };
    }),
  providers: async (knex, ids) =>
    packed(
      await knex('TypedBaseItems')
        .whereIn('guid', [...ids])
        .whereNotNull('ProviderIds')
        .select({ itemId: knex.raw(rawId('guid')), values: 'ProviderIds' }),
    ).map(({ itemId, value }) => {
      const [, provider, id] = /^([^=]+)=(.+)$/s.exec(value) ?? [];
      return { itemId, provider, value: id };
    }),
};

const packedRow = z.object({ itemId: z.string(), values: z.string() });

/** One row for each value of a column that holds many, joined by bars. */
function packed(rows: unknown): { itemId: string; value: string }[] {
  return z
    .array(packedRow)
    .parse(rows)
    .flatMap(({ itemId, values }) =>
      values
        .split('|')
        .filter((value) => value !== '')
        .map((value) => ({ itemId, value })),
    );
}
