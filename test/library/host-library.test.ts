import { mkdir, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import sqlite3 from 'sqlite3';
import { hostSource } from '../../src/library/host-library.ts';
import type { Host } from '../../src/library/locate.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { build, temporaryFolder, unpack } from '../support/hosts.ts';
import { JellyfinRows, type JellyfinVersion } from '../support/jellyfin-rows.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(async () => folder[Symbol.asyncDispose]());

const at = (...names: string[]) => path.join(folder.path, ...names);

function source(host: Host, named = folder.path) {
  return hostSource({ host, path: named, pathRules: [], scratchDirectory: at('scratch'), logger: silentLogger });
}

async function schemaOf(host: Host, named?: string): Promise<string> {
  await using library = await source(host, named).open();
  return library.schema;
}

describe('a server’s library is found', () => {
  test.each([
    ['in the config folder of the official image', 'data/jellyfin.db', '.'],
    ['in the data folder', 'data/jellyfin.db', 'data'],
    ['as a file', 'data/jellyfin.db', 'data/jellyfin.db'],
    ['as a file of another name', 'data/old copy.sqlite', 'data/old copy.sqlite'],
    ['in the folder of another image', 'data/data/jellyfin.db', '.'],
  ])('%s', async (_, file, named) => {
    await unpack('jellyfin-10.11', at(file));
    expect(await schemaOf('jellyfin', at(named))).toBe('Jellyfin 10.11');
  });

  test('beside the database of its users, which has the name of later libraries', async () => {
    await unpack('jellyfin-10.10', at('data/library.db'));
    await build('plex-library', at('data/jellyfin.db'), async () => {});
    expect(await schemaOf('jellyfin')).toBe('Jellyfin 10.8–10.10');
  });

  test('and an update leaves its items and channels what they were', async () => {
    const ids = async () => {
      await using library = await source('jellyfin').open();
      const found = new Set<string>();
      for await (const batch of library.items()) for (const { id } of batch) found.add(id);
      return found;
    };
    await unpack('jellyfin-10.10', at('data/library.db'));
    const before = await ids();
    await rm(at('data/library.db'));
    await unpack('jellyfin-12.0', at('data/jellyfin.db'));
    expect(await ids()).toEqual(before);
    expect(before.size).toBe(15);
    expect(source('jellyfin').id).toBe(`jellyfin:${folder.path}`);
  });
});

describe('what is no library is refused with what was found, and what is read:', () => {
  const supported = 'Supported are Plex Media Server, Jellyfin 10.8–10.10, Jellyfin 10.11, Jellyfin 12.0';

  test('a database of something else', async () => {
    await build('plex-library', at('x.db'), async (knex) => {
      for (const table of ['metadata_items', 'media_items', 'media_parts', 'media_streams', 'tags', 'taggings']) {
        await knex.schema.dropTable(table);
      }
    });
    await expect(schemaOf('jellyfin', at('x.db'))).rejects.toMatchObject({
      code: 'library_unsupported',
      message: expect.stringMatching(new RegExp(`library_sections.*none of a media library\\. ${supported}`)),
    });
  });

  test('a newer one that has given up a column', async () => {
    await build('jellyfin-12.0', at('data/jellyfin.db'), async (knex) => {
      await knex.raw('alter table BaseItems drop column OfficialRating');
    });
    await expect(schemaOf('jellyfin')).rejects.toMatchObject({
      code: 'library_unsupported',
      message: expect.stringMatching(/like Jellyfin .*has no BaseItems.OfficialRating/),
    });
  });

  test('an older one that is not known', async () => {
    await build('jellyfin-10.10-library', at('data/library.db'), (knex) => knex.schema.dropTable('mediastreams'));
    await expect(schemaOf('jellyfin')).rejects.toMatchObject({
      code: 'library_unsupported',
      message: expect.stringMatching(/like Jellyfin 10.8–10.10, but has no mediastreams/),
    });
  });

  test('one of another server', async () => {
    const file = await build('plex-library', at('plex.db'), async () => {});
    await expect(schemaOf('jellyfin', file)).rejects.toMatchObject({
      code: 'library_unsupported',
      message: expect.stringContaining(`it is a database of Plex Media Server; name it plex:${file}`),
    });
  });

  test.each<[Host, string]>([
    ['jellyfin', 'there is no library of Jellyfin at'],
    ['plex', 'there is no library of Plex at'],
  ])('a folder without any, of %s', async (host, sentence) => {
    await mkdir(at('empty'));
    for (const named of [at('empty'), at('nowhere')]) {
      await expect(schemaOf(host, named)).rejects.toMatchObject({
        code: 'library_unreadable',
        message: expect.stringContaining(`${sentence} ${named}`),
      });
      await expect(schemaOf(host, named)).rejects.toThrow(
        /in a container, mount that folder whole and read-only; .* on another machine, mount its videos and name them as folder:\/path/,
      );
    }
  });

  test('a file that nobody can look at', async () => {
    await mkdir(at('data'));
    await symlink('jellyfin.db', at('data/jellyfin.db'));
    await expect(schemaOf('jellyfin')).rejects.toMatchObject({
      code: 'library_unreadable',
      message: expect.stringMatching(/there is no library of Jellyfin at .*ELOOP/),
    });
  });

  test('one that goes away in the middle', async () => {
    await unpack('jellyfin-10.11', at('data/jellyfin.db'));
    await using library = await source('jellyfin').open();
    await rm(at('data/jellyfin.db'));
    const read = async () => {
      for await (const batch of library.items()) expect(batch).toEqual([]);
    };
    await expect(read()).rejects.toMatchObject({ code: 'library_unreadable' });
  });
});

test.each<[where: string, version: JellyfinVersion, isThere: boolean]>([
  ['where its folder is seen from here', '12.0', true],
  ['where its folder is seen from here', '10.10', true],
  ['where it says, if its folder is not here as a whole', '12.0', false],
])('pictures in the server’s own folder are %s (%s)', async (_, version, isThere) => {
  const file = at('data', version === '10.10' ? 'library.db' : 'jellyfin.db');
  const [films, film] = ['a'.repeat(32), 'b'.repeat(32)];
  const picture = 'metadata/library/a1/poster.jpg';
  await JellyfinRows.build(file, version, async (rows) => {
    await rows.item('library', films, { Name: 'Films', Path: '/config/root/default/Films' });
    await rows.item('film', film, { Name: 'Heat', Path: '/media/Heat.mkv', RunTimeTicks: 10_000_000 });
    await rows.image(film, 'Primary', `/config/${picture}`);
  });
  if (isThere) await mkdir(at('root/default'), { recursive: true });
  await using library = await source('jellyfin').open();
  const files: unknown[] = [];
  for await (const batch of library.items()) files.push(...batch.map(({ artwork }) => artwork.poster?.file));
  expect(files).toEqual([isThere ? at(picture) : `/config/${picture}`]);
});

test.each<[where: string, version: JellyfinVersion, file: string, home: string, metadata: string]>([
  ['beside the folder of the database', '10.11', 'data/jellyfin.db', '/config', 'metadata'],
  ['beside the folder of the database', '12.0', 'data/jellyfin.db', '/config', 'metadata'],
  ['of another image', '12.0', 'data/data/jellyfin.db', '/config/data', 'data/metadata'],
  ['beside the database itself', '12.0', 'jellyfin.db', '/config', 'metadata'],
  ['of a server on Windows', '12.0', 'data/jellyfin.db', 'C:\\Jellyfin\\Server', 'metadata'],
])('pictures are found in the folder of pictures, if that is all there is: %s (%s, %s)', async (...given) => {
  const [, version, file, home, metadata] = given;
  const separator = home.startsWith('/') ? '/' : '\\';
  const film = 'b'.repeat(32);
  await JellyfinRows.build(at(file), version, async (rows) => {
    await rows.item('film', film, { Name: 'Heat', Path: `${home}/Heat.mkv`, RunTimeTicks: 10_000_000 });
    await rows.image(film, 'Primary', [home, 'metadata', 'library', 'a1', 'poster.jpg'].join(separator));
    await rows.image(film, 'Backdrop', '/media/metadata/fanart.jpg');
  });
  await mkdir(at(metadata), { recursive: true });
  await using library = await source('jellyfin').open();
  for await (const [item] of library.items()) {
    expect(item?.artwork.poster?.file).toBe(at(metadata, 'library/a1/poster.jpg'));
    expect(item?.artwork.backdrop?.file).toBe('/media/metadata/fanart.jpg');
    expect(item?.path).toBe(`${home}/Heat.mkv`);
  }
  expect.assertions(3);
});

describe('a library of more than a page', () => {
  const NUMBERS = 'with recursive n (i) as (select 1 union all select i + 1 from n where i < 1203)';
  const FILM = 'MediaBrowser.Controller.Entities.Movies.Movie';

  test.each<[string, Host, string, string[]]>([
    [
      'jellyfin-10.10-library',
      'jellyfin',
      'data/library.db',
      [
        `insert into TypedBaseItems (guid, type, Name, Path, RunTimeTicks) ${NUMBERS}
         select randomblob(16), '${FILM}', 'Film ' || i, '/media/' || i, 1e7 from n`,
      ],
    ],
    [
      'jellyfin-12.0',
      'jellyfin',
      'data/jellyfin.db',
      [
        `insert into BaseItems (Id, Type, Name, Path, RunTimeTicks, IsFolder, IsInMixedFolder, IsLocked, IsMovie, IsRepeat,
           IsSeries, IsVirtualItem) ${NUMBERS}
         select printf('%08X-0000-0000-0000-%012X', i * 7919 % 1009, i), '${FILM}', 'Film ' || i, '/media/' || i,
           10000000, 0, 0, 0, 0, 0, 0, 0 from n`,
      ],
    ],
    [
      'plex-library',
      'plex',
      'com.plexapp.plugins.library.db',
      [
        `insert into library_sections (id, name) values (1, 'Films')`,
        `insert into metadata_items (id, metadata_type, library_section_id, title) ${NUMBERS}
         select i * 3, 1, 1, 'Film ' || i from n`,
        `insert into media_items (id, metadata_item_id) ${NUMBERS} select i, i * 3 from n`,
        `insert into media_parts (media_item_id, file) ${NUMBERS} select i, '/media/' || i from n`,
      ],
    ],
  ])('has every item once, and says how many there are (%s)', async (schema, host, file, statements) => {
    await build(schema, at(file), async (knex) => {
      for (const statement of statements) await knex.raw(statement);
    });
    await using library = await source(host).open();
    const sizes: number[] = [];
    const titles = new Set<string>();
    for await (const batch of library.items()) {
      sizes.push(batch.length);
      for (const { title } of batch) titles.add(title);
    }
    expect(sizes).toEqual([300, 300, 300, 300, 3]);
    expect(titles.size).toBe(1203);
    expect(await library.count()).toBe(1203);
  });
});

test('a page that ends with a row that makes no sense is not the last one', async () => {
  await build('jellyfin-12.0', at('data/jellyfin.db'), async (knex) => {
    await knex.raw(
      `insert into BaseItems (Id, Type, Name, Path, RunTimeTicks, IsFolder, IsInMixedFolder, IsLocked, IsMovie, IsRepeat,
         IsSeries, IsVirtualItem) with recursive n (i) as (select 1 union all select i + 1 from n where i < 301)
       select printf(iif(i = 300, '%08X-no-id', '%08X-0000-0000-0000-000000000000'), i),
         'MediaBrowser.Controller.Entities.Movies.Movie', 'Film ' || i, '/media/' || i, 10000000, 0, 0, 0, 0, 0, 0, 0 from n`,
    );
  });
  await using library = await source('jellyfin').open();
  const sizes: number[] = [];
  for await (const batch of library.items()) sizes.push(batch.length);
  expect(sizes).toEqual([299, 1]);
  expect(library.skippedRows).toEqual({ item: 1 });
});

test('a change of the library is told by a mark', async () => {
  const file = await build('plex-library', at('plex.db'), async (knex) => {
    await knex('metadata_items').insert({ id: 1, metadata_type: 1, updated_at: 1_700_000_000 });
  });
  await using library = await source('plex', file).open();
  const before = await library.changeMark();
  expect(await library.changeMark()).toBe(before);
  await rm(file);
  await build('plex-library', file, async (knex) => {
    await knex('metadata_items').insert({ id: 1, metadata_type: 1, updated_at: 1_700_000_001 });
  });
  expect(await library.changeMark()).not.toBe(before);
});

test.each([
  ['jellyfin-10.11', 'jellyfin.db'],
  ['jellyfin-12.0', 'jellyfin.db'],
])('a segment that is marked changes the mark, though no item was saved (%s)', async (fixture, name) => {
  const file = at(name);
  await unpack(fixture, file);
  const markAfter = async (sql: string): Promise<string | null> => {
    const database = new sqlite3.Database(file);
    await promisify(database.exec.bind(database))(sql);
    await promisify(database.close.bind(database))();
    await using library = await source('jellyfin', file).open();
    return await library.changeMark();
  };
  const before = await markAfter('create table Beside (x)');
  expect(await markAfter('insert into Beside values (1)')).toBe(before);
  const marked = await markAfter(
    `insert into MediaSegments (Id, ItemId, Type, StartTicks, EndTicks, SegmentProviderId)
     select 'segment', Id, 5, 0, 10000000, 'x' from BaseItems limit 1`,
  );
  expect(marked).not.toBe(before);
});

/** What the next look would be told by, with a change of the database in between. */
async function fingerprintAfter(file: string, sql: string): Promise<string | null> {
  const database = new sqlite3.Database(file);
  await promisify(database.exec.bind(database))(sql);
  await promisify(database.close.bind(database))();
  await using library = await source('jellyfin', file).open();
  return await library.fingerprint();
}

test.each([
  ['the name of a film', `update BaseItems set Name = 'x' where Id = (select max(Id) from BaseItems)`],
  ['what is beside the columns', `update BaseItems set Data = cast('{"Tagline":"y"}' as blob) where Name like 'P%'`],
  ['the role of somebody', `update PeopleBaseItemMap set Role = coalesce(Role, '') || '!' where rowid = 1`],
  ['the name of somebody', `update Peoples set Name = Name || '!' where rowid = 1`],
  ['a language', `update MediaStreamInfos set Language = 'xyz' where rowid = 3`],
  ['a chapter that goes', `delete from Chapters where rowid = (select max(rowid) from Chapters)`],
  [
    'a picture',
    `update BaseItemImageInfos set Path = Path || '.png' where rowid = (select min(rowid) from BaseItemImageInfos)`,
  ],
  [
    'a marked segment',
    `insert into MediaSegments (Id, ItemId, Type, StartTicks, EndTicks, SegmentProviderId)
     select 'segment', Id, 5, 0, 10000000, 'x' from BaseItems limit 1`,
  ],
])('a fingerprint differs after a change of %s, and after nothing else', async (_, change) => {
  const file = at('jellyfin.db');
  await unpack('jellyfin-10.11', file);
  const before = await fingerprintAfter(file, 'create table if not exists Beside (x)');
  expect(await fingerprintAfter(file, 'insert into Beside values (1)')).toBe(before);
  expect(await fingerprintAfter(file, change)).not.toBe(before);
});

test('a fingerprint covers every row of a large table, and the rules for paths', async () => {
  const file = at('jellyfin.db');
  await unpack('jellyfin-10.11', file);
  const before = await fingerprintAfter(
    file,
    `insert into Peoples (Id, Name) with recursive n (i) as (select 1 union all select i + 1 from n where i < 3000)
     select 'p' || i, 'Person ' || i from n`,
  );
  const seen = new Set([before]);
  for (const person of [1, 1000, 1001, 2999, 3000]) {
    seen.add(await fingerprintAfter(file, `update Peoples set Name = Name || '!' where Id = 'p${person}'`));
  }
  const pathRules = [{ from: '/media', to: '/mnt' }];
  const ruled = hostSource({
    ...{ host: 'jellyfin', path: file, pathRules, scratchDirectory: at('scratch'), logger: silentLogger },
  });
  await using library = await ruled.open();
  seen.add(await library.fingerprint());
  expect(seen.size).toBe(7);
});

test('a fingerprint of an older server covers what it has marked in a database beside', async () => {
  await unpack('jellyfin-10.10', at('library.db'));
  await build('jellyfin-10.11', at('jellyfin.db'), async () => {});
  const fingerprint = async () => {
    await using library = await source('jellyfin', at('library.db')).open();
    return await library.fingerprint();
  };
  const before = await fingerprint();
  expect(await fingerprint()).toBe(before);
  await fingerprintAfter(
    at('jellyfin.db'),
    `insert into MediaSegments (Id, ItemId, Type, StartTicks, EndTicks, SegmentProviderId)
     values ('s', 'i', 5, 0, 1, 'x')`,
  );
  expect(await fingerprint()).not.toBe(before);
});
