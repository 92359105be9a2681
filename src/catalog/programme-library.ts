import { setImmediate } from 'node:timers/promises';
import type { Knex } from 'knex';
import { z } from 'zod';
import { groupBy } from '../library/group-by.ts';
import type { Content } from '../schedule/programming/content.ts';
import type { ItemCollection, ProgrammeItem, ProgrammeLibrary } from '../schedule/programming/library.ts';
import type { Scheduled } from '../schedule/programming/programming.ts';
import { detailsFor, foundColumns, type FoundItem, foundItemOf, foundRow } from './programme-rows.ts';

/** Rows at a time: requests are answered in between. */
const PAGE_ROWS = 500;
/** Content that names what it is, and how much of it is looked for by name. */
const NAMED: readonly Content['kind'][] = ['show', 'season', 'films'];
const MOST_NAMED = 20;

/** What these can show of all that there is, by source and in its order; more, where it takes a search to find out. */
export async function readProgrammeLibrary(knex: Knex, programmings: readonly Scheduled[]): Promise<ProgrammeLibrary> {
  const contents = programmings.flatMap((programming) =>
    [programming.default, ...programming.dayparts, ...programming.filler].flatMap((strand) => strand?.content ?? []),
  );
  const isNamed = contents.length <= MOST_NAMED && contents.every((content) => NAMED.includes(content.kind));
  const columns = foundColumns(knex, detailsFor(programmings));
  const found: FoundItem[] = [];
  for (let after = 0, isMore = true; isMore;) {
    const rows: unknown = await knex('items')
      .where('rowid', '>', after)
      .where((either) => {
        for (const content of isNamed ? contents : []) void either.orWhere(rowsOf(content));
      })
      .orderBy('rowid')
      .limit(PAGE_ROWS)
      .select(columns);
    const page = z.array(foundRow).parse(rows).map(foundItemOf);
    found.push(...page);
    isMore = page.length === PAGE_ROWS;
    after = page.at(-1)?.rowid ?? after;
    await setImmediate();
  }
  return { items: inOrder(found), collections: isNamed ? [] : await collectionsOf(knex) };
}

function rowsOf(content: Content): Record<string, string> {
  if (content.kind === 'show' || content.kind === 'season') return { show: content.show };
  return { kind: 'film' };
}

/** Items by source and in its order, each with its further parts: all of these or none can be aired. */
function inOrder(found: readonly FoundItem[]): ProgrammeItem[] {
  const parts = groupBy(
    // What left is no part of it any more.
    found.filter(({ partOf, item }) => partOf !== null && item.leavesMs === null),
    ({ partOf }) => partOf,
  );
  // Places are counted within the films and within each show of a source.
  const groups = groupBy(
    found.filter(({ partOf }) => partOf === null),
    ({ item }) => `${item.source}\n${item.show ?? ''}`,
  );
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => group.sort((a, b) => a.position - b.position))
    .map(({ item }) => withParts(item, parts.get(item.id)));
}

function withParts(item: ProgrammeItem, found: readonly FoundItem[] | undefined): ProgrammeItem {
  if (found === undefined) return item;
  const further = found.toSorted((a, b) => a.part - b.part).map((part) => part.item);
  const parts = further.flatMap(({ id, durationMs }) => (durationMs === null ? [] : { id, durationMs }));
  return { ...item, durationMs: parts.length < further.length ? null : item.durationMs, parts };
}

async function collectionsOf(knex: Knex): Promise<ItemCollection[]> {
  const rows: unknown = await knex('collections as c')
    .join('collection_items as m', 'm.collection_id', 'c.id')
    .join('items as i', 'i.library_id', 'm.library_id')
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
