import { isoTime } from './now-next.ts';
import type { Previewed } from '../catalog/planning/preview.ts';
import type { ProgrammeView } from './services/guide.ts';

/** A programme in the API's words. */
export function programmeJSON({ startMs, stopMs, item }: ProgrammeView): object {
  return { start: isoTime(startMs), end: isoTime(stopMs), item: itemOf(item) };
}

/** What a preview tells of. */
export function previewedJSON({ kind, startMs, stopMs, item }: Previewed): object {
  const times = { kind, start: isoTime(startMs), end: isoTime(stopMs) };
  return { ...times, item: item === undefined ? null : itemOf(item) };
}

function itemOf({ id, kind, title, show, season, episode }: ProgrammeView['item']): object {
  return { id, kind, title, show, season, episode };
}
