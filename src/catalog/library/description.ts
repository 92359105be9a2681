import type { Knex } from 'knex';
import { z } from 'zod';
import { type Description, UNDESCRIBED } from '../../library/library-item.ts';
import { rational } from '../../shared/rational.ts';
import { jsonText } from '../../shared/json-text.ts';

const texts = z.array(z.string());
const artwork = z.object({ file: z.string().nullable(), apiPath: z.string().nullable() }).nullable();
const mediaPart = z.object({ path: z.string(), durationMs: z.number().nullable() });
const stream = {
  codec: z.string().nullable(),
  language: z.string().nullable(),
  title: z.string().nullable(),
  isDefault: z.boolean(),
};
const streams = z.object({
  video: z
    .object({
      ...stream,
      index: z.number(),
      profile: z.string().nullable(),
      width: z.number().nullable(),
      height: z.number().nullable(),
      framesPerSecond: z.number().nullable(),
      bitDepth: z.number().nullable(),
      isInterlaced: z.boolean(),
      dynamicRange: z.enum(['sdr', 'hdr10', 'hlg', 'dolby-vision']),
      sampleAspect: rational.nullable().catch(null),
    })
    .nullable(),
  audio: z.array(z.object({ ...stream, index: z.number(), channels: z.number().nullable() })),
  subtitles: z.array(
    z.object({ ...stream, index: z.number().nullable(), path: z.string().nullable(), isForced: z.boolean() }),
  ),
});

/** What is kept of a description in one text; the rest has columns of its own, to be asked for. */
const details = z.object({
  showHostId: z.string().nullable(),
  showYear: z.number().nullable().default(null),
  seasonTitle: z.string().nullable(),
  episodeEnd: z.number().nullable(),
  overview: z.string().nullable(),
  genres: texts,
  studios: texts,
  tags: texts,
  people: z.array(z.object({ name: z.string(), role: z.string().nullable(), kind: z.string() })),
  libraries: texts,
  artwork: z.object({ poster: artwork, thumb: artwork, backdrop: artwork }),
  parts: z.array(mediaPart),
  versions: z.array(mediaPart),
  streams,
  chapters: z.array(z.object({ startMs: z.number(), title: z.string().nullable() })),
  markedSegments: z.array(
    z.object({
      kind: z.enum(['intro', 'outro', 'commercial', 'preview', 'recap']),
      startMs: z.number(),
      endMs: z.number(),
    }),
  ),
  providerIds: z.record(z.string(), z.string()),
});
type Details = z.infer<typeof details>;

/**
 * A query of the table of items with that text, as `details`. It has a table of its own: what often changes of an item, and
 * is gone through in its order, is a tenth of it.
 */
export function withDetails(query: Knex.QueryBuilder, items = 'items'): Knex.QueryBuilder {
  return query.leftJoin('item_details as d', 'd.item_id', `${items}.id`);
}

export const DESCRIPTION_COLUMNS = [
  ...['year', 'original_air_date', 'certificate', 'stars', 'duration_ms', 'added_ms', 'details'],
] as const;

const descriptionRow = z.object({
  year: z.number().nullable(),
  original_air_date: z.string().nullable(),
  certificate: z.string().nullable(),
  stars: z.number().nullable(),
  duration_ms: z.number().nullable(),
  added_ms: z.number().nullable(),
  details: jsonText.pipe(details).nullable(),
});

/** A description from the columns that it is kept in. */
export const storedDescription = descriptionRow.transform((row): Description => ({
  // Taken in before descriptions were kept.
  ...(row.details ?? UNDESCRIBED),
  year: row.year,
  originalAirDate: row.original_air_date,
  certificate: row.certificate,
  stars: row.stars,
  durationMs: row.duration_ms,
  addedMs: row.added_ms,
}));

/** The text that those parts of a description are kept in that nobody asks for by value. */
export function detailsText(of: Description): string {
  const kept: Record<keyof Details, unknown> = {
    showHostId: of.showHostId,
    // Left out where there is none: what was kept before there were any is the same text.
    showYear: of.showYear ?? undefined,
    seasonTitle: of.seasonTitle,
    episodeEnd: of.episodeEnd,
    overview: of.overview,
    genres: of.genres,
    studios: of.studios,
    tags: of.tags,
    people: of.people,
    libraries: of.libraries,
    artwork: of.artwork,
    parts: of.parts,
    versions: of.versions,
    streams: of.streams,
    chapters: of.chapters,
    markedSegments: of.markedSegments,
    providerIds: of.providerIds,
  };
  return JSON.stringify(kept);
}
