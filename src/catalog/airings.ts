import type { Knex } from 'knex';
import { z } from 'zod';
import { jsonText } from '../shared/json-text.ts';
import type { Airing } from '../schedule/airing.ts';
import type { ToldAiring } from '../schedule/told.ts';
import { storedLedger } from '../schedule/programming/ledger.ts';
import { airingRow, insertAirings } from './airing-rows.ts';
import type { KeptPlan, PlanBase, PlanChange } from './plan-change.ts';

const baseRow = z.object({ ledger: jsonText.pipe(storedLedger), segment: z.number() });
/** What a guide tells of: a programme, or that there is none. */
const toldRow: z.ZodType<ToldAiring> = z.object({
  start: z.number(),
  stop: z.number(),
  block: z.number(),
  kind: z.enum(['programme', 'off-air']),
  itemId: z.string().nullable(),
});
/** What is told as one text, which SQLite writes beside us: guides read tens of thousands. */
const TOLD_TEXT = `
  with ours as not materialized (
    select * from airings where channel_id = :channelId and kind in ('programme', 'off-air')
  ),
  bounds as (
    select
      coalesce((select block from ours where start_segment <= :from order by start_segment desc limit 1), :from) as begin,
      coalesce(
        (select start_segment from ours where start_segment >= :to and block >= :to order by start_segment limit 1),
        (select stop_segment from airings where channel_id = :channelId order by start_segment desc limit 1),
        :to
      ) as until
  )
  select until, (
    select json_group_array(
      json_object('start', start_segment, 'stop', stop_segment, 'block', block, 'kind', kind, 'itemId', item_id)
      order by start_segment
    )
    from ours where start_segment >= begin and start_segment < until
  ) as told
  from bounds`;
const toldText = z.tuple([z.object({ told: jsonText.pipe(z.array(toldRow)), until: z.number() })]);

export class Airings {
  readonly #knex: Knex;
  readonly #reader: Knex;

  constructor(knex: Knex, reader: Knex = knex) {
    this.#knex = knex;
    this.#reader = reader;
  }

  /** The airings that show any of the segments [from, to), in order. */
  async between(channelId: string, from: number, to: number): Promise<Airing[]> {
    // The one on air at `from` starts at or before it: found by the key, so the past is not read through.
    const onAir = this.#reader('airings')
      .where({ channel_id: channelId })
      .where('start_segment', '<=', from)
      .max('start_segment');
    const rows: unknown = await this.#reader('airings')
      .where({ channel_id: channelId })
      .where('start_segment', '>=', this.#reader.raw('coalesce((?), 0)', [onAir]))
      .where('start_segment', '<', to)
      .where('stop_segment', '>', from)
      .orderBy('start_segment');
    return z.array(airingRow).parse(rows);
  }

  /** All that is kept of a channel. */
  all(channelId: string): Promise<Airing[]> {
    return this.between(channelId, 0, Number.MAX_SAFE_INTEGER);
  }

  /** Whether a programme is shown in segment `from` or later. */
  async hasProgrammes(channelId: string, from: number): Promise<boolean> {
    const found: unknown = await this.#reader('airings')
      .where({ channel_id: channelId, kind: 'programme' })
      .where('stop_segment', '>', from)
      .first('channel_id');
    return found !== undefined;
  }

  /** Of some channels those that are planned from their segment on, but with no programme. */
  async emptyFrom(starts: readonly { readonly channelId: string; readonly segment: number }[]): Promise<Set<string>> {
    const ahead = `select 1 from airings a where a.channel_id = j.value ->> 'channelId'
      and a.stop_segment > j.value ->> 'segment'`;
    const rows: unknown = await this.#reader.raw(
      `select j.value ->> 'channelId' as id from json_each(?) j
       where exists (${ahead}) and not exists (${ahead} and a.kind = 'programme')`,
      [JSON.stringify(starts)],
    );
    return new Set(
      z
        .array(z.object({ id: z.string() }))
        .parse(rows)
        .map(({ id }) => id),
    );
  }

  /** All that a plan goes on from. */
  async kept(channelId: string): Promise<KeptPlan> {
    return { airings: await this.all(channelId), base: await this.base(channelId) };
  }

  /**
   * What a guide tells of in segments [from, to), in order, each programme from its beginning: its parts, and when nothing is
   * on. `until` is where the next one begins after them, or where the plan ends.
   */
  async told(channelId: string, from: number, to: number): Promise<{ told: ToldAiring[]; until: number }> {
    const rows: unknown = await this.#reader.raw(TOLD_TEXT, { channelId, from, to });
    return toldText.parse(rows)[0];
  }

  /**
   * Puts these in the place of everything that would be shown at `fromSegment` or later, and a base in that of everything
   * before it. Readers see the old plan or the new one.
   */
  async replaceFrom(channelId: string, { fromSegment, airings, base }: PlanChange): Promise<void> {
    await this.#knex.transaction(async (trx) => {
      const planned = () => trx('airings').where({ channel_id: channelId });
      if (base !== undefined) {
        const { ledger, segment } = base;
        await trx('plan_bases')
          .insert({ channel_id: channelId, ledger: JSON.stringify(ledger), segment })
          .onConflict('channel_id')
          .merge();
        await planned().where('start_segment', '<', segment).delete();
      }
      await planned().where('start_segment', '>=', fromSegment).delete();
      await planned().where('stop_segment', '>', fromSegment).update({ stop_segment: fromSegment });
      await insertAirings(trx, airings);
    });
  }

  /** What was shown before the airings that are kept, where any was forgotten. */
  async base(channelId: string): Promise<PlanBase | undefined> {
    const rows: unknown = await this.#reader('plan_bases').where({ channel_id: channelId });
    return z.array(baseRow).parse(rows)[0];
  }
}
