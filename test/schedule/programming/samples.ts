import type { ProgrammeItem, ProgrammeLibrary } from '../../../src/schedule/programming/library.ts';
import { programming, type Scheduled } from '../../../src/schedule/programming/programming.ts';

export const BLANK: ProgrammeItem = {
  ...{ id: '', source: 'folder:/films', kind: 'film', title: '', show: null, season: null, episode: null, year: null },
  ...{ originalAirDate: null, certificate: null, stars: null, genres: [], studios: [], tags: [], people: [] },
  ...{ libraries: [], addedMs: null, durationMs: 3_600_000, chapters: [], markedSegments: [] },
  ...{ parts: [], leavesMs: null },
};

/** An item of a library, an hour long unless told otherwise. */
export function item(id: string, changes: Partial<ProgrammeItem> = {}): ProgrammeItem {
  return { ...BLANK, id, title: id, ...changes };
}

export function episode(show: string, season: number, number: number, changes: Partial<ProgrammeItem> = {}) {
  const id = `${show} ${season}x${number}`;
  return item(id, { kind: 'episode', show, season, episode: number, durationMs: 1_500_000, ...changes });
}

export function libraryOf(...items: readonly ProgrammeItem[]): ProgrammeLibrary {
  return { items, collections: [] };
}

/** Programming as the API would take it. */
export function scheduled(document: object): Scheduled {
  const parsed = programming.parse({ kind: 'scheduled', ...document });
  if (parsed.kind !== 'scheduled') throw new Error('not scheduled');
  return parsed;
}
