import type { Knex } from 'knex';
import { migrateChannels } from './migrate-channels.ts';
import { migrateFacts } from './migrate-facts.ts';
import { migrateFolded } from './migrate-folded.ts';
import { migrateNames } from './migrate-names.ts';

/** One step of the schema, forward only. A released step never changes; the order is that of the table. */
export interface Migration {
  readonly name: string;
  up(knex: Knex): Promise<void>;
}

export const MIGRATIONS: readonly Migration[] = [
  {
    name: '001-catalog',
    async up(knex) {
      await knex.schema.createTable('settings', (table) => {
        table.text('key').primary();
        table.text('value').notNullable();
      });
      await knex.schema.createTable('items', (table) => {
        table.text('id').primary();
        table.text('source').notNullable();
        table.text('path').notNullable();
        table.text('kind').notNullable();
        table.text('title').notNullable();
        table.text('show');
        table.integer('season');
        table.integer('episode');
        table.bigInteger('size_bytes').notNullable();
        table.bigInteger('modified_ms').notNullable();
        table.integer('position').notNullable();
        table.text('facts');
        table.text('problem');
        table.boolean('missing').notNullable().defaultTo(false);
        table.index(['source', 'kind', 'show', 'position'], 'items_in_order');
      });
      // Kept when a channel goes, so that no number is ever given twice and a channel that returns gets its own.
      await knex.schema.createTable('channel_numbers', (table) => {
        table.increments('number');
        table.text('channel_id').notNullable().unique();
      });
      await knex.schema.createTable('channels', (table) => {
        table.text('id').primary();
        table.integer('number').notNullable().unique().references('number').inTable('channel_numbers');
        table.text('name').notNullable().unique();
        table.text('source').notNullable();
        table.text('content').notNullable();
        table.integer('rate_num').notNullable();
        table.integer('rate_den').notNullable();
        table.integer('segment_seconds').notNullable();
        table.text('qualities').notNullable();
        table.text('tuner_quality').notNullable();
        table.bigInteger('loop_started_ms').notNullable();
        table.boolean('listed').notNullable().defaultTo(true);
      });
      await knex.raw(`
        create table airings (
          channel_id text not null references channels (id) on delete cascade,
          start_segment integer not null,
          stop_segment integer not null check (stop_segment > start_segment),
          item_id text not null references items (id),
          reel_start integer not null,
          primary key (channel_id, start_segment)
        ) without rowid`);
    },
  },
  {
    name: '002-library',
    async up(knex) {
      const columns = [
        // The id in the library: another one where an item went and came back as a new one.
        'library_id text',
        'host_id text',
        'part_of text references items (id)',
        'part integer not null default 1',
        "sort_title text not null default ''",
        "search_text text not null default ''",
        'year integer',
        'original_air_date text',
        'certificate text',
        'stars real',
        'duration_ms integer',
        'frames_per_second real',
        'added_ms integer',
        'versions integer not null default 0',
        'details text',
        'fingerprint text',
        'placed boolean not null default true',
        'gone_ms integer',
      ];
      for (const column of columns) await knex.raw(`alter table items add column ${column}`);
      // Until now a file that was away and an item that was no longer listed were the same.
      await knex('items').update({
        library_id: knex.ref('id'),
        sort_title: knex.ref('title'),
        gone_ms: knex.raw('case when missing then 0 end'),
      });
      await knex.raw('create unique index items_by_library_id on items (library_id)');
      await knex.raw('create index items_by_path on items (path)');
      await knex.raw('create index items_by_part on items (part_of) where part_of is not null');
      await knex.raw('create index items_unplaced on items (source) where not placed');
      await knex.schema.createTable('labels', (table) => {
        table.increments('id');
        table.text('kind').notNullable();
        table.specificType('name', 'text collate nocase').notNullable();
        table.unique(['kind', 'name']);
      });
      await knex.raw(`
        create table item_labels (
          label_id integer not null references labels (id),
          item_id text not null references items (id) on delete cascade,
          primary key (label_id, item_id)
        ) without rowid`);
      await knex.raw('create index labels_of_items on item_labels (item_id)');
      await knex.schema.createTable('collections', (table) => {
        table.text('id').primary();
        table.text('source').notNullable().index();
        table.text('host_id').notNullable();
        table.text('kind').notNullable();
        table.text('name').notNullable();
      });
      // Members are named as their library names them; some are no items of ours.
      await knex.raw(`
        create table collection_items (
          collection_id text not null references collections (id) on delete cascade,
          position integer not null,
          library_id text not null,
          primary key (collection_id, position)
        ) without rowid`);
      await knex.schema.createTable('sources', (table) => {
        table.text('id').primary();
        table.text('schema');
        table.bigInteger('synced_ms');
        table.text('change_mark');
        table.text('problem');
        table.text('report');
      });
    },
  },
  {
    name: '003-costs',
    async up(knex) {
      await knex.raw(`
        create table costs (
          item_id text not null references items (id) on delete cascade,
          name text not null,
          cpu_seconds real not null,
          wall_seconds real not null,
          primary key (item_id, name)
        ) without rowid`);
    },
  },
  {
    name: '004-programming',
    async up(knex) {
      await knex.raw(`alter table channels add column programming text not null default '{"kind":"scheduled"}'`);
      // Null: the one of the settings.
      await knex.raw('alter table channels add column time_zone text');
      await knex.raw(`
        update channels set programming = json_object(
          'kind', 'scheduled',
          'default', json_object('content', json_array(json_set(content, '$.source', source))))`);
      await knex.raw(`
        create table planned_airings (
          channel_id text not null references channels (id) on delete cascade,
          start_segment integer not null,
          stop_segment integer not null check (stop_segment > start_segment),
          kind text not null check (kind in ('programme', 'filler', 'card', 'off-air')),
          item_id text references items (id) check ((item_id is not null) = (kind in ('programme', 'filler'))),
          reel_start integer not null,
          block integer not null check (block <= start_segment),
          strand text,
          primary key (channel_id, start_segment)
        ) without rowid`);
      await knex.raw(`
        insert into planned_airings
        select channel_id, start_segment, stop_segment, 'programme', item_id, reel_start, start_segment, ''
        from airings`);
      // The further parts of an item are one programme with the first.
      await knex.raw(`
        update planned_airings as a
        set block = (
          select max(b.start_segment) from planned_airings b
          join items i on i.id = a.item_id
          where b.channel_id = a.channel_id and b.start_segment < a.start_segment and b.item_id = i.part_of)
        where exists (
          select 1 from planned_airings b
          join items i on i.id = a.item_id
          where b.channel_id = a.channel_id and b.start_segment < a.start_segment and b.item_id = i.part_of)`);
      await knex.raw('drop table airings');
      await knex.raw('alter table planned_airings rename to airings');
      // What was aired before the airings that are kept.
      await knex.raw(`
        create table plan_bases (
          channel_id text primary key not null references channels (id) on delete cascade,
          segment integer not null,
          ledger text not null
        )`);
    },
  },
  { name: '005-channels', up: migrateChannels },
  {
    name: '006-guide-revision',
    async up(knex) {
      // Counts what changes a guide, so that one which is still the same need not be made again to find that out.
      await knex.raw('create table guide_revision (origin text not null, revision integer not null)');
      await knex.raw('insert into guide_revision values (hex(randomblob(8)), 0)');
      const told =
        'title, show, season, episode, year, original_air_date, certificate, stars, duration_ms, details, facts';
      const changes = ['insert on airings', 'update on airings', 'delete on airings', `update of ${told} on items`];
      for (const [index, change] of changes.entries()) {
        await knex.raw(`
          create trigger guide_changed_${index} after ${change} begin
            update guide_revision set revision = revision + 1;
          end`);
      }
    },
  },
  {
    name: '007-people',
    async up(knex) {
      // Found in what is told of each item: a million rows of them took most of a large sync.
      await knex.raw(`delete from item_labels where label_id in (select id from labels where kind = 'person')`);
      await knex.raw(`delete from labels where kind = 'person'`);
    },
  },
  {
    name: '008-fingerprints',
    async up(knex) {
      await knex.raw('alter table sources add column fingerprint text');
    },
  },
  {
    name: '009-people-index',
    async up(knex) {
      // Each name on a line of its own. The index is what is searched: a twentieth of the table.
      await knex.raw(`alter table items add column people text not null default ''`);
      await knex.raw(`
        update items set people = coalesce(
          (select char(10) || group_concat(replace(p.value ->> 'name', char(10), ' '), char(10)) || char(10)
           from json_each(items.details, '$.people') p), '')`);
      await knex.raw('create index items_by_people on items (people)');
    },
  },
  { name: '010-channel-names', up: migrateNames },
  {
    name: '011-item-details',
    async up(knex) {
      // What is told of an item is most of its row, and all of it was written anew whenever the item's place changed.
      await knex.raw(`
        create table item_details (
          item_id text primary key not null references items (id) on delete cascade,
          details text not null
        )`);
      await knex.raw(`
        insert into item_details select id, details from items where details is not null order by rowid`);
      // It is only written together with the other columns of which a guide tells.
      await knex.raw('drop trigger guide_changed_3');
      await knex.raw('alter table items drop column details');
      const told = 'title, show, season, episode, year, original_air_date, certificate, stars, duration_ms, facts';
      await knex.raw(`
        create trigger guide_changed_3 after update of ${told} on items begin
          update guide_revision set revision = revision + 1;
        end`);
    },
  },
  {
    name: '012-people-without-index',
    async up(knex) {
      // Names come in no order: another page of it was written for nearly each item of a sync. Since what is told of items
      // has a table of its own, the table itself is as good to go through.
      await knex.raw('drop index items_by_people');
    },
  },
  {
    name: '013-paths-without-index',
    async up(knex) {
      // Asked by nobody but a sync that has lost some items and found others, which has these in memory.
      await knex.raw('drop index items_by_path');
    },
  },
  { name: '014-exact-facts', up: migrateFacts },
  { name: '015-folded-names', up: migrateFolded },
  {
    name: '016-contents-without-order',
    async up(knex) {
      // Nobody reads a content in its order by way of the index, in which every item that gets its place had to move.
      await knex.raw('drop index items_in_order');
      await knex.raw('create index items_by_content on items (source, kind, show)');
    },
  },
  {
    name: '017-show-years',
    async up(knex) {
      // What a host says of its shows is told by its episodes from now on: they have to be read anew.
      await knex.raw(`update sources set fingerprint = null where id not like 'folder:%'`);
    },
  },
];
