import type { Knex } from 'knex';
import type { LibraryItem } from './library-item.ts';
import type { NeededTables } from './schema-found.ts';

/** A film or an episode in the host's own words: its paths are the host's, and nobody has looked for its file. */
export type HostItem = Omit<LibraryItem, 'id' | 'source' | 'hostId' | 'sizeBytes' | 'modifiedMs'> & {
  readonly hostId: string;
};

/** A collection or playlist with the host's ids of its items, in order. */
export interface HostCollection {
  readonly hostId: string;
  readonly kind: 'collection' | 'playlist';
  readonly name: string;
  readonly hostItemIds: readonly string[];
}

/** What was read of some items, and where the next page begins; undefined after the last one. */
export interface Page {
  /** Made of what was read when its database is let go of: the next page can be read meanwhile. */
  readonly items: () => readonly HostItem[];
  readonly next: string | undefined;
}

/** Reads what we want to know from one kind of schema. Each call is short and may be done more than once. */
export interface HostAdapter {
  /** Which host, and which of its versions, writes such a database. */
  readonly schema: string;
  /** All that is read of it. */
  readonly tables: NeededTables;
  /** False for a host that keeps marked segments in another database. */
  readonly keepsSegments: boolean;
  /** Items in the order of the host's keys, beginning behind a key. */
  readonly page: (knex: Knex, after: string | undefined) => Promise<Page>;
  /** The folder in which the host keeps its data, where the host sees it and has seen it; none where it does not say. */
  readonly homes: (knex: Knex) => Promise<readonly string[]>;
  /** About how many items there are on all pages. */
  readonly count: (knex: Knex) => Promise<number>;
  readonly collections: (knex: Knex) => Promise<readonly HostCollection[]>;
  /** A text that changes whenever the library does; much cheaper than reading it. */
  readonly changeMark: (knex: Knex) => Promise<string>;
}
