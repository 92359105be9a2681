import { isoTime } from './now-next.ts';
import type { PreviewedAiring } from './services/channels.ts';
import type { ProgrammeView } from './services/guide.ts';

/** A programme in the API's words. */
export function programmeJSON({ startMs, stopMs, item }: ProgrammeView): object {
  return { start: isoTime(startMs), end: isoTime(stopMs), item: itemOf(item) };
}

/** An airing of a preview: programmes in all their parts, and what is put between them. */
export function airingJSON({ kind, startMs, stopMs, item }: PreviewedAiring): object {
  const times = { kind, start: isoTime(startMs), end: isoTime(stopMs) };
  return { ...times, item: item === undefined ? null : itemOf(item) };
}

function itemOf({ id, kind, title, show, season, episode }: ProgrammeView['item']): object {
  return { id, kind, title, show, season, episode };
}
