import type { Knex } from 'knex';
import { z } from 'zod';
import { Airings } from '../airings.ts';
import { inBatches } from '../batches.ts';
import type { Channel } from './channel.ts';
import { nameKey, uniqueName } from './channel-name.ts';
import { freeNumber } from './channel-number.ts';
import { channelColumns, readChannels } from './channel-rows.ts';
import { checkTogether } from './channel-rules.ts';
import { type ChangeChannels, writeChannels } from './channel-writer.ts';
import type { PlanChange } from '../plan-change.ts';
import { usedNumbers } from './used-numbers.ts';

const givenNumber = z.object({ channel_id: z.string(), number: z.number() });

/** All channels before a change and after it. */
export interface EditedChannels {
  readonly before: readonly Channel[];
  readonly after: readonly Channel[];
}

export class Channels {
  readonly #knex: Knex;
  readonly #reader: Knex;

  constructor(knex: Knex, reader: Knex) {
    this.#knex = knex;
    this.#reader = reader;
  }

  /** The channels that viewers may have: enabled, and with something to show; by number. */
  list(): Promise<Channel[]> {
    return readChannels(this.#reader, { enabled: true, listed: true });
  }

  /** All that there are, also those that are disabled or whose library is gone for now. */
  listAll(): Promise<Channel[]> {
    return readChannels(this.#reader);
  }

  /** One that viewers may have. */
  async find(id: string): Promise<Channel | undefined> {
    const [channel] = await readChannels(this.#reader, { id, enabled: true, listed: true });
    return channel;
  }

  /** Any channel. */
  async get(id: string): Promise<Channel | undefined> {
    const [channel] = await readChannels(this.#reader, { id });
    return channel;
  }

  /** The numbers that are kept for these: for new ones the next free ones, in this order. */
  numbersOf(ids: readonly string[]): Promise<Map<string, number>> {
    return this.#knex.transaction((trx) => numbersOf(trx, ids));
  }

  /** Channels that were found once and that a person does not want. */
  async dismissed(): Promise<ReadonlySet<string>> {
    const rows: unknown = await this.#knex('channel_numbers').where({ dismissed: true }).select('channel_id');
    return new Set(
      z
        .array(z.object({ channel_id: z.string() }))
        .parse(rows)
        .map((row) => row.channel_id),
    );
  }

  /** Adds a channel that was found, under its number, or the next free one where a person has taken that. */
  addFound(found: Omit<Channel, 'number'>): Promise<Channel> {
    return this.#knex.transaction(async (trx) => {
      const others = await readChannels(trx);
      const numbers = new Set(others.map(({ number }) => number));
      const kept = (await numbersOf(trx, [found.id])).get(found.id) ?? 1;
      const number = numbers.has(String(kept)) ? await nextNumber(trx, numbers) : kept;
      await trx('channel_numbers').where({ channel_id: found.id }).update({ number });
      const name = uniqueName(found.name, new Set(others.map((other) => nameKey(other.name))));
      const channel = { ...found, number: String(number), name };
      await trx('channels').insert(channelColumns(channel));
      return channel;
    });
  }

  /** Lists a channel that was found: there is something to see on it by now. */
  async showPlanned(id: string): Promise<void> {
    await this.#knex('channels').where({ id }).update({ listed: true });
  }

  /** What all channels would be after a change; it throws what stands in the way. */
  async afterChange(change: ChangeChannels): Promise<EditedChannels> {
    const before = await readChannels(this.#knex);
    const { channels: after } = change(before, await usedNumbers(this.#knex));
    checkTogether(before, after);
    return { before, after };
  }

  /** Changes channels in one transaction, and with it what is planned, by their ids. Resolves with both states. */
  edit(change: ChangeChannels, plans: ReadonlyMap<string, PlanChange> = new Map()): Promise<EditedChannels> {
    return this.#knex.transaction(async (trx) => {
      const before = await readChannels(trx);
      const changed = change(before, await usedNumbers(trx));
      checkTogether(before, changed.channels);
      await writeChannels(trx, before, changed);
      const airings = new Airings(trx);
      for (const [id, plan] of plans) await airings.replaceFrom(id, plan);
      return { before, after: await readChannels(trx) };
    });
  }

  /** Of the channels that were found only these stay listed. Those that a person has made stay all the same. */
  async keepListed(ids: ReadonlySet<string>): Promise<void> {
    await this.#knex.transaction(async (trx) => {
      const channels = await readChannels(trx);
      const over = channels.filter(({ id, origin, listed }) => listed && origin.kind === 'found' && !ids.has(id));
      await inBatches(
        over.map(({ id }) => id),
        (batch) => trx('channels').whereIn('id', batch).update({ listed: false }),
      );
    });
  }
}

async function numbersOf(trx: Knex, ids: readonly string[]): Promise<Map<string, number>> {
  const read = async () =>
    new Map(
      z
        .array(givenNumber)
        .parse(await trx('channel_numbers').select('channel_id', 'number'))
        .map((row) => [row.channel_id, row.number]),
    );
  const known = await read();
  const fresh = ids.filter((id) => !known.has(id));
  if (fresh.length > 0) {
    const taken = new Set((await readChannels(trx)).map(({ number }) => number));
    for (const id of fresh)
      await trx('channel_numbers').insert({ channel_id: id, number: await nextNumber(trx, taken) });
  }
  const given = fresh.length > 0 ? await read() : known;
  return new Map([...given].filter(([id]) => ids.includes(id)));
}

/** Above all that were ever given by themselves. */
async function nextNumber(trx: Knex, taken: ReadonlySet<string>): Promise<number> {
  const [row] = z
    .array(z.object({ last: z.number().nullable() }))
    .parse(await trx('channel_numbers').max({ last: 'number' }));
  return freeNumber(new Set([...taken, ...(await usedNumbers(trx))]), (row?.last ?? 0) + 1);
}
