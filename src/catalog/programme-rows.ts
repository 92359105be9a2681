import type { Knex } from 'knex';
import { z } from 'zod';
import type { ProgrammeItem } from '../schedule/programming/library.ts';
import type { Scheduled } from '../schedule/programming/programming.ts';
import { conditionsOf } from '../schedule/programming/query.ts';

/** What left its library is shown for another day, as the guide says. */
const LEAVES_MS = 86_400_000;

const names = z.array(z.string());
/** What is kept in one text with most of a description, and takes long to read. */
const DETAILS = {
  genres: names,
  studios: names,
  tags: names,
  libraries: names,
  people: z.array(z.object({ name: z.string() })),
  chapters: z.array(z.object({ startMs: z.number() })),
  markedSegments: z.array(z.object({ kind: z.string(), startMs: z.number(), endMs: z.number() })),
};
type Detail = keyof typeof DETAILS;
/** Which of it the conditions of queries are about. */
const ASKED: readonly (readonly [condition: string, detail: Detail])[] = [
  ['genre', 'genres'],
  ['studio', 'studios'],
  ['tag', 'tags'],
  ['library', 'libraries'],
  ['person', 'people'],
];

/** The details that planning asks for: what is not among them is left empty. */
export function detailsFor(programmings: readonly Scheduled[]): Detail[] {
  const strands = programmings.flatMap((each) => [...each.dayparts, ...(each.default ? [each.default] : [])]);
  const contents = [...strands, ...programmings.flatMap(({ filler }) => filler)].flatMap(({ content }) => content);
  const conditions = new Set(contents.flatMap((each) => (each.kind === 'query' ? conditionsOf(each.where) : [])));
  const breaks = new Set(strands.map((strand) => strand.mid_roll?.at));
  const isMarked = breaks.has('commercials') || strands.some(({ skip }) => skip.length > 0);
  return [
    ...ASKED.flatMap(([condition, detail]) => (conditions.has(condition) ? [detail] : [])),
    ...(breaks.has('chapters') ? (['chapters'] as const) : []),
    ...(isMarked ? (['markedSegments'] as const) : []),
  ];
}

/** A row of the table of items with its place. */
export interface FoundItem {
  readonly rowid: number;
  readonly position: number;
  readonly part: number;
  readonly partOf: string | null;
  readonly item: ProgrammeItem;
}

const [text, number, detail] = [z.string().nullable(), z.number().nullable(), z.string().nullish()];
export const foundRow = z.object({
  ...{ rowid: z.number(), position: z.number(), part: z.number(), partOf: text, goneMs: number },
  ...{ id: z.string(), source: z.string(), kind: z.enum(['film', 'episode']), title: z.string(), show: text },
  ...{ season: number, episode: number, year: number, originalAirDate: text, certificate: text, stars: number },
  ...{ addedMs: number, durationMs: number, genres: detail, studios: detail, tags: detail, libraries: detail },
  ...{ people: detail, chapters: detail, markedSegments: detail },
});

/** An item as programming sees it. */
export function foundItemOf(row: z.infer<typeof foundRow>): FoundItem {
  return {
    rowid: row.rowid,
    position: row.position,
    part: row.part,
    partOf: row.partOf,
    // One by one: thousands are read at a time, and spreading takes longer than all the rest.
    item: {
      id: row.id,
      source: row.source,
      kind: row.kind,
      title: row.title,
      show: row.show,
      season: row.season,
      episode: row.episode,
      year: row.year,
      originalAirDate: row.originalAirDate,
      certificate: row.certificate,
      stars: row.stars,
      addedMs: row.addedMs,
      durationMs: row.durationMs,
      genres: listed(DETAILS.genres, row.genres),
      studios: listed(DETAILS.studios, row.studios),
      tags: listed(DETAILS.tags, row.tags),
      libraries: listed(DETAILS.libraries, row.libraries),
      people: listed(DETAILS.people, row.people),
      chapters: listed(DETAILS.chapters, row.chapters),
      markedSegments: listed(DETAILS.markedSegments, row.markedSegments),
      parts: [],
      leavesMs: row.goneMs === null ? null : row.goneMs + LEAVES_MS,
    },
  };
}

/**
 * The columns of a found item. Until somebody has looked into its file its host's word is good enough for planning, unless
 * that was never there: one that is away for a while keeps its length. Details are picked by SQLite, which does so beside us.
 */
export function foundColumns(knex: Knex, details: readonly Detail[]): Record<string, string | Knex.Raw> {
  const durationMs = knex.raw(`
    case when problem is not null then null
         when facts is not null then json_extract(facts, '$.durationMs')
         when not missing or size_bytes > 0 then duration_ms end`);
  return {
    ...{ rowid: 'items.rowid', position: 'position', part: 'part', partOf: 'part_of', goneMs: 'gone_ms', id: 'id' },
    ...{ source: 'source', kind: 'kind', title: 'title', show: 'show', season: 'season', episode: 'episode' },
    ...{ year: 'year', originalAirDate: 'original_air_date', certificate: 'certificate', stars: 'stars' },
    ...{ addedMs: 'added_ms', durationMs },
    ...Object.fromEntries(
      details.map((name) => [name, knex.raw(`case when json_valid(details) then details -> '$.${name}' end`)]),
    ),
  };
}

/** What cannot be read counts as unknown. */
function listed<T>(schema: z.ZodType<T[]>, json: string | null | undefined): readonly T[] {
  if (json === null || json === undefined || json === '[]') return NONE;
  const parsed = schema.safeParse(JSON.parse(json));
  return parsed.success ? parsed.data : NONE;
}

const NONE: readonly never[] = [];
