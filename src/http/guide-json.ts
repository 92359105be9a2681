import { z } from 'zod';
import { isoTime } from './now-next.ts';
import type { Previewed } from '../catalog/planning/preview.ts';
import type { ProgrammeView } from './services/guide.ts';

export const moment = z.iso.datetime().describe('UTC');

/** An item as guides tell it. */
export const item = z.strictObject({
  id: z.string(),
  kind: z.enum(['film', 'episode']),
  title: z.string(),
  show: z.string().nullable(),
  season: z.int().nullable(),
  episode: z.int().nullable(),
});

export const programme = z.strictObject({ start: moment, end: moment, item });

/** A programme in the API's words. */
export function programmeJSON({ startMs, stopMs, item: shown }: ProgrammeView): z.infer<typeof programme> {
  return { start: isoTime(startMs), end: isoTime(stopMs), item: itemOf(shown) };
}

export const previewed = z.strictObject({
  kind: z.enum(['programme', 'filler', 'card', 'off-air']),
  start: moment,
  end: moment,
  item: item.nullable(),
});

/** What a preview tells of. */
export function previewedJSON({ kind, startMs, stopMs, item: shown }: Previewed): z.infer<typeof previewed> {
  const times = { kind, start: isoTime(startMs), end: isoTime(stopMs) };
  return { ...times, item: shown === undefined ? null : itemOf(shown) };
}

function itemOf({ id, kind, title, show, season, episode }: ProgrammeView['item']): z.infer<typeof item> {
  return { id, kind, title, show, season, episode };
}
