import type { Knex } from 'knex';
import { z } from 'zod';
import { jsonText } from '../shared/json-text.ts';
import type { SkippedRows } from './skipped-rows.ts';

/** Where the rows of one kind are that belong to items, and what of them is read: SQL throughout. */
export interface FactsQuery {
  readonly from: string;
  /** The column that says to which item a row belongs. */
  readonly owner: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly order: string;
  readonly where?: string;
}

/** The rows that belong to one item. */
export interface OwnedFacts {
  readonly owner: string;
  readonly facts: readonly unknown[];
}

const ownedRows = z.array(
  z.object({
    owner: z.union([z.string(), z.number()]).transform(String),
    facts: jsonText.pipe(z.array(z.unknown())),
  }),
);

/** Rows as they were read; what they say is made out when nobody waits for their database any more. */
export type FactsRead = () => readonly OwnedFacts[];

/**
 * Reads rows together, as one text for each owner: a library has millions of them, and one by one they would take a
 * minute. `ownerAs` is SQL that makes the owner's column a text.
 */
export async function readFacts(
  knex: Knex,
  { from, owner, columns, order, where = 'true' }: FactsQuery,
  owners: readonly (string | number | Buffer)[],
  ownerAs = owner,
): Promise<FactsRead> {
  // JSON has no blobs: where a host has left one, there is nothing to be read.
  const pairs = Object.entries(columns).map(([name, sql]) => `'${name}', iif(typeof(${sql}) = 'blob', null, ${sql})`);
  const rows: unknown = await knex.raw(
    `select ${ownerAs} as owner, json_group_array(json_object(${pairs.join(', ')}) order by ${order}) as facts
     from ${from} where ${owner} in (${owners.map(() => '?').join(', ')}) and ${where} group by ${owner}`,
    [...owners],
  );
  return () => ownedRows.parse(rows);
}

/** The facts of each owner that make sense, by the owner's id as `idOf` spells it. */
export function factsByOwner<T>(
  read: FactsRead,
  kind: string,
  row: z.ZodType<T>,
  skipped: SkippedRows,
  idOf: (owner: string) => string | null = (owner) => owner,
): Map<string, T[]> {
  return new Map(read().map(({ owner, facts }) => [idOf(owner) ?? '', skipped.sort(kind, row, facts)]));
}
