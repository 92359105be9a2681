import type { Knex } from 'knex';
import { z } from 'zod';
import { segmentAt, segmentStartMs } from '../../schedule/grid.ts';
import { toldOf } from '../../schedule/told.ts';
import { Airings } from '../airings.ts';
import { inBatches } from '../batches.ts';
import { type Channel, gridOf } from '../channels/channel.ts';
import { withDetails } from '../library/description.ts';
import { type GuideItem, guideItemOf, guideItems, guideText } from './guide-rows.ts';

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
    // Mostly one starts where the one before has stopped.
    let last = { segment: NaN, ms: NaN };
    const timeOf = (segment: number): number => {
      if (segment !== last.segment) last = { segment, ms: segmentStartMs(grid, segment) };
      return last.ms;
    };
    const programmes: ToldProgramme[] = [];
    for (const { itemId, start, end, stop } of toldOf(told, until)) {
      if (itemId === null || stop <= from) continue;
      const startMs = timeOf(start);
      programmes.push({ startMs, endMs: timeOf(end), stopMs: timeOf(stop), itemId });
    }
    return programmes;
  }

  /** What is known of items; one that was forgotten is left out. */
  async items(ids: readonly string[]): Promise<Map<string, GuideItem>> {
    const found = new Map<string, GuideItem>();
    await inBatches([...ids], async (batch) => {
      const rows: unknown = await withDetails(this.#knex('items')).whereIn('id', batch).first(guideText(this.#knex));
      for (const item of guideItems.parse(rows).items) found.set(item.id, guideItemOf(item));
    });
    return found;
  }
}
