import type { Knex } from 'knex';
import { z } from 'zod';
import type { GivenLogo } from './channel-writer.ts';

const logoRow = z.object({ channel_id: z.string(), png: z.instanceof(Buffer), url: z.string().nullable() });

/** The pictures of channels that a person has given. */
export class Logos {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** The PNG of a channel; undefined where it has none of its own. */
  async get(channelId: string): Promise<Buffer | undefined> {
    const rows: unknown = await this.#knex('channel_logos').where({ channel_id: channelId }).select('png');
    return z.array(logoRow.pick({ png: true })).parse(rows)[0]?.png;
  }

  /** All of them, by the ids of channels. */
  async all(): Promise<Map<string, GivenLogo>> {
    const rows = z.array(logoRow).parse(await this.#knex('channel_logos'));
    return new Map(rows.map(({ channel_id: channelId, ...logo }) => [channelId, logo]));
  }
}
