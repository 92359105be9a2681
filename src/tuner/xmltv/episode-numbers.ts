import type { LibraryItem } from '../../library/library-item.ts';
import { legalText, oneLine, textElement } from '../xml.ts';

type Numbered = Pick<LibraryItem, 'season' | 'episode' | 'episodeEnd' | 'providerIds'>;

/** Databases that hosts know, as each is named here and there, and where a film is on its site. */
const PROVIDERS = [
  ['imdb', 'imdb.com', 'https://www.imdb.com/title/'],
  ['tmdb', 'themoviedb.org', 'https://www.themoviedb.org/movie/'],
  ['tvdb', 'thetvdb.com', 'https://thetvdb.com/dereferrer/movie/'],
] as const;

/** In every system that hosts read. An episode whose numbers are unknown still says that it is one: Plex asks for it. */
export function episodeNumbers({ season, episode, episodeEnd, providerIds }: Numbered): string {
  // Of several episodes in one only the first: a range costs a host both numbers.
  const numbers = episodeNumber('xmltv_ns', `${fromZero(season)}.${fromZero(episode)}.`);
  let ids = '';
  for (const [name, system] of PROVIDERS) {
    const id = providerIds[name];
    if (id !== undefined) ids += episodeNumber(system, `episode/${oneLine(id)}`);
  }
  if (season === null || episode === null) return numbers + ids;
  const first = `S${twoDigits(season)}E${twoDigits(episode)}`;
  const last = episodeEnd === null || episodeEnd === episode ? '' : `-E${twoDigits(episodeEnd)}`;
  return numbers + episodeNumber('onscreen', first + last) + episodeNumber('SxxExx', first) + ids;
}

function episodeNumber(system: string, text: string): string {
  return textElement('episode-num', { system }, text);
}

function fromZero(value: number | null): string {
  return value === null || value < 1 ? '' : String(value - 1);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

/** Where a film is on the sites of databases. */
export function addresses({ providerIds }: Pick<Numbered, 'providerIds'>): string {
  let lines = '';
  for (const [name, system, site] of PROVIDERS) {
    const id = providerIds[name];
    if (id !== undefined) lines += textElement('url', { system }, site + encodeURIComponent(legalText(id)));
  }
  return lines;
}
