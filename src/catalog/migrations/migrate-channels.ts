import type { Knex } from 'knex';
import { z } from 'zod';

const oldName = z.object({ id: z.string(), name: z.string() });

/**
 * Channels that a person may make and change: numbers as texts, names without regard to case, groups, descriptions and
 * pictures. The table is made anew, and with it those that refer to it: to drop it alone would delete their rows.
 */
export async function migrateChannels(knex: Knex): Promise<void> {
  await knex.raw(`
    create table new_channels (
      id text primary key not null,
      number text not null unique,
      name text not null,
      name_key text not null unique,
      source text,
      content text check ((content is null) = (source is null)),
      "group" text not null default '',
      description text not null default '',
      enabled boolean not null default true,
      listed boolean not null default true,
      rate_num integer not null,
      rate_den integer not null,
      segment_seconds integer not null,
      qualities text not null,
      tuner_quality text not null,
      programming text not null,
      time_zone text,
      version integer not null default 1
    )`);
  // Groups are what players were told until now.
  await knex.raw(`
    insert into new_channels (id, number, name, name_key, source, content, "group", listed, rate_num, rate_den,
      segment_seconds, qualities, tuner_quality, programming, time_zone)
    select id, cast(number as text), name, id, source, content,
      case json_extract(content, '$.kind') when 'show' then 'Series' else 'Movies' end, listed, rate_num, rate_den,
      segment_seconds, qualities, tuner_quality, programming, time_zone
    from channels`);
  const keys = new Set<string>();
  for (const { id, name } of z.array(oldName).parse(await knex('channels').orderBy('number').select('id', 'name'))) {
    let unique = name;
    for (let suffix = 2; keys.has(keyOf(unique)); suffix++) unique = `${name} (${suffix})`;
    keys.add(keyOf(unique));
    await knex('new_channels')
      .where({ id })
      .update({ name: unique, name_key: keyOf(unique) });
  }
  await knex.raw(`
    create table new_airings (
      channel_id text not null references new_channels (id) on delete cascade,
      start_segment integer not null,
      stop_segment integer not null check (stop_segment > start_segment),
      kind text not null check (kind in ('programme', 'filler', 'card', 'off-air')),
      item_id text references items (id) check ((item_id is not null) = (kind in ('programme', 'filler'))),
      reel_start integer not null,
      block integer not null check (block <= start_segment),
      strand text,
      primary key (channel_id, start_segment)
    ) without rowid`);
  await knex.raw('insert into new_airings select * from airings');
  await knex.raw(`
    create table new_plan_bases (
      channel_id text primary key not null references new_channels (id) on delete cascade,
      segment integer not null,
      ledger text not null
    )`);
  await knex.raw('insert into new_plan_bases select * from plan_bases');
  for (const table of ['airings', 'plan_bases', 'channels']) await knex.raw(`drop table ${table}`);
  for (const table of ['channels', 'airings', 'plan_bases']) {
    await knex.raw(`alter table new_${table} rename to ${table}`);
  }
  await knex.raw('alter table channel_numbers add column dismissed boolean not null default false');
  await knex.raw(`
    create table channel_logos (
      channel_id text primary key not null references channels (id) on delete cascade,
      png blob not null,
      url text
    )`);
}

/** As names were compared when this step was written. */
function keyOf(name: string): string {
  return name.normalize('NFKC').replace(/\s+/g, ' ').trim().toUpperCase().toLowerCase().normalize('NFKC');
}
