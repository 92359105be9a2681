import type { Knex } from 'knex';
import { z } from 'zod';
import { type ForKids, forKids } from './for-kids.ts';

/** How many items, and how long they last together; those of unknown length count as nothing. */
export interface Amount {
  readonly items: number;
  readonly hours: number;
}

export interface NamedAmount extends Amount {
  readonly name: string;
}

/** What a library is rich in, the richest first. */
export interface LibraryCensus {
  readonly genres: readonly NamedAmount[];
  /** Films by the first year of their decade. */
  readonly decades: readonly NamedAmount[];
  readonly shows: readonly NamedAmount[];
  readonly films: Amount;
  /** By genre, by certificate or by both: each item once. */
  readonly kids: ForKids & Amount;
}

const amount = {
  items: z.number(),
  hours: z
    .number()
    .nullable()
    .transform((hours) => hours ?? 0),
};
const namedAmount = z.object({ name: z.coerce.string(), ...amount });

/** Counts what there is to air, on a connection that keeps nobody waiting. */
export async function takeCensus(knex: Knex): Promise<LibraryCensus> {
  const airable = () => knex('items as i').whereNull('i.gone_ms').whereNull('i.part_of').whereNull('i.problem');
  const counted = {
    items: knex.raw('count(*)'),
    hours: knex.raw(`sum(coalesce(json_extract(i.facts, '$.durationMs'), i.duration_ms)) / 3600000.0`),
  };
  const named = async (query: Knex.QueryBuilder, name: string) =>
    z.array(namedAmount).parse(
      await query
        .whereRaw(`${name} is not null`)
        .groupByRaw(name)
        .orderByRaw('count(*) desc, name')
        .select({ name: knex.raw(name), ...counted }),
    );
  const total = async (query: Knex.QueryBuilder): Promise<Amount> => {
    const [found] = z.array(z.object(amount)).parse(await query.select(counted));
    return found ?? { items: 0, hours: 0 };
  };
  const withGenre = () =>
    airable()
      .join('item_labels as il', 'il.item_id', 'i.id')
      .join('labels as l', 'l.id', 'il.label_id')
      .where('l.kind', 'genre');
  const genres = await named(withGenre(), 'l.name');
  const certificates = await named(airable(), 'i.certificate');
  const kids = forKids(namesOf(genres), namesOf(certificates));
  const ofGenre = withGenre().whereIn('l.name', kids.genre).select('i.id');
  const forThem = airable().where((either) => {
    void either.whereIn('i.id', ofGenre).orWhereIn('i.certificate', kids.certificate);
  });
  return {
    genres,
    decades: await named(airable().where('i.kind', 'film'), 'i.year / 10 * 10'),
    shows: await named(airable().where('i.kind', 'episode'), 'i.show'),
    films: await total(airable().where('i.kind', 'film')),
    kids: { ...kids, ...(await total(forThem)) },
  };
}

function namesOf(amounts: readonly NamedAmount[]): string[] {
  return amounts.map(({ name }) => name);
}
