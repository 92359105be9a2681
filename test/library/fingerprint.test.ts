import { copyFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import createKnex from 'knex';
import sqlite3 from 'sqlite3';
import { findSchema } from '../../src/library/find-schema.ts';
import { hostSource } from '../../src/library/host-library.ts';
import type { LibraryItem } from '../../src/library/library-item.ts';
import type { LibraryReading } from '../../src/library/library-reading.ts';
import type { NeededTables } from '../../src/library/schema-found.ts';
import { SkippedRows } from '../../src/library/skipped-rows.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { build, temporaryFolder, unpack } from '../support/hosts.ts';
import { FILM, fillPlex, PILOT, SHOW } from '../support/plex-rows.ts';

/** A change of each kind of fact that is read, by the schema that it is kept in. */
type Facts = readonly (readonly [fact: string, sql: string])[];

const LIVE_10_10: Facts = [
  ['a title', `update TypedBaseItems set Name = 'x' where Name = 'Silent Film'`],
  ['a genre', `update TypedBaseItems set Genres = 'x' where Name = 'Gamma Rays'`],
  ['a genre of a show', `update TypedBaseItems set Genres = 'x' where Name = 'Show One'`],
  ['a file', `update TypedBaseItems set Path = '/media/x.mkv' where Name = 'Silent Film'`],
  ['a further part', `update TypedBaseItems set data = replace(cast(data as text), 'part2', 'part3')`],
  ['how long a further part is', `update TypedBaseItems set RunTimeTicks = 1e8 where Path like '%part2%'`],
  ['an episode’s number', `update TypedBaseItems set IndexNumber = 9 where Name = 'Pilot'`],
  ['who has a film', `update TypedBaseItems set OwnerId = randomblob(16) where Name = 'Silent Film'`],
  ['a picture', `update TypedBaseItems set Images = '/x.png*1*Primary*1*1*x' where Name = 'Gamma Rays'`],
  ['an id elsewhere', `update TypedBaseItems set ProviderIds = 'Imdb=tt9' where Name = 'Gamma Rays'`],
  ['somebody’s name', `update People set Name = Name || '!'`],
  ['a stream', `update mediastreams set Codec = 'x' where StreamType = 'Video'`],
  ['a chapter', `update Chapters2 set Name = 'x' where rowid = 1`],
  ['a library’s name', `update TypedBaseItems set Name = 'x' where Name = 'Movies' and type like '%CollectionFolder'`],
  ['which library an item is in', `delete from AncestorIds`],
  ['a collection’s name', `update TypedBaseItems set Name = 'x' where Name = 'Ray Collection'`],
  ['what a collection holds', `update TypedBaseItems set data = '{}' where Name = 'Ray Collection'`],
  [
    'the order of a playlist',
    `update TypedBaseItems set data = json_set(cast(data as text),
       '$.LinkedChildren[0]', json(cast(data as text) -> '$.LinkedChildren[1]'),
       '$.LinkedChildren[1]', json(cast(data as text) -> '$.LinkedChildren[0]')) where Name = 'Evening List'`,
  ],
];

const LIVE_12: Facts = [
  ['a title', `update BaseItems set Name = 'x' where Name = 'Silent Film'`],
  ['a genre', `update BaseItems set Genres = 'x' where Name = 'Gamma Rays'`],
  ['a file', `update BaseItems set Path = '/media/x.mkv' where Name = 'Silent Film'`],
  ['another version', `update BaseItems set Data = replace(Data, '720p', '480p') where Name = 'Alpha Adventure'`],
  ['a picture', `update BaseItemImageInfos set Path = '/x.png'`],
  ['the kind of a picture', `update BaseItemImageInfos set ImageType = 9`],
  ['an id elsewhere', `update BaseItemProviders set ProviderValue = 'x' where ProviderId = 'Imdb'`],
  ['somebody’s name', `update Peoples set Name = 'x'`],
  ['what somebody does', `update Peoples set PersonType = 'Writer'`],
  ['a role', `update PeopleBaseItemMap set Role = 'x'`],
  ['the order of people', `update PeopleBaseItemMap set ListOrder = -ListOrder`],
  ['a stream', `update MediaStreamInfos set ColorTransfer = 'arib-std-b67'`],
  ['a chapter', `update Chapters set StartPositionTicks = StartPositionTicks + 10000`],
  ['a library’s name', `update BaseItems set Name = 'x' where Name = 'Movies' and Type like '%CollectionFolder'`],
  ['which library an item is in', `delete from AncestorIds`],
  [
    'a marked segment',
    `insert into MediaSegments (Id, ItemId, Type, StartTicks, EndTicks, SegmentProviderId)
     select 's', Id, 5, 0, 10000000, 'x' from BaseItems where Name = 'Pilot'`,
  ],
  ['what a collection holds', `delete from LinkedChildren where rowid = (select min(rowid) from LinkedChildren)`],
  ['the order of collections and playlists', `update LinkedChildren set SortOrder = -SortOrder`],
];

const tagged = (type: number) => `tag_id in (select id from tags where tag_type = ${type})`;
const PLEX: Facts = [
  ['a title', `update metadata_items set title = 'x' where id = ${FILM}`],
  ['a show’s name', `update metadata_items set title = 'x' where id = ${SHOW}`],
  ['a library’s name', `update library_sections set name = 'x' where id = 1`],
  ['a genre', `update tags set tag = 'x' where tag = 'Crime'`],
  ['a genre in a column', `update metadata_items set tags_genre = 'x' where id = ${PILOT}`],
  ['a label', `update tags set tag = 'x' where tag_type = 11`],
  ['a studio', `update metadata_items set studio = 'x' where id = ${FILM}`],
  ['an id elsewhere', `update tags set tag = 'imdb://tt9' where tag = 'imdb://tt0113277'`],
  ['somebody’s name', `update tags set tag = 'x' where tag_type = 6`],
  ['a role', `update taggings set text = 'x' where ${tagged(6)}`],
  ['a file', `update media_parts set file = '/media/x.mkv' where file like '%Heat%'`],
  ['the order of parts', `update media_parts set "index" = 1 - "index" where file like '%Long%'`],
  ['which version is the best', `update media_items set height = 480 where height = 1080`],
  ['what was made for other players', `update media_items set proxy_type = null`],
  ['a file in the trash', `update media_parts set deleted_at = 1 where file like '%Bare%'`],
  ['an item in the trash', `update metadata_items set deleted_at = 1 where id = ${FILM}`],
  ['a stream', `update media_streams set codec = 'x'`],
  ['what is known of a stream besides', `update media_streams set extra_data = 'ma%3AbitDepth=12'`],
  ['the transfer of a picture', `update media_items set color_trc = 'arib-std-b67' where color_trc is not null`],
  ['a chapter', `update taggings set time_offset = time_offset + 1 where ${tagged(9)}`],
  ['a marker’s kind', `update taggings set text = 'commercial' where ${tagged(12)}`],
  ['a marker’s end', `update taggings set end_time_offset = end_time_offset + 1 where ${tagged(12)}`],
  ['a picture', `update metadata_items set user_thumb_url = 'upload://x' where id = ${FILM}`],
  ['where pictures are', `update metadata_items set hash = 'fedcba' where id = ${FILM}`],
  ['a collection’s name', `update tags set tag = 'x' where tag_type = 2`],
  ['what a collection holds', `delete from taggings where metadata_item_id = ${FILM} and ${tagged(2)}`],
  ['the order of a collection', `update taggings set "index" = -"index" where ${tagged(2)}`],
  ['a playlist’s name', `update metadata_items set title = 'x' where id = 97`],
  ['the order of a playlist', `update play_queue_generators set "order" = -"order"`],
  ['what a playlist holds', `delete from play_queue_generators where metadata_item_id = ${PILOT}`],
];

const SCHEMAS = [
  { host: 'jellyfin', name: 'jellyfin-10.10-livetv', facts: LIVE_10_10 },
  { host: 'jellyfin', name: 'jellyfin-10.11-livetv', facts: [] },
  { host: 'jellyfin', name: 'jellyfin-12.0-livetv', facts: LIVE_12 },
  { host: 'plex', name: 'plex-library', facts: PLEX },
] as const;

describe.each(SCHEMAS)('a fingerprint of $name', ({ host, name, facts }) => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let original: string;
  let file: string;
  let library: LibraryReading;
  let before: Awaited<ReturnType<typeof told>>;

  /** What the library tells now, and the fingerprint of that: nothing of it stays open in between. */
  async function told() {
    const fingerprint = await library.fingerprint();
    const items: LibraryItem[] = [];
    for await (const batch of library.items()) items.push(...batch);
    return { fingerprint, all: { items, collections: await library.collections() } };
  }

  beforeAll(async () => {
    folder = await temporaryFolder();
    original = path.join(folder.path, 'original.db');
    file = path.join(folder.path, 'host.db');
    await (host === 'plex' ? build(name, original, fillPlex) : unpack(name, original));
    await copyFile(original, file);
    library = await hostSource({
      ...{ host, path: file, pathRules: [], scratchDirectory: folder.path, logger: silentLogger },
    }).open();
    before = await told();
  });
  afterAll(async () => {
    await library[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  test('covers all that is read: from nothing else the same is told', async () => {
    const tables = await tablesOf(host, original);
    await rm(file);
    await exec(file, [`attach '${original}' as host`, ...Object.entries(tables).map(copyOf)].join(';'));
    expect(before.all.items.length).toBeGreaterThan(10);
    expect(before.all.collections.length).toBeGreaterThan(1);
    expect((await told()).all).toEqual(before.all);
  });

  if (facts.length > 0) {
    test.each(facts)('differs after a change of %s', async (_, sql) => {
      await copyFile(original, file);
      await exec(file, sql);
      const { fingerprint, all } = await told();
      // The change is one that somebody would see.
      expect(all).not.toEqual(before.all);
      expect(fingerprint).not.toBe(before.fingerprint);
    });
  }
});

/** What the adapter says that it reads. */
async function tablesOf(host: 'jellyfin' | 'plex', file: string): Promise<NeededTables> {
  const knex = createKnex({ client: 'sqlite3', connection: { filename: file }, useNullAsDefault: true });
  try {
    return (await findSchema(knex, { host, file }, new SkippedRows(silentLogger))).tables;
  } finally {
    await knex.destroy();
  }
}

function copyOf([table, columns]: [string, readonly string[]]): string {
  const names = columns.map((column) => `"${column}"`).join(', ');
  return `create table main."${table}" as select ${names} from host."${table}" order by rowid`;
}

async function exec(file: string, sql: string): Promise<void> {
  const database = new sqlite3.Database(file);
  await promisify(database.exec.bind(database))(sql);
  await promisify(database.close.bind(database))();
}
