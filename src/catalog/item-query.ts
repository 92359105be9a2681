import type { Knex } from 'knex';
import type { LabelKind } from './item-labels.ts';
import { folded } from './folded.ts';

/** What items can be sorted by; those without a value come last, or first in descending order. */
export const ITEM_SORTS = {
  title: 'i.sort_title collate nocase',
  show: "printf('%s %06d %06d', coalesce(i.show, ''), coalesce(nullif(i.season, 0), 999999), coalesce(i.episode, 999999))",
  year: 'coalesce(i.year, 9999)',
  aired: "coalesce(i.original_air_date, '9999')",
  added: 'coalesce(i.added_ms, 9e15)',
  stars: 'coalesce(i.stars, 99)',
  duration: 'coalesce(i.duration_ms, 9e15)',
} as const;
export type ItemSort = keyof typeof ITEM_SORTS;

/** Which items are wanted. All that is said must hold. */
export interface ItemFilter {
  /** A part of the title or of the show, without case and accents. */
  readonly search?: string | undefined;
  readonly source?: string | undefined;
  readonly kind?: 'film' | 'episode' | undefined;
  readonly show?: string | undefined;
  readonly library?: string | undefined;
  readonly genre?: string | undefined;
  readonly studio?: string | undefined;
  readonly tag?: string | undefined;
  readonly person?: string | undefined;
  /** The id of a collection or playlist. */
  readonly collection?: string | undefined;
  readonly yearFrom?: number | undefined;
  readonly yearTo?: number | undefined;
  readonly certificate?: string | undefined;
  readonly starsFrom?: number | undefined;
  /** Its file is not on this machine. */
  readonly missing?: boolean | undefined;
  /** Its file cannot be aired. */
  readonly unplayable?: boolean | undefined;
}

/** The items `i` that a filter lets through: whole ones, that their libraries have now. */
export function whereFilter(query: Knex.QueryBuilder, filter: ItemFilter): Knex.QueryBuilder {
  void query.whereNull('i.part_of').whereNull('i.gone_ms');
  const {
    search,
    source,
    kind,
    show,
    certificate,
    yearFrom,
    yearTo,
    starsFrom,
    missing,
    unplayable,
    collection,
    person,
  } = filter;
  if (search !== undefined) void query.whereRaw('instr(i.search_text, ?) > 0', [folded(search)]);
  if (source !== undefined) void query.where('i.source', source);
  if (kind !== undefined) void query.where('i.kind', kind);
  if (show !== undefined) void query.whereRaw('i.show = ? collate nocase', [show]);
  if (certificate !== undefined) void query.whereRaw('i.certificate = ? collate nocase', [certificate]);
  if (yearFrom !== undefined) void query.where('i.year', '>=', yearFrom);
  if (yearTo !== undefined) void query.where('i.year', '<=', yearTo);
  if (starsFrom !== undefined) void query.where('i.stars', '>=', starsFrom);
  if (missing !== undefined) void query.where('i.missing', missing);
  if (unplayable !== undefined) void query.whereRaw(`i.problem is ${unplayable ? 'not ' : ''}null`);
  if (collection !== undefined) {
    void query.whereRaw('i.library_id in (select c.library_id from collection_items c where c.collection_id = ?)', [
      collection,
    ]);
  }
  if (person !== undefined) {
    // Some megabytes are gone through; rows for each name would be a million.
    const line = `%\n${person.replaceAll('\n', ' ').replaceAll(/[\\%_]/g, '\\$&')}\n%`;
    void query.whereRaw(`i.people like ? escape '\\'`, [line]);
  }
  for (const kindOf of LABELS) {
    const name = filter[kindOf];
    if (name === undefined) continue;
    void query.whereRaw(
      `i.id in (select x.item_id from item_labels x join labels l on l.id = x.label_id where l.kind = ? and l.name = ?)`,
      [kindOf, name],
    );
  }
  return query;
}

const LABELS = ['library', 'genre', 'studio', 'tag'] as const satisfies readonly LabelKind[];
