import type { LibraryItem } from '../../library/library-item.ts';

/** An item's genres as hosts may be told of them. */
export interface Genres {
  /** Besides whether it is a film. */
  readonly categories: readonly string[];
  /** Those that a host would take for something else. */
  readonly keywords: readonly string[];
}

/** Categories by which hosts sort programmes, and what libraries call them. */
const FLAGS: Readonly<Record<string, string>> = {
  ...{ kids: 'Kids', children: 'Kids', "children's": 'Kids' },
  ...{ news: 'News', journalism: 'News', 'current affairs': 'News' },
  ...{ sport: 'Sports', sports: 'Sports', basketball: 'Sports', baseball: 'Sports', football: 'Sports' },
};
/** Hosts would take them for children's programmes, news, or what the item is not. */
const MISLEADING = ['family', 'documentary', 'movie', 'series'];
/** Certificates of what is made for children. */
const FOR_KIDS = /^TV-Y(7(-FV)?)?$/i;
/** And of what they may see; with the genre Family it is made for them. */
const FOR_ALL = /^(G|TV-G|U|(FSK|DE)[-/ ]?[06])$/i;

/** Sorts genres into what hosts understand: Jellyfin's categories are compared as a whole, whatever their case. */
export function genresOf({ genres, certificate }: Pick<LibraryItem, 'genres' | 'certificate'>): Genres {
  const categories = new Set<string>();
  const keywords = new Set<string>();
  for (const genre of genres) {
    const name = genre.trim().toLowerCase();
    const flag = FLAGS[name];
    if (flag !== undefined) categories.add(flag);
    if (MISLEADING.includes(name) || (flag !== undefined && flag.toLowerCase() !== name)) keywords.add(genre.trim());
    else if (flag === undefined) categories.add(genre.trim());
    if (name === 'family' && FOR_ALL.test(certificate ?? '')) categories.add('Kids');
  }
  if (FOR_KIDS.test(certificate ?? '')) categories.add('Kids');
  return { categories: [...categories], keywords: [...keywords] };
}
