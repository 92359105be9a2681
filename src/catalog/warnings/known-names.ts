import type { Knex } from 'knex';
import { z } from 'zod';
import type { NameKind } from '../../schedule/programming/asked-names.ts';
import { folded } from '../../shared/folded.ts';
import { jsonText } from '../../shared/json-text.ts';
import { linesOf } from '../library/item-query.ts';

/** A name that there is; of a show it comes once for each of its sources and seasons. */
export interface KnownName {
  readonly name: string;
  readonly source: string | null;
  readonly season: number | null;
}

const SHOWN = 'i.gone_ms is null and i.part_of is null';
/** Labels stay when the last item has lost them. */
const IN_USE = `exists (
  select 1 from item_labels x join items i on i.id = x.item_id where x.label_id = l.id and ${SHOWN})`;

/** Where names of a kind are: the select that finds all, and the column that a name is in. */
const PLACES: Readonly<Record<Exclude<NameKind, 'person'>, { readonly all: string; readonly column: string }>> = {
  // With all conditions that the index of items begins with.
  show: {
    all: `select distinct i.show as name, i.source, i.season from items i
          where i.source in (select id from sources) and i.kind = 'episode' and ${SHOWN} and i.show is not null`,
    column: 'i.show',
  },
  collection: { all: `select distinct name from collections where true`, column: 'name' },
  item: { all: `select i.id as name from items i where ${SHOWN}`, column: 'i.id' },
  source: {
    all: `select s.id as name from sources s where exists (select 1 from items i where i.source = s.id and ${SHOWN})`,
    column: 's.id',
  },
  certificate: {
    all: `select distinct i.certificate as name from items i where ${SHOWN} and i.certificate is not null`,
    column: 'i.certificate',
  },
  ...{ library: labels('library'), genre: labels('genre'), studio: labels('studio'), tag: labels('tag') },
};
/** So many items are looked through for people that somebody may have meant. */
const MOST_ITEMS = 2000;
/** Of people: who is nowhere takes a search through all items. */
const MOST_ABSENT = 20;

const nameRow = z.object({
  name: z.string(),
  source: z.string().nullable().default(null),
  season: z.number().nullable().default(null),
});
const peopleRow = z.object({ people: z.string() });
const creditsRow = z
  .object({
    people: jsonText.pipe(z.array(z.object({ name: z.string() }))),
  })
  .transform(({ people }) => people);

/** Finds names in the libraries as they are now, on a connection that keeps nobody waiting. */
export class KnownNames {
  readonly #knex: Knex;

  constructor(reader: Knex) {
    this.#knex = reader;
  }

  /** Whether anything was found in a library. */
  async isAny(): Promise<boolean> {
    const found: unknown = await this.#knex('items as i').whereRaw(SHOWN).first('i.id');
    return found !== undefined;
  }

  /** Those of some names that there are, as they are spelt there. */
  async among(kind: NameKind, names: readonly string[]): Promise<KnownName[]> {
    if (kind === 'person') return this.#peopleAmong(names);
    const { all, column } = PLACES[kind];
    return this.#find(`${all} and ${column} in (select value from json_each(?))`, [JSON.stringify(names)]);
  }

  /** All names that could be meant by one that there is not; people's without case and accents. */
  async like(kind: NameKind, name: string): Promise<KnownName[]> {
    // They are no words, and nobody knows them by heart.
    if (kind === 'item') return [];
    return kind === 'person' ? this.#peopleLike(name) : this.#find(PLACES[kind].all, []);
  }

  async #find(sql: string, bindings: readonly string[]): Promise<KnownName[]> {
    const rows: unknown = await this.#knex.raw(sql, bindings);
    return z.array(nameRow).parse(rows);
  }

  /** As it is spelt in some credits, of one that `like` has found. */
  async spelling(called: string): Promise<string> {
    const rows: unknown = await this.#knex('items as i')
      .join('item_details as d', 'd.item_id', 'i.id')
      .whereRaw(`${SHOWN} and instr(i.people, ?) > 0`, [linesOf([called])])
      .limit(1)
      .select({ people: this.#knex.raw(`d.details -> '$.people'`) });
    const [found = []] = z.array(creditsRow).parse(rows);
    return found.find(({ name }) => folded(name) === called)?.name ?? called;
  }

  /** Each on a line of its own: the first item that has it is enough. After so many absent ones others count as known. */
  async #peopleAmong(names: readonly string[]): Promise<KnownName[]> {
    const known: KnownName[] = [];
    for (const [at, name] of names.entries()) {
      if (at - known.length >= MOST_ABSENT) return [...known, ...names.slice(at).map(person)];
      const found: unknown = await this.#people([linesOf([name])], 1);
      if (z.array(z.unknown()).parse(found).length > 0) known.push(person(name));
    }
    return known;
  }

  /** Who begins or ends alike. */
  async #peopleLike(name: string): Promise<KnownName[]> {
    const called = folded(name);
    const [begins, ends] = [called.slice(0, 2), called.slice(called.lastIndexOf(' ') + 1)];
    const rows: unknown = await this.#people([`\n${begins}`, `${ends}\n`], MOST_ITEMS);
    const lines = new Set(
      z
        .array(peopleRow)
        .parse(rows)
        .flatMap(({ people }) => people.split('\n')),
    );
    return [...lines].filter((line) => line !== '' && (line.startsWith(begins) || line.endsWith(ends))).map(person);
  }

  #people(texts: readonly string[], limit: number): Knex.QueryBuilder {
    return this.#knex('items as i')
      .whereRaw(SHOWN)
      .where((either) => {
        for (const text of texts) void either.orWhereRaw('instr(i.people, ?) > 0', [text]);
      })
      .limit(limit)
      .select('i.people');
  }
}

function person(name: string): KnownName {
  return { name, source: null, season: null };
}

function labels(kind: string) {
  return { all: `select l.name from labels l where l.kind = '${kind}' and ${IN_USE}`, column: 'l.name' };
}
