import type { Knex } from 'knex';
import { z } from 'zod';
import type { AskedField } from '../../schedule/programming/asked-fields.ts';
import type { ProgrammeItem } from '../../schedule/programming/library.ts';

/** What left its library is shown for another day, as the guide says. */
const LEAVES_MS = 86_400_000;

/** A row of the table of items with its place. */
export interface FoundItem {
  readonly position: number;
  readonly part: number;
  readonly partOf: string | null;
  readonly item: ProgrammeItem;
}

const [text, number] = [z.string().nullable(), z.number().nullable()];
/** What cannot be read counts as unknown. */
const list = <T extends z.ZodType>(of: T) => z.array(of).nullish().catch(null);

/** What is not asked for is not there. */
const asked = {
  ...{ title: z.string().optional(), season: number.optional(), episode: number.optional(), year: number.optional() },
  ...{ originalAirDate: text.optional(), certificate: text.optional(), stars: number.optional() },
  ...{ addedMs: number.optional(), genres: list(z.string()), studios: list(z.string()), tags: list(z.string()) },
  ...{ libraries: list(z.string()), people: list(z.object({ name: z.string() })) },
  chapters: list(z.object({ startMs: z.number() })),
  markedSegments: list(z.object({ kind: z.string(), startMs: z.number(), endMs: z.number() })),
} satisfies Record<AskedField, z.ZodType>;
const foundRow = z.object({
  ...{ position: z.number(), part: z.number(), partOf: text, goneMs: number, id: z.string(), source: z.string() },
  ...{ kind: z.enum(['film', 'episode']), show: text, durationMs: number, ...asked },
});
const foundRows = z.array(foundRow);
const NONE: readonly never[] = [];

/** The items of a page, as `foundPage` has them. */
export function foundItems(page: string): FoundItem[] {
  return foundRows.parse(JSON.parse(page)).map(foundItemOf);
}

/** An item as programming sees it. */
function foundItemOf(row: z.infer<typeof foundRow>): FoundItem {
  return {
    position: row.position,
    part: row.part,
    partOf: row.partOf,
    // One by one: thousands are read at a time, and spreading takes longer than all the rest.
    item: {
      id: row.id,
      source: row.source,
      kind: row.kind,
      title: row.title ?? '',
      show: row.show,
      season: row.season ?? null,
      episode: row.episode ?? null,
      year: row.year ?? null,
      originalAirDate: row.originalAirDate ?? null,
      certificate: row.certificate ?? null,
      stars: row.stars ?? null,
      addedMs: row.addedMs ?? null,
      durationMs: row.durationMs,
      genres: row.genres ?? NONE,
      studios: row.studios ?? NONE,
      tags: row.tags ?? NONE,
      libraries: row.libraries ?? NONE,
      people: row.people ?? NONE,
      chapters: row.chapters ?? NONE,
      markedSegments: row.markedSegments ?? NONE,
      parts: [],
      leavesMs: row.goneMs === null ? null : row.goneMs + LEAVES_MS,
    },
  };
}

/**
 * Where each field is. Until somebody has looked into its file its host's word is good enough for planning, unless that was
 * never there: an item that is away for a while keeps its length.
 */
const COLUMNS = {
  ...{ position: 'position', part: 'part', partOf: 'part_of', goneMs: 'gone_ms', id: 'id', source: 'source' },
  ...{ kind: 'kind', show: 'show' },
  durationMs: `case when problem is not null then null
                    when facts is not null then json_extract(facts, '$.durationMs')
                    when not missing or size_bytes > 0 then duration_ms end`,
};
/** Where those are that are read when they are asked for: all others are in one text with most of a description. */
const ASKED_COLUMNS: Partial<Record<AskedField, string>> = {
  ...{ title: 'title', season: 'season', episode: 'episode', year: 'year', originalAirDate: 'original_air_date' },
  ...{ certificate: 'certificate', stars: 'stars', addedMs: 'added_ms' },
};

/**
 * Of items the fields that are asked for, as one text, which SQLite writes beside us: to read them value by value takes three
 * times as long. With how many items there are, and the `rowid` of the last one.
 */
export function foundPage(knex: Knex, items: Knex.QueryBuilder, fields: readonly AskedField[]): Knex.QueryBuilder {
  const members = { ...COLUMNS, ...Object.fromEntries(fields.map((field) => [field, placeOf(field)])) };
  const texts = Object.entries(members).map(([name, place]) => `'${name}', ${place}`);
  return knex.from(items.select('items.rowid', 'items.*', 'details').as('found')).select({
    last: knex.raw('max(rowid)'),
    count: knex.raw('count(*)'),
    page: knex.raw(`json_group_array(json_object(${texts.join(', ')}))`),
  });
}

function placeOf(field: AskedField): string {
  return ASKED_COLUMNS[field] ?? `case when json_valid(details) then details -> '$.${field}' end`;
}
