import type { Knex } from 'knex';
import { z } from 'zod';
import { folded } from '../../shared/folded.ts';
import { jsonText } from '../../shared/json-text.ts';
import { Slices } from '../../shared/slices.ts';
import { linesOf } from '../library/item-query.ts';
import { SHOWN } from './shown.ts';

/** How many items are read at a time: others on the connection wait for a few milliseconds. */
const STEP = 1000;

const stepRow = z.object({ people: z.string(), last: z.number() });
const creditsRow = z.object({ people: jsonText.pipe(z.array(z.object({ name: z.string() }))) });

/** The people of some items, without case and accents, each on a line of its own. */
interface Step {
  readonly people: string;
  /** The items are behind the one of this row, and up to the other. */
  readonly after: number;
  readonly last: number;
}

/** Finds people in the credits of a library; each question goes through all of it once, however many are asked for. */
export class KnownPeople {
  readonly #knex: Knex;

  constructor(reader: Knex) {
    this.#knex = reader;
  }

  /** Those of some that there are. */
  async among(names: readonly string[]): Promise<string[]> {
    const absent = new Set(names.map(lineOf));
    for await (const { people } of this.#steps()) {
      for (const line of people.split('\n')) absent.delete(line);
      if (absent.size === 0) break;
    }
    return names.filter((name) => !absent.has(lineOf(name)));
  }

  /** For each name who begins or ends alike, without case and accents. */
  async like(names: readonly string[]): Promise<Map<string, string[]>> {
    const found = new Map(names.map((name) => [name, new Set<string>()]));
    const [begins, ends] = [new Map<string, Set<string>[]>(), new Map<string, Set<string>[]>()];
    for (const [name, alike] of found) {
      const called = lineOf(name);
      begins.set(beginOf(called), [...(begins.get(beginOf(called)) ?? []), alike]);
      ends.set(endOf(called), [...(ends.get(endOf(called)) ?? []), alike]);
    }
    for await (const { people } of this.#steps()) {
      for (const line of people.split('\n')) {
        if (line === '') continue;
        for (const alike of begins.get(beginOf(line)) ?? []) alike.add(line);
        for (const alike of ends.get(endOf(line)) ?? []) alike.add(line);
      }
    }
    return new Map([...found].map(([name, alike]) => [name, [...alike]]));
  }

  /** How some of those that `like` has found are spelt in the credits. */
  async spellings(called: readonly string[]): Promise<Map<string, string>> {
    const spellings = new Map<string, string>();
    for await (const step of this.#steps()) {
      for (const name of called) {
        if (spellings.has(name) || !step.people.includes(linesOf([name]))) continue;
        spellings.set(name, await this.#spelling(name, step));
      }
      if (called.every((name) => spellings.has(name))) break;
    }
    return spellings;
  }

  async #spelling(called: string, { after, last }: Step): Promise<string> {
    const rows: unknown = await this.#knex('items as i')
      .join('item_details as d', 'd.item_id', 'i.id')
      .whereRaw(`i.rowid > ? and i.rowid <= ? and ${SHOWN} and instr(i.people, ?) > 0`, [
        after,
        last,
        linesOf([called]),
      ])
      .limit(1)
      .select({ people: this.#knex.raw(`d.details -> '$.people'`) });
    const [found] = z.array(creditsRow).parse(rows);
    return found?.people.find(({ name }) => folded(name) === called)?.name ?? called;
  }

  async *#steps(): AsyncGenerator<Step> {
    const slices = new Slices();
    for (let after = 0; ;) {
      const rows: unknown = await this.#knex.raw(
        `select coalesce(group_concat(iif(${SHOWN}, i.people, ''), ''), '') as people, coalesce(max(i.rowid), 0) as last
         from (select i.rowid, i.gone_ms, i.part_of, i.people from items i where i.rowid > ? order by i.rowid limit ?) i`,
        [after, STEP],
      );
      const [{ people, last } = { people: '', last: 0 }] = z.array(stepRow).parse(rows);
      if (last === 0) return;
      yield { people, after, last };
      after = last;
      await slices.next();
    }
  }
}

/** As it stands among the lines of an item. */
function lineOf(name: string): string {
  return linesOf([name]).slice(1, -1);
}

function beginOf(called: string): string {
  return called.slice(0, 2);
}

/** The last word. */
function endOf(called: string): string {
  return called.slice(called.lastIndexOf(' ') + 1);
}
