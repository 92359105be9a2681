import type { Knex } from 'knex';
import { z } from 'zod';

/** What the sidecar remembers about itself: small texts by name. */
export class Settings {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async get(key: string): Promise<string | undefined> {
    const rows: unknown = await this.#knex('settings').where({ key }).select('value');
    return z.array(z.object({ value: z.string() })).parse(rows)[0]?.value;
  }

  async set(key: string, value: string): Promise<void> {
    await this.#knex('settings').insert({ key, value }).onConflict('key').merge();
  }
}
