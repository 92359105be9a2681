import type { Knex } from 'knex';
import { z } from 'zod';
import { addTo } from '../../library/group-by.ts';
import { askedFields } from '../../schedule/programming/asked-fields.ts';
import type { Content } from '../../schedule/programming/content.ts';
import type { ItemCollection, ProgrammeItem, ProgrammeLibrary } from '../../schedule/programming/library.ts';
import type { Scheduled } from '../../schedule/programming/programming.ts';
import type { Slices } from '../../shared/slices.ts';
import { withDetails } from '../library/description.ts';
import { type FoundItem, foundItems, foundPage } from './programme-rows.ts';

/** Rows at a time: requests are answered in between. */
const PAGE_ROWS = 500;
const pageRow = z.object({ last: z.number().nullable(), count: z.number(), page: z.string() });
type FoundPage = z.infer<typeof pageRow>;
/** Content that names what it is, and how much of it is looked for by name. */
const NAMED: readonly Content['kind'][] = ['show', 'season', 'films'];
const MOST_NAMED = 20;

/** What these can show of all that there is, by source and in its order; more, where it takes a search to find out. */
export async function readProgrammeLibrary(
  knex: Knex,
  programmings: readonly Scheduled[],
  slices: Slices,
): Promise<ProgrammeLibrary> {
  const contents = contentsOf(programmings);
  if (contents.length === 0) return { items: [], collections: [] };
  const found = new Found();
  for await (const page of pagesOf(knex, programmings)) {
    for (const each of foundItems(page)) found.add(each);
    await slices.giveWay();
  }
  const named = contents.flatMap((content) => (content.kind === 'collection' ? [content.name] : []));
  return {
    items: await found.inOrder(slices),
    collections: named.length === 0 ? [] : await collectionsOf(knex, named),
  };
}

/** Items that these may show, as pages. The database looks for the next one while one is read. */
async function* pagesOf(knex: Knex, programmings: readonly Scheduled[]): AsyncGenerator<string> {
  const [contents, fields] = [contentsOf(programmings), askedFields(programmings)];
  const read = async (after: number): Promise<FoundPage> => {
    const rows = whereShown(withDetails(knex('items')), contents).where('items.rowid', '>', after);
    const found: unknown = await foundPage(knex, rows.orderBy('items.rowid').limit(PAGE_ROWS), fields).first();
    return pageRow.parse(found);
  };
  for (let next: Promise<FoundPage> | undefined = read(0); next !== undefined;) {
    const { last, count, page }: FoundPage = await next;
    next = last === null || count < PAGE_ROWS ? undefined : read(last);
    // Whoever leaves does not wait for it.
    next?.catch(() => {});
    yield page;
  }
}

/** Whether these may show more than so many items: as many are read. */
export async function takesMoreThan(knex: Knex, programmings: readonly Scheduled[], most: number): Promise<boolean> {
  const contents = contentsOf(programmings);
  if (contents.length === 0) return false;
  const further: unknown[] = await whereShown(knex('items'), contents).offset(most).limit(1).select('id');
  return further.length > 0;
}

function contentsOf(programmings: readonly Scheduled[]): Content[] {
  return programmings.flatMap((programming) =>
    [programming.default, ...programming.dayparts, ...programming.filler].flatMap((strand) => strand?.content ?? []),
  );
}

function whereShown(items: Knex.QueryBuilder, contents: readonly Content[]): Knex.QueryBuilder {
  const isNamed = contents.length <= MOST_NAMED && contents.every((content) => NAMED.includes(content.kind));
  return items.where((either) => {
    for (const content of isNamed ? contents : []) void either.orWhere(rowsOf(content));
  });
}

function rowsOf(content: Content): Record<string, string> {
  if (content.kind === 'show' || content.kind === 'season') return { show: content.show };
  return { kind: 'film' };
}

/** Items as they are found. */
class Found {
  readonly #parts = new Map<string, FoundItem[]>();
  /** Places are counted within the films and within each show of a source. */
  readonly #groups = new Map<string, FoundItem[]>();

  add(found: FoundItem): void {
    const { partOf, item } = found;
    if (partOf === null) addTo(this.#groups, `${item.source}\n${item.show ?? ''}`, found);
    // What left is no part of it any more.
    else if (item.leavesMs === null) addTo(this.#parts, partOf, found);
  }

  /** By source and in its order, each with its further parts: all of these or none can be aired. */
  async inOrder(slices: Slices): Promise<ProgrammeItem[]> {
    const items: ProgrammeItem[] = [];
    for (const [, group] of [...this.#groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
      group.sort((a, b) => a.position - b.position);
      for (const { item } of group) items.push(withParts(item, this.#parts.get(item.id)));
      await slices.next();
    }
    return items;
  }
}

function withParts(item: ProgrammeItem, found: readonly FoundItem[] | undefined): ProgrammeItem {
  if (found === undefined) return item;
  const further = found.toSorted((a, b) => a.part - b.part).map((part) => part.item);
  const parts = further.flatMap(({ id, durationMs }) => (durationMs === null ? [] : { id, durationMs }));
  return { ...item, durationMs: parts.length < further.length ? null : item.durationMs, parts };
}

async function collectionsOf(knex: Knex, names: readonly string[]): Promise<ItemCollection[]> {
  const rows: unknown = await knex('collections as c')
    .join('collection_items as m', 'm.collection_id', 'c.id')
    .join('items as i', 'i.library_id', 'm.library_id')
    .whereRaw('c.name in (select value from json_each(?))', [JSON.stringify(names)])
    .orderBy(['c.name', 'c.id', 'm.position'])
    .select({ id: 'c.id', name: 'c.name', itemId: 'i.id' });
  const collections = new Map<string, { name: string; itemIds: string[] }>();
  for (const { id, name, itemId } of z
    .array(z.object({ id: z.string(), name: z.string(), itemId: z.string() }))
    .parse(rows)) {
    const known = collections.get(id) ?? { name, itemIds: [] };
    known.itemIds.push(itemId);
    collections.set(id, known);
  }
  return [...collections.values()];
}
