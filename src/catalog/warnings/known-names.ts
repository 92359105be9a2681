import type { Knex } from 'knex';
import { z } from 'zod';
import type { NameKind } from '../../schedule/programming/asked-names.ts';
import { KnownPeople } from './known-people.ts';
import { SHOWN } from './shown.ts';

/** A name that there is; of a show it comes once for each of its sources and seasons. */
export interface KnownName {
  readonly name: string;
  readonly source: string | null;
  readonly season: number | null;
}

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

const nameRow = z.object({
  name: z.string(),
  source: z.string().nullable().default(null),
  season: z.number().nullable().default(null),
});
/** Finds names in the libraries as they are now, on a connection that keeps nobody waiting. */
export class KnownNames {
  readonly #knex: Knex;
  readonly people: KnownPeople;

  constructor(reader: Knex) {
    this.#knex = reader;
    this.people = new KnownPeople(reader);
  }

  /** Whether anything was found in a library. */
  async isAny(): Promise<boolean> {
    const found: unknown = await this.#knex('items as i').whereRaw(SHOWN).first('i.id');
    return found !== undefined;
  }

  /** Those of some names that there are, as they are spelt there. */
  async among(kind: NameKind, names: readonly string[]): Promise<KnownName[]> {
    if (kind === 'person')
      return (await this.people.among(names)).map((name) => ({ name, source: null, season: null }));
    const { all, column } = PLACES[kind];
    return this.#find(`${all} and ${column} in (select value from json_each(?))`, [JSON.stringify(names)]);
  }

  /** All names that could be meant by one that there is not. */
  async like(kind: Exclude<NameKind, 'person'>): Promise<KnownName[]> {
    // Items' are no words, and nobody knows them by heart.
    return kind === 'item' ? [] : this.#find(PLACES[kind].all, []);
  }

  async #find(sql: string, bindings: readonly string[]): Promise<KnownName[]> {
    const rows: unknown = await this.#knex.raw(sql, bindings);
    return z.array(nameRow).parse(rows);
  }
}

function labels(kind: string) {
  return { all: `select l.name from labels l where l.kind = '${kind}' and ${IN_USE}`, column: 'l.name' };
}
