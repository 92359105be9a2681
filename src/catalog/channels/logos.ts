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
    return (await this.givenTo(channelId))?.png;
  }

  /** The same with where it was read. */
  async givenTo(channelId: string): Promise<GivenLogo | undefined> {
    return (await this.#read({ channel_id: channelId })).get(channelId);
  }

  /** All of them, by the ids of channels. */
  all(): Promise<Map<string, GivenLogo>> {
    return this.#read({});
  }

  async #read(where: { readonly channel_id?: string }): Promise<Map<string, GivenLogo>> {
    const rows = z.array(logoRow).parse(await this.#knex('channel_logos').where(where));
    return new Map(rows.map(({ channel_id: channelId, ...logo }) => [channelId, logo]));
  }
}
