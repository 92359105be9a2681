import type { Knex } from 'knex';
import { type FactsQuery, type FactsRead, readFacts } from '../facts.ts';
import type { NeededTables } from '../schema-found.ts';
import { rawId } from './ids.ts';

/** An id as a schema stores it. */
export type StoredId = string | Buffer;

/** Reads the rows of one kind that belong to some items, under the names of `rows.ts`; owners are as `rawId` reads them. */
export type ReadFacts = (knex: Knex, ids: readonly StoredId[]) => Promise<FactsRead>;

/** Where a generation of Jellyfin keeps what we read, and how it is written there. */
export interface JellyfinSchema {
  readonly name: string;
  /** A database has this schema when it has these. */
  readonly needs: NeededTables;
  /** The table of all items, and its key. */
  readonly items: string;
  readonly key: string;
  readonly storedId: (apiId: string) => StoredId;
  readonly streams: ReadFacts;
  readonly chapters: ReadFacts;
  readonly people: ReadFacts;
  readonly libraries: ReadFacts;
  readonly images: ReadFacts;
  /** The table of pictures, where their paths are those of the server's machine. */
  readonly pictures?: string;
  readonly providers: ReadFacts;
  /** Marked segments, where the same database has them. */
  readonly segments?: ReadFacts;
  /** Members of collections, where they have a table of their own. */
  readonly links?: (knex: Knex) => PromiseLike<unknown>;
}

export const ITEM_TYPES = {
  film: 'MediaBrowser.Controller.Entities.Movies.Movie',
  episode: 'MediaBrowser.Controller.Entities.TV.Episode',
  series: 'MediaBrowser.Controller.Entities.TV.Series',
  season: 'MediaBrowser.Controller.Entities.TV.Season',
  library: 'MediaBrowser.Controller.Entities.CollectionFolder',
  collection: 'MediaBrowser.Controller.Entities.Movies.BoxSet',
  playlist: 'MediaBrowser.Controller.Playlists.Playlist',
} as const;

/** Segments that were marked in items; in 10.10 they are in the other database already. */
export const SEGMENT_TABLE: NeededTables = { MediaSegments: ['ItemId', 'Type', 'StartTicks', 'EndTicks'] };

export const readSegments = reader({
  from: 'MediaSegments',
  owner: 'ItemId',
  order: 'StartTicks',
  columns: {
    kind: named('Type', ['unknown', 'commercial', 'preview', 'recap', 'outro', 'intro']),
    start: 'StartTicks',
    end: 'EndTicks',
  },
});

/** A reader of rows that are in a table of their own. */
export function reader(query: FactsQuery): ReadFacts {
  return (knex, ids) => readFacts(knex, query, ids, rawId(query.owner));
}

/** The names of a column's numbers; a number beyond them stands as `other`. */
export function named(column: string, names: readonly string[]): string {
  const cases = names.map((name, number) => `when ${number} then '${name}'`).join(' ');
  return `case ${column} ${cases} else 'other' end`;
}

/** Columns of the table of items that both generations have. */
export const ITEM_COLUMNS = [
  ...['Type', 'Data', 'Path', 'Name', 'SortName', 'RunTimeTicks', 'IsVirtualItem', 'ExtraType', 'OwnerId'],
  ...['PrimaryVersionId', 'SeriesId', 'SeriesName', 'SeasonId', 'SeasonName', 'ParentIndexNumber', 'IndexNumber'],
  ...['Overview', 'PremiereDate', 'ProductionYear', 'OfficialRating', 'CommunityRating', 'Genres', 'Studios', 'Tags'],
  ...['DateCreated', 'DateLastSaved'],
] as const;

/** Columns of the table of streams that both generations have, besides those that they read differently. */
export const STREAM_COLUMNS = [
  ...['ItemId', 'StreamIndex', 'StreamType', 'Codec', 'Profile', 'Width', 'Height', 'AspectRatio', 'AverageFrameRate'],
  ...['RealFrameRate', 'BitDepth', 'IsInterlaced', 'ColorTransfer', 'DvProfile', 'Channels', 'Language', 'Title'],
  ...['IsDefault', 'IsForced', 'IsExternal', 'Path'],
] as const;

/** Those columns under the names of `rows.ts`. */
export const STREAM_NAMES = {
  index: 'StreamIndex',
  codec: 'Codec',
  profile: 'Profile',
  aspect: 'AspectRatio',
  averageFrameRate: 'AverageFrameRate',
  realFrameRate: 'RealFrameRate',
  bitDepth: 'BitDepth',
  isInterlaced: 'IsInterlaced',
  transfer: 'ColorTransfer',
  dolbyVisionProfile: 'DvProfile',
  channels: 'Channels',
  language: 'Language',
  title: 'Title',
  isDefault: 'IsDefault',
  isForced: 'IsForced',
  isExternal: 'IsExternal',
  path: 'Path',
} as const;
