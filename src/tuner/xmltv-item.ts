import type { ArtworkKind, LibraryItem, Person } from '../library/library-item.ts';
import { artworkAddress } from './channel-address.ts';
import { type Genres, genresOf } from './genres.ts';
import { type Attributes, legalText, oneLine, parentElement, textElement } from './xml.ts';

/** What pages and API say of the thing that is shown. */
export type GuideItem = Pick<LibraryItem, 'kind' | 'title' | 'show' | 'season' | 'episode'>;

/** All that a guide says of it; what is not known is null. */
export interface XmltvItem
  extends
    GuideItem,
    Pick<LibraryItem, 'id' | 'episodeEnd' | 'overview' | 'year' | 'originalAirDate' | 'certificate' | 'stars'>,
    Pick<LibraryItem, 'genres' | 'tags' | 'people' | 'providerIds'> {
  /** The pictures that there are of it. */
  readonly pictures: readonly ArtworkKind[];
  /** With all its parts. */
  readonly durationMs: number | null;
  readonly picture: {
    readonly height: number;
    /** Width to height as shown. */
    readonly aspect: number | null;
  } | null;
}

/** Hosts parse the whole guide anew for every channel: it names those whom people look for. */
const MOST_ACTORS = 15;
const MOST_OTHERS = 5;
const MOST_KEYWORDS = 12;

/** How a channel is shown, and where. */
export interface Shown {
  readonly baseUrl: string;
  /** Lines of the picture that tuners get. */
  readonly height: number;
}

/** The elements of a programme that say what is shown, in the order of the DTD, each on a line of its own. */
export function renderItem(item: XmltvItem, { baseUrl, height }: Shown): string {
  const { kind, show, overview, stars, certificate, originalAirDate } = item;
  const isEpisode = kind === 'episode';
  const [title, subTitle] = isEpisode && show !== null ? [show, item.title] : [item.title, ''];
  const genres = genresOf(item);
  return (
    element('title', oneLine(title) || 'Untitled') +
    element('sub-title', oneLine(subTitle)) +
    element('desc', legalText(overview ?? '').trim()) +
    credits(item.people) +
    element('date', dateOf(item)) +
    element('category', isEpisode ? 'Series' : 'Movie') +
    elements('category', genres.categories) +
    elements('keyword', keywordsOf(genres, item.tags)) +
    lengthOf(item) +
    pictureOf(item, baseUrl) +
    // Plex takes a film that has an episode number for an episode.
    (isEpisode ? episodeNumbers(item) : addresses(item)) +
    video(item, height) +
    AUDIO +
    (originalAirDate === null ? '' : textElement('previously-shown', { start: digitsOf(originalAirDate) }, '')) +
    (certificate === null ? '' : valueElement('rating', { system: ratingSystem(certificate) }, certificate)) +
    (stars === null ? '' : valueElement('star-rating', {}, `${stars}/10`))
  );
}

const AUDIO = parentElement('audio', {}, element('stereo', 'stereo'));

/** An element of text; none where there is no text. */
function element(name: string, text: string): string {
  return text === '' ? '' : textElement(name, {}, text);
}

function elements(name: string, texts: readonly string[]): string {
  let lines = '';
  for (const text of texts) lines += element(name, text);
  return lines;
}

function valueElement(name: string, attributes: Attributes, value: string): string {
  return parentElement(name, attributes, textElement('value', {}, value));
}

function digitsOf(date: string): string {
  return date.replaceAll('-', '');
}

/** What hosts call whom, in the order of the DTD. */
const CREDITS: readonly (readonly [kind: string, element: string, guest?: 'yes'])[] = [
  ['director', 'director'],
  ['actor', 'actor'],
  ['gueststar', 'actor', 'yes'],
  ['writer', 'writer'],
  ['producer', 'producer'],
  ['composer', 'composer'],
  ['editor', 'editor'],
  ['presenter', 'presenter'],
];

function credits(people: readonly Person[]): string {
  let lines = '';
  for (const [kind, called, guest] of CREDITS) {
    const isActor = called === 'actor';
    let left = isActor ? MOST_ACTORS : MOST_OTHERS;
    for (const person of people) {
      if (person.kind !== kind || left === 0) continue;
      const name = oneLine(person.name);
      if (name === '') continue;
      const role = isActor && person.role ? oneLine(person.role) : undefined;
      lines += textElement(called, { role, guest }, name);
      left--;
    }
  }
  return lines === '' ? '' : parentElement('credits', {}, lines);
}

function dateOf({ originalAirDate, year }: XmltvItem): string {
  if (originalAirDate !== null) return digitsOf(originalAirDate);
  return year === null ? '' : String(year).padStart(4, '0');
}

function keywordsOf(genres: Genres, tags: readonly string[]): string[] {
  return [...new Set([...genres.keywords, ...tags].map(oneLine))].slice(0, MOST_KEYWORDS);
}

function lengthOf({ durationMs }: XmltvItem): string {
  if (durationMs === null) return '';
  const minutes = Math.round(durationMs / 60_000);
  if (minutes > 0) return textElement('length', { units: 'minutes' }, String(minutes));
  return textElement('length', { units: 'seconds' }, String(Math.ceil(durationMs / 1000)));
}

/** A still of an episode, the poster of a film. */
function pictureOf({ id, kind, pictures }: XmltvItem, baseUrl: string): string {
  const best = WANTED[kind].find((one) => pictures.includes(one));
  return best === undefined ? '' : textElement('icon', { src: artworkAddress(baseUrl, id, best) }, '');
}

const WANTED: Readonly<Record<XmltvItem['kind'], readonly ArtworkKind[]>> = {
  episode: ['thumb', 'poster', 'backdrop'],
  film: ['poster', 'thumb', 'backdrop'],
};

/** Databases that hosts know, as each is named here and there, and where a film is on its site. */
const PROVIDERS = [
  ['imdb', 'imdb.com', 'https://www.imdb.com/title/'],
  ['tmdb', 'themoviedb.org', 'https://www.themoviedb.org/movie/'],
  ['tvdb', 'thetvdb.com', 'https://thetvdb.com/dereferrer/movie/'],
] as const;

/** In every system that hosts read. An episode whose numbers are unknown still says that it is one: Plex asks for it. */
function episodeNumbers({ season, episode, episodeEnd, providerIds }: XmltvItem): string {
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

function addresses({ providerIds }: XmltvItem): string {
  let lines = '';
  for (const [name, system, site] of PROVIDERS) {
    const id = providerIds[name];
    if (id !== undefined) lines += textElement('url', { system }, site + encodeURIComponent(legalText(id)));
  }
  return lines;
}

const HD_LINES = 720;
/** Shapes that have a name of their own. */
const ASPECTS = [
  [4 / 3, '4:3'],
  [16 / 9, '16:9'],
] as const;

/** As it is aired: never larger than it is, nor than the channel. */
function video({ picture }: XmltvItem, height: number): string {
  if (picture === null) return '';
  const quality = Math.min(picture.height, height) < HD_LINES ? 'SDTV' : 'HDTV';
  return parentElement('video', {}, element('aspect', aspectOf(picture.aspect)) + element('quality', quality));
}

function aspectOf(aspect: number | null): string {
  if (aspect === null) return '';
  return ASPECTS.find(([value]) => Math.abs(aspect / value - 1) < 0.03)?.[1] ?? `${aspect.toFixed(2)}:1`;
}

/** Boards whose certificates are known by themselves. */
function ratingSystem(certificate: string): string | undefined {
  if (/^(G|PG|PG-13|R|NC-17)$/.test(certificate)) return 'MPAA';
  return certificate.startsWith('TV-') ? 'VCHIP' : undefined;
}
