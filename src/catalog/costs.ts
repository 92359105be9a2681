import type { Knex } from 'knex';
import { z } from 'zod';
import type { MeasuredCost } from '../reels/speeds.ts';

const costRow = z
  .object({ item_id: z.string(), name: z.string(), cpu_seconds: z.number(), wall_seconds: z.number() })
  .transform(({ item_id, name, cpu_seconds, wall_seconds }): MeasuredCost => ({
    itemId: item_id,
    name,
    cpuSeconds: cpu_seconds,
    wallSeconds: wall_seconds,
  }));

/** What it cost this machine to develop items. */
export class Costs {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** All of them, after those of items that are gone were forgotten. */
  async all(): Promise<MeasuredCost[]> {
    await this.#knex('costs').whereNotIn('item_id', this.#knex('items').whereNull('gone_ms').select('id')).delete();
    const rows: unknown = await this.#knex('costs').select('item_id', 'name', 'cpu_seconds', 'wall_seconds');
    return z.array(costRow).parse(rows);
  }

  async keep({ itemId, name, cpuSeconds, wallSeconds }: MeasuredCost): Promise<void> {
    await this.#knex('costs')
      .insert({ item_id: itemId, name, cpu_seconds: cpuSeconds, wall_seconds: wallSeconds })
      .onConflict(['item_id', 'name'])
      .merge();
  }
}
