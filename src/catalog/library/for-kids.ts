import { folded } from '../../shared/folded.ts';

const GENRES = ['Children', 'Kids', 'Family', 'Animation'];
/** What the whole family may see, in the words of several countries. */
const CERTIFICATES = [
  ...['G', 'TV-Y', 'TV-Y7', 'TV-G', 'U', 'FSK-0', 'FSK 0', 'DE-0', 'FSK-6', 'FSK 6', 'DE-6', 'AL'],
  ...['0', '6', '0+', '6+'],
];

/** Genres and certificates, as a library writes them. */
export interface ForKids {
  readonly genre: readonly string[];
  readonly certificate: readonly string[];
}

/** Those genres and certificates of a library that say that something is for children. */
export function forKids(genres: readonly string[], certificates: readonly string[]): ForKids {
  return { genre: among(genres, GENRES), certificate: among(certificates, CERTIFICATES) };
}

function among(names: readonly string[], wanted: readonly string[]): string[] {
  const keys = new Set(wanted.map(folded));
  return names.filter((name) => keys.has(folded(name)));
}
