import { z } from 'zod';
import { apiIdOf } from './ids.ts';

/** Columns of Jellyfin's databases, in our words. Both schemas are read under these names. */
const text = z.string().nullable();
const whole = z.number().int().nullable();
const number = z.number().nullable();
/** SQLite has no booleans; a missing one is no. */
const flag = z
  .number()
  .nullable()
  .transform((value) => value === 1);

export const apiId = z.string().transform((raw, context) => {
  const id = apiIdOf(raw);
  if (id === null) context.addIssue(`not an id: ${raw}`);
  return id ?? z.NEVER;
});
const optionalId = text.transform(apiIdOf);
/** `a|b|`: a bar may stand at the end. */
const list = text.transform((joined) => (joined ?? '').split('|').filter((part) => part !== ''));
/** 100 ns. */
const ticks = z.number().transform((value) => Math.floor(value / 10_000));

/** `YYYY-MM-DD HH:MM:SS.fffffff`, UTC, sometimes with a Z. */
const moment = text.transform((value, context) => {
  if (value === null) return null;
  const ms = Date.parse(
    `${value
      .replace(' ', 'T')
      .replace(/(\.\d{3})\d+/, '$1')
      .replace(/Z$/, '')}Z`,
  );
  if (Number.isNaN(ms)) context.addIssue(`not a date: ${value}`);
  return ms;
});

const paths = z.array(z.string()).nullish();
const linked = z.array(z.object({ Path: z.string().nullish(), ItemId: z.string().nullish() })).nullish();

/** What only the JSON beside the columns knows; one that cannot be read says nothing. */
const details = z
  .string()
  .nullable()
  .transform((json) => detailsOf(json));

const detailsSchema = z.object({
  IndexNumberEnd: z.number().int().nullish().catch(null),
  AdditionalParts: paths.catch(null),
  LocalAlternateVersions: paths.catch(null),
  LinkedAlternateVersions: linked.catch(null),
  LinkedChildren: linked.catch(null),
});

function detailsOf(json: string | null): z.infer<typeof detailsSchema> {
  try {
    return detailsSchema.parse(JSON.parse(json ?? '{}'));
  } catch {
    return detailsSchema.parse({});
  }
}

const described = {
  id: apiId,
  name: z.string().min(1),
  premiere: moment,
  certificate: text,
  rating: number,
  genres: list,
  studios: list,
  tags: list,
};

export const itemRow = z.object({
  ...described,
  kind: z.enum(['film', 'episode']),
  sortName: text,
  path: z.string().min(1),
  runTime: ticks,
  seriesId: optionalId,
  seriesName: text,
  seasonName: text,
  season: whole,
  episode: whole,
  overview: text,
  year: whole,
  created: moment,
  details,
});
export type ItemRow = z.infer<typeof itemRow>;

export const seriesRow = z.object({ ...described, year: whole });
export type SeriesRow = z.infer<typeof seriesRow>;

export const streamRow = z.object({
  index: z.number().int(),
  kind: z.enum(['Video', 'Audio', 'Subtitle', 'EmbeddedImage', 'Data', 'Lyric']),
  codec: text,
  profile: text,
  width: whole,
  height: whole,
  aspect: text,
  averageFrameRate: number,
  realFrameRate: number,
  bitDepth: whole,
  isInterlaced: flag,
  transfer: text,
  dolbyVisionProfile: whole,
  channels: whole,
  language: text,
  title: text,
  isDefault: flag,
  isForced: flag,
  isExternal: flag,
  path: text,
});
export type StreamRow = z.infer<typeof streamRow>;

export const chapterRow = z
  .object({ start: ticks, name: text })
  .transform(({ start, name }) => ({ startMs: start, title: name || null }));
export const personRow = z
  .object({ name: z.string(), kind: text, role: text })
  .transform(({ name, kind, role }) => ({ name, kind: (kind ?? 'unknown').toLowerCase(), role: role || null }));
export const imageRow = z.object({ kind: z.string(), path: z.string() });
export type ImageRow = z.infer<typeof imageRow>;
export const providerRow = z.object({ provider: z.string(), value: z.string() });
export const libraryRow = z.object({ library: z.string() });
export const fileRow = z.object({ path: z.string(), runTime: ticks.nullable() });
export const nameRow = z.object({ name: z.string() });
export const segmentRow = z
  .object({
    kind: z.enum(['commercial', 'preview', 'recap', 'outro', 'intro']),
    start: ticks,
    end: ticks,
  })
  .transform(({ kind, start, end }) => ({ kind, startMs: start, endMs: end }));
export const collectionRow = z.object({
  id: apiId,
  kind: z.enum(['collection', 'playlist']),
  name: z.string(),
  details,
});
export const linkRow = z.object({ parentId: apiId, childId: apiId });
export const memberRow = z.object({ id: apiId, kind: z.enum(['film', 'episode', 'series', 'season']), path: text });
export const episodeRow = z.object({ id: apiId, seriesId: optionalId, seasonId: optionalId });
