import type { Knex } from 'knex';
import { z } from 'zod';
import type { ProgrammeItem } from '../schedule/programming/library.ts';

/** What left its library is shown for another day, as the guide says. */
const LEAVES_MS = 86_400_000;

const names = z.array(z.string());

/** What programming asks of the text that most of a description is kept in. */
const details = z.object({
  genres: names,
  studios: names,
  tags: names,
  libraries: names,
  people: z.array(z.object({ name: z.string() })),
  chapters: z.array(z.object({ startMs: z.number() })),
  markedSegments: z.array(z.object({ kind: z.string(), startMs: z.number(), endMs: z.number() })),
});
const UNDESCRIBED: z.infer<typeof details> = {
  ...{ genres: [], studios: [], tags: [], libraries: [], people: [], chapters: [], markedSegments: [] },
};

/** A row of the table of items with its place. */
export interface FoundItem {
  readonly rowid: number;
  readonly position: number;
  readonly part: number;
  readonly partOf: string | null;
  readonly item: ProgrammeItem;
}

export const foundItem = z
  .object({
    rowid: z.number(),
    position: z.number(),
    part: z.number(),
    partOf: z.string().nullable(),
    details: z.string().nullable(),
    goneMs: z.number().nullable(),
    ...{ id: z.string(), source: z.string(), kind: z.enum(['film', 'episode']), title: z.string() },
    ...{ show: z.string().nullable(), season: z.number().nullable(), episode: z.number().nullable() },
    ...{ year: z.number().nullable(), originalAirDate: z.string().nullable(), certificate: z.string().nullable() },
    ...{ stars: z.number().nullable(), addedMs: z.number().nullable(), durationMs: z.number().nullable() },
  })
  .transform(({ rowid, position, part, partOf, details: text, goneMs, ...known }): FoundItem => ({
    ...{ rowid, position, part, partOf },
    item: {
      ...known,
      ...describedBy(text),
      parts: [],
      leavesMs: goneMs === null ? null : goneMs + LEAVES_MS,
    },
  }));

/**
 * The columns of a found item. A file that was away since somebody has looked into it keeps its length; before that, its
 * host's word is good enough for planning.
 */
export function foundColumns(knex: Knex): Record<string, string | Knex.Raw> {
  const durationMs = knex.raw(`
    case when problem is not null then null
         when facts is not null then json_extract(facts, '$.durationMs')
         when not missing then duration_ms end`);
  return {
    ...{ rowid: 'rowid', position: 'position', part: 'part', partOf: 'part_of', details: 'details', goneMs: 'gone_ms' },
    ...{ id: 'id', source: 'source', kind: 'kind', title: 'title', show: 'show', season: 'season', episode: 'episode' },
    ...{ year: 'year', originalAirDate: 'original_air_date', certificate: 'certificate', stars: 'stars' },
    ...{ addedMs: 'added_ms', durationMs },
  };
}

/** What cannot be read counts as unknown. */
function describedBy(text: string | null): z.infer<typeof details> {
  const parsed = z
    .string()
    .transform((json): unknown => JSON.parse(json))
    .pipe(details)
    .safeParse(text);
  return parsed.success ? parsed.data : UNDESCRIBED;
}
