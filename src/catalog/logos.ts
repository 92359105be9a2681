import type { Knex } from 'knex';
import { z } from 'zod';

/** The pictures of channels that a person has given. */
export class Logos {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** The PNG of a channel; undefined where it has none of its own. */
  async get(channelId: string): Promise<Buffer | undefined> {
    const rows: unknown = await this.#knex('channel_logos').where({ channel_id: channelId }).select('png');
    return z.array(z.object({ png: z.instanceof(Buffer) })).parse(rows)[0]?.png;
  }
}
