import type { Knex } from 'knex';
import { z } from 'zod';
import type { MediaFacts } from '../../ffmpeg/media-facts.ts';
import type { FileOnDisk } from '../../library/disk/file-states.ts';
import type { Description, LibraryItem } from '../../library/library-item.ts';
import { DESCRIPTION_COLUMNS, storedDescription, withDetails } from './description.ts';
import { ITEM_SORTS, type ItemFilter, type ItemSort, spelledFilter, whereFilter } from './item-query.ts';
import { storedFacts } from './catalog-item.ts';
import { type LibraryCensus, takeCensus } from './library-census.ts';
import { type SourceSummary, summaryOf } from './source-summary.ts';

const sortValue = z.union([z.string(), z.number()]).nullable();

/** Where a page of items ended. */
export interface ItemCursor {
  /** What its last item is sorted by; null where that is not known of it. */
  readonly value: string | number | null;
  readonly id: string;
}

export interface ItemPageRequest extends ItemFilter {
  readonly sort: ItemSort;
  readonly isDescending: boolean;
  readonly limit: number;
  readonly after?: ItemCursor | undefined;
}

/** An item with all that is known of it. */
export interface DescribedItem extends Omit<LibraryItem, keyof Description | keyof FileOnDisk> {
  /** Its file was not there at the last look. */
  readonly missing: boolean;
  /** Why it cannot be aired, in words. */
  readonly problem: string | null;
  /** What a look into its file has found; null until then. */
  readonly facts: MediaFacts | null;
  readonly description: Description;
}

export interface ItemPage {
  /** All that the filter lets through, on all pages. */
  readonly total: number;
  readonly items: readonly DescribedItem[];
  /** Where the next page begins; null after the last one. */
  readonly next: ItemCursor | null;
}

export interface ShowSummary {
  readonly source: string;
  readonly show: string;
  readonly seasons: number;
  readonly episodes: number;
  readonly missing: number;
  /** Its own, else that of its first episode. */
  readonly year: number | null;
}

const flag = z.coerce.boolean();
const itemRow = z
  .looseObject({
    ...{ id: z.string(), source: z.string(), host_id: z.string().nullable(), kind: z.enum(['film', 'episode']) },
    ...{ title: z.string(), sort_title: z.string(), show: z.string().nullable(), season: z.number().nullable() },
    ...{ episode: z.number().nullable(), path: z.string(), missing: flag, problem: z.string().nullable() },
    facts: z.string().nullable(),
    sort_value: sortValue,
  })
  .transform((row) => ({
    cursor: { value: row.sort_value, id: row.id },
    item: {
      ...{ id: row.id, source: row.source, hostId: row.host_id, kind: row.kind, title: row.title },
      ...{ sortTitle: row.sort_title, show: row.show, season: row.season, episode: row.episode, path: row.path },
      ...{ missing: row.missing, problem: row.problem, facts: row.facts === null ? null : storedFacts(row.facts) },
      description: storedDescription.parse(row),
    } satisfies DescribedItem,
  }));
const ITEM_COLUMNS = [
  ...['id', 'source', 'host_id', 'kind', 'title', 'sort_title', 'show', 'season', 'episode', 'path', 'missing'],
  ...['problem', 'facts', ...DESCRIPTION_COLUMNS],
];

const showRow = z.object({
  ...{ source: z.string(), show: z.string(), seasons: z.number(), episodes: z.number(), missing: z.number() },
  year: z.number().nullable(),
});
/** Answers questions about the libraries, on a connection of its own: those who plan and sync are not kept waiting. */
export class LibraryReader {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Items of which is not known what they are sorted by come last in either order. */
  async items(request: ItemPageRequest): Promise<ItemPage> {
    const { sort, isDescending, limit, after } = request;
    const expression = ITEM_SORTS[sort];
    const order = isDescending ? 'desc' : 'asc';
    const filter = await spelledFilter(this.#knex, request);
    const page = whereFilter(withDetails(this.#knex('items as i'), 'i'), filter)
      .select(ITEM_COLUMNS)
      .select({ sort_value: this.#knex.raw(expression) })
      .orderByRaw(`${expression} ${order} nulls last, i.id ${order}`)
      .limit(limit + 1);
    if (after !== undefined) {
      const { value, id } = after;
      const behind = isDescending ? '<' : '>';
      void (value === null
        ? page.whereRaw(`(${expression} is null and i.id ${behind} ?)`, [id])
        : page.whereRaw(`(${expression} is null or (${expression}, i.id) ${behind} (?, ?))`, [value, id]));
    }
    const rows = z.array(itemRow).parse(await page);
    const shown = rows.slice(0, limit);
    return {
      total: await this.#count(whereFilter(this.#knex('items as i'), filter)),
      items: shown.map(({ item }) => item),
      next: rows.length > limit ? (shown.at(-1)?.cursor ?? null) : null,
    };
  }

  /** What the library is rich in. */
  census(): Promise<LibraryCensus> {
    return takeCensus(this.#knex);
  }

  /** An item, even one that its library no longer has; undefined where there is none of that id. */
  async item(id: string): Promise<DescribedItem | undefined> {
    const rows: unknown = await withDetails(this.#knex('items as i'), 'i')
      .where('i.id', id)
      .select(ITEM_COLUMNS)
      .select({ sort_value: this.#knex.raw('0') });
    return z.array(itemRow).parse(rows)[0]?.item;
  }

  /** Shows by name, behind one of them. */
  async shows(
    filter: Pick<ItemFilter, 'search' | 'source' | 'library'>,
    limit: number,
    after?: { readonly show: string; readonly source: string },
  ): Promise<ShowSummary[]> {
    const asked = await spelledFilter(this.#knex, { ...filter, kind: 'episode' });
    const query = whereFilter(this.#knex('items as i'), asked)
      .whereNotNull('i.show')
      .groupBy('i.source', 'i.show')
      .orderByRaw('i.show collate nocase, i.show, i.source')
      .limit(limit)
      .select('i.source', 'i.show')
      .select({
        seasons: this.#knex.raw('count(distinct i.season)'),
        episodes: this.#knex.raw('count(*)'),
        missing: this.#knex.raw('sum(i.missing)'),
        year: this.#knex.raw('min(i.year)'),
        some_item: this.#knex.raw('min(i.id)'),
      });
    if (after !== undefined) {
      const { show, source } = after;
      void query.whereRaw('(i.show collate nocase, i.show, i.source) > (? collate nocase, ?, ?)', [show, show, source]);
    }
    const described: unknown = await this.#knex(query.as('s'))
      .leftJoin('item_details as d', 'd.item_id', 's.some_item')
      .orderByRaw('s.show collate nocase, s.show, s.source')
      .select('s.source', 's.show', 's.seasons', 's.episodes', 's.missing')
      .select({ year: this.#knex.raw("coalesce(d.details ->> '$.showYear', s.year)") });
    return z.array(showRow).parse(described);
  }

  /** What was found in some sources, in their order. */
  async summaries(sources: readonly string[]): Promise<SourceSummary[]> {
    const summaries: SourceSummary[] = [];
    for (const id of sources) summaries.push(await summaryOf(this.#knex, id));
    return summaries;
  }

  async #count(query: Knex.QueryBuilder): Promise<number> {
    const [row] = z.array(z.object({ count: z.number() })).parse(await query.count({ count: '*' }));
    return row?.count ?? 0;
  }
}
