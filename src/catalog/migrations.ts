import type { Knex } from 'knex';

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
];
