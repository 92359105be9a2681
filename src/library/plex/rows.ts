import { z } from 'zod';

/** Columns of Plex's database, in our words. */
const text = z.string().nullable();
const number = z.number().nullable();
const whole = z.number().int().nullable();
/** Written as 0 and 1 by some versions, as f and t by others. */
const flag = z
  .union([z.number(), z.string()])
  .nullable()
  .transform((value) => value === 1 || value === 't' || value === '1');
const key = z.number().int().transform(String);
const list = text.transform((joined) => (joined ?? '').split('|').filter((part) => part !== ''));

/** Seconds since the epoch; `YYYY-MM-DD HH:MM:SS` in older databases. */
const moment = z
  .union([z.number(), z.string()])
  .nullable()
  .transform((value, context) => {
    if (value === null) return null;
    const ms = typeof value === 'number' ? value * 1000 : Date.parse(`${value.replace(' ', 'T')}Z`);
    if (Number.isNaN(ms)) context.addIssue(`not a date: ${value}`);
    return ms;
  });

/** JSON in newer databases, the query of a URL in older ones; names begin with `ma:`. */
const extraData = text.transform((value): Readonly<Record<string, string>> => {
  const given = value ?? '';
  return given.startsWith('{') ? fromJSON(given) : Object.fromEntries(new URLSearchParams(given));
});

function fromJSON(json: string): Record<string, string> {
  try {
    const values = z.record(z.string(), z.unknown()).parse(JSON.parse(json));
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  } catch {
    return {};
  }
}

/** A film, an episode or a show as far as both have it. */
const described = {
  certificate: text,
  rating: number,
  audienceRating: number,
  studio: text,
  genres: list,
  thumb: text,
  art: text,
  hash: text,
};

export const itemRow = z.object({
  ...described,
  id: key,
  kind: z.enum(['film', 'episode']),
  title: z.string(),
  sortTitle: text,
  guid: text,
  overview: text,
  year: whole,
  premiere: moment,
  added: moment,
  episode: whole,
  season: whole,
  seasonTitle: text,
  showId: key.nullable(),
  sectionId: z.number(),
});
export type ItemRow = z.infer<typeof itemRow>;

export const showRow = z.object({ ...described, id: key, title: z.string(), year: whole });
export type ShowRow = z.infer<typeof showRow>;

export const fileRow = z.object({
  itemId: key,
  mediaId: z.number(),
  partId: z.number(),
  path: z.string().min(1),
  durationMs: whole,
  mediaDurationMs: whole,
  width: whole,
  height: whole,
  framesPerSecond: number,
  isInterlaced: flag,
  transfer: text,
  sampleAspect: number,
});
export type FileRow = z.infer<typeof fileRow>;

export const streamRow = z.object({
  kind: z.enum(['video', 'audio', 'subtitle', 'lyrics']),
  index: whole,
  codec: text,
  language: text,
  channels: whole,
  isDefault: flag,
  isForced: flag,
  url: text,
  extra: extraData,
});
export type StreamRow = z.infer<typeof streamRow>;

export const tagRow = z.object({
  type: z.number().int(),
  tag: text,
  text,
  startMs: number,
  endMs: number,
});
export type TagRow = z.infer<typeof tagRow>;

export const sharedFileRow = z.object({
  path: z.string(),
  itemId: key,
  sectionId: z.number(),
  library: z.string(),
  title: z.string(),
  episode: whole,
  overview: text,
});
export type SharedFileRow = z.infer<typeof sharedFileRow>;

export const memberRow = z.object({
  kind: z.enum(['collection', 'playlist']),
  hostId: key,
  name: z.string(),
  itemId: key,
  isWhole: flag,
});
export type MemberRow = z.infer<typeof memberRow>;

export const episodeRow = z.object({ id: key, seasonId: key.nullable(), showId: key.nullable() });
