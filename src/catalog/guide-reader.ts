import type { Knex } from 'knex';
import { z } from 'zod';
import { segmentAt, segmentStartMs } from '../schedule/grid.ts';
import { Airings } from './airings.ts';
import { inBatches } from './batches.ts';
import { type Channel, gridOf } from './channel.ts';
import { withDetails } from './description.ts';
import { guideColumns, type GuideItem, guideItemOf, guideRow } from './guide-rows.ts';

/** A programme as guides tell of it, with what interrupts it. Milliseconds since the epoch. */
export interface ToldProgramme {
  readonly startMs: number;
  /** Where its own last part ends. */
  readonly endMs: number;
  /** Where the next one begins: what is shown until then is not told of. */
  readonly stopMs: number;
  readonly itemId: string;
}

/** Answers what guides ask, on a connection that keeps nobody waiting who plans. */
export class GuideReader {
  readonly #knex: Knex;
  readonly #airings: Airings;

  constructor(reader: Knex) {
    this.#knex = reader;
    this.#airings = new Airings(reader);
  }

  /** Another one whenever airings have changed, or what is known of an item. */
  async revision(): Promise<string> {
    const rows: unknown = await this.#knex('guide_revision').select('origin', 'revision');
    const [row] = z.array(z.object({ origin: z.string(), revision: z.number() })).parse(rows);
    return `${row?.origin} ${row?.revision}`;
  }

  /** What a channel shows between two moments, in order; there is a gap where it is off air. */
  async programmes(channel: Channel, fromMs: number, toMs: number): Promise<ToldProgramme[]> {
    const grid = gridOf(channel);
    const [from, to] = [segmentAt(grid, fromMs), segmentAt(grid, toMs) + 1];
    const { told, until } = await this.#airings.told(channel.id, from, to);
    const timeOf = (segment: number) => segmentStartMs(grid, segment);
    const programmes: ToldProgramme[] = [];
    let next = until;
    let nextMs = timeOf(until);
    let end: number | undefined;
    for (const { start, stop, block, kind, itemId } of told.toReversed()) {
      end ??= stop;
      // A further part is told of with the first.
      if (kind === 'programme' && start !== block) continue;
      const startMs = timeOf(start);
      if (itemId !== null && next > from) {
        programmes.push({ startMs, endMs: Math.min(timeOf(end), nextMs), stopMs: nextMs, itemId });
      }
      [next, nextMs, end] = [start, startMs, undefined];
    }
    return programmes.toReversed();
  }

  /** What is known of items; one that was forgotten is left out. */
  async items(ids: readonly string[]): Promise<Map<string, GuideItem>> {
    const found = new Map<string, GuideItem>();
    await inBatches([...ids], async (batch) => {
      const rows: unknown = await withDetails(this.#knex('items'))
        .whereIn('id', batch)
        .select(guideColumns(this.#knex));
      for (const row of z.array(guideRow).parse(rows)) found.set(row.id, guideItemOf(row));
    });
    return found;
  }
}
