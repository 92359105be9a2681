import type { LibraryItem } from './library-item.ts';

const natural = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

type Ordered = Pick<LibraryItem, 'show' | 'season' | 'episode' | 'sortTitle' | 'path'>;

/** The order in which a channel shows items: films by title; shows by name, season (specials last), episode, then file. */
export function inOrder(a: Ordered, b: Ordered): number {
  const rank = (number: number | null) => number ?? Infinity;
  const season = (item: Ordered) => rank(item.season === 0 ? null : item.season);
  return (
    natural.compare(a.show ?? '', b.show ?? '') ||
    compareNumbers(season(a), season(b)) ||
    compareNumbers(rank(a.episode), rank(b.episode)) ||
    (a.show === null ? natural.compare(a.sortTitle, b.sortTitle) : 0) ||
    natural.compare(a.path, b.path) ||
    (a.path < b.path ? -1 : 1)
  );
}

function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
