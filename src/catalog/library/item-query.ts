import type { Knex } from 'knex';
import { z } from 'zod';
import { folded } from '../../shared/folded.ts';
import type { LabelKind } from './item-labels.ts';

/** What items can be sorted by, null for those without a value. */
export const ITEM_SORTS = {
  title: 'i.sort_title collate nocase',
  show: "i.show || printf(' %06d %06d', coalesce(nullif(i.season, 0), 999999), coalesce(i.episode, 999999))",
  year: 'i.year',
  aired: 'i.original_air_date',
  added: 'i.added_ms',
  stars: 'i.stars',
  duration: 'i.duration_ms',
  /** As the collection or playlist has them that is asked for. */
  collection: 'm.position',
} as const;
export type ItemSort = keyof typeof ITEM_SORTS;

/** Which items are wanted. All that is said must hold; names are compared without case and accents. */
export interface ItemFilter extends PlainFilter {
  readonly show?: string | undefined;
  readonly library?: string | undefined;
  readonly genre?: string | undefined;
  readonly studio?: string | undefined;
  readonly tag?: string | undefined;
  readonly certificate?: string | undefined;
  /** The name or the id of a collection or playlist. */
  readonly collection?: string | undefined;
}

interface PlainFilter {
  /** A part of the title or of the show. */
  readonly search?: string | undefined;
  readonly source?: string | undefined;
  readonly kind?: 'film' | 'episode' | undefined;
  readonly person?: string | undefined;
  readonly yearFrom?: number | undefined;
  readonly yearTo?: number | undefined;
  readonly starsFrom?: number | undefined;
  /** Its file is not on this machine. */
  readonly missing?: boolean | undefined;
  /** Its file cannot be aired. */
  readonly unplayable?: boolean | undefined;
}

/** A filter whose names are spelled as they are kept: SQLite knows small and capital letters of ASCII alone. */
interface SpelledFilter extends PlainFilter {
  readonly shows?: readonly string[];
  readonly certificates?: readonly string[];
  /** Ids of those that an item must be in one of. */
  readonly collections?: readonly string[];
  /** Ids of labels, of which an item must have one of each list. */
  readonly labels?: readonly (readonly number[])[];
}

const LABELS = ['library', 'genre', 'studio', 'tag'] as const satisfies readonly LabelKind[];
const nameRows = z.array(z.object({ name: z.string() }));
const collectionRows = z.array(z.object({ id: z.string(), name: z.string() }));
const labelRows = z.array(z.object({ id: z.number(), name: z.string() }));

/** Looks up how what a filter names is spelled. */
export async function spelledFilter(
  knex: Knex,
  { show, certificate, collection, library, genre, studio, tag, ...plain }: ItemFilter,
): Promise<SpelledFilter> {
  const named = { library, genre, studio, tag };
  const labels: number[][] = [];
  for (const kind of LABELS) {
    const name = named[kind];
    if (name === undefined) continue;
    const rows = labelRows.parse(await knex('labels').where({ kind }).select('id', 'name'));
    labels.push(alike(rows, name).map(({ id }) => id));
  }
  const spelled = async (column: string, name: string) => {
    const rows: unknown = await knex('items').whereNotNull(column).distinct({ name: column });
    return alike(nameRows.parse(rows), name).map((row) => row.name);
  };
  const listsCalled = async (wanted: string) => {
    const rows = collectionRows.parse(await knex('collections').select('id', 'name'));
    return [...rows.filter(({ id }) => id === wanted), ...alike(rows, wanted)].map(({ id }) => id);
  };
  return {
    ...plain,
    labels,
    ...(collection === undefined ? {} : { collections: await listsCalled(collection) }),
    ...(show === undefined ? {} : { shows: await spelled('show', show) }),
    ...(certificate === undefined ? {} : { certificates: await spelled('certificate', certificate) }),
  };
}

function alike<T extends { readonly name: string }>(rows: readonly T[], wanted: string): T[] {
  const key = folded(wanted);
  return rows.filter(({ name }) => folded(name) === key);
}

/** Names as `person` looks for them: each on a line of its own, to be found as a whole. */
export function linesOf(names: readonly string[]): string {
  return names.length === 0 ? '' : `\n${names.map((name) => folded(name.replaceAll('\n', ' '))).join('\n')}\n`;
}

/** The items `i` that a filter lets through: whole ones, that their libraries have now. */
export function whereFilter(query: Knex.QueryBuilder, filter: SpelledFilter): Knex.QueryBuilder {
  void query.whereNull('i.part_of').whereNull('i.gone_ms');
  const { search, source, kind, shows, certificates, labels = [], yearFrom, yearTo, starsFrom } = filter;
  const { missing, unplayable, collections, person } = filter;
  if (search !== undefined) void query.whereRaw('instr(i.search_text, ?) > 0', [folded(search)]);
  if (source !== undefined) void query.where('i.source', source);
  if (kind !== undefined) void query.where('i.kind', kind);
  if (shows !== undefined) void query.whereIn('i.show', shows);
  if (certificates !== undefined) void query.whereIn('i.certificate', certificates);
  if (yearFrom !== undefined) void query.where('i.year', '>=', yearFrom);
  if (yearTo !== undefined) void query.where('i.year', '<=', yearTo);
  if (starsFrom !== undefined) void query.where('i.stars', '>=', starsFrom);
  if (missing !== undefined) void query.where('i.missing', missing);
  if (unplayable !== undefined) void query.whereRaw(`i.problem is ${unplayable ? 'not ' : ''}null`);
  if (collections !== undefined) {
    // An item may be there several times.
    void query.joinRaw(
      `join (select library_id, min(position) as position from collection_items
        where collection_id in (select value from json_each(?)) group by library_id) m on m.library_id = i.library_id`,
      [JSON.stringify(collections)],
    );
  }
  // Some megabytes are gone through; rows for each name would be a million.
  if (person !== undefined) void query.whereRaw('instr(i.people, ?) > 0', [linesOf([person])]);
  for (const ids of labels) {
    void query.whereRaw(
      'i.id in (select item_id from item_labels where label_id in (select value from json_each(?)))',
      [JSON.stringify(ids)],
    );
  }
  return query;
}
