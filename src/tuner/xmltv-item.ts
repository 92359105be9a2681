import type { ArtworkKind, LibraryItem, Person } from '../library/library-item.ts';
import { artworkAddress } from './channel-address.ts';
import { type Genres, genresOf } from './genres.ts';
import { legalText, oneLine, parentElement, textElement } from './xml.ts';

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

/** The elements of a programme that say what is shown, in the order of the DTD. */
export function renderItem(item: XmltvItem, { baseUrl, height }: Shown): string {
  const { kind, show, overview, stars, certificate, originalAirDate } = item;
  const isEpisode = kind === 'episode';
  const [title, subTitle] = isEpisode && show !== null ? [show, item.title] : [item.title, ''];
  const genres = genresOf(item);
  return [
    textElement('title', {}, oneLine(title) || 'Untitled'),
    ...texts('sub-title', [oneLine(subTitle)]),
    ...texts('desc', [legalText(overview ?? '').trim()]),
    ...credits(item.people),
    ...texts('date', [dateOf(item)]),
    ...texts('category', [isEpisode ? 'Series' : 'Movie', ...genres.categories]),
    ...texts('keyword', keywordsOf(genres, item.tags)),
    ...lengthOf(item),
    ...pictureOf(item, baseUrl),
    // Plex takes a film that has an episode number for an episode.
    ...(isEpisode ? episodeNumbers(item) : addresses(item)),
    ...video(item, height),
    parentElement('audio', {}, [textElement('stereo', {}, 'stereo')]),
    ...(originalAirDate === null ? [] : [`<previously-shown start="${originalAirDate.replaceAll('-', '')}"/>`]),
    ...(certificate === null
      ? []
      : [parentElement('rating', { system: ratingSystem(certificate) }, [textElement('value', {}, certificate)])]),
    ...(stars === null ? [] : [parentElement('star-rating', {}, [textElement('value', {}, `${stars}/10`)])]),
  ].join('\n');
}

function texts(name: string, values: readonly string[]): string[] {
  return values.filter((value) => value !== '').map((value) => textElement(name, {}, value));
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

function credits(people: readonly Person[]): string[] {
  const named = people.filter(({ name }) => oneLine(name) !== '');
  const lines = CREDITS.flatMap(([kind, element, guest]) => {
    const isActor = element === 'actor';
    return named
      .filter((person) => person.kind === kind)
      .slice(0, isActor ? MOST_ACTORS : MOST_OTHERS)
      .map(({ name, role }) =>
        textElement(element, { role: isActor && role ? oneLine(role) : undefined, guest }, oneLine(name)),
      );
  });
  return lines.length === 0 ? [] : [parentElement('credits', {}, lines)];
}

function dateOf({ originalAirDate, year }: XmltvItem): string {
  return originalAirDate?.replaceAll('-', '') ?? (year === null ? '' : String(year).padStart(4, '0'));
}

function keywordsOf(genres: Genres, tags: readonly string[]): string[] {
  return [...new Set([...genres.keywords, ...tags].map(oneLine))].slice(0, MOST_KEYWORDS);
}

function lengthOf({ durationMs }: XmltvItem): string[] {
  if (durationMs === null) return [];
  const minutes = Math.round(durationMs / 60_000);
  if (minutes > 0) return [textElement('length', { units: 'minutes' }, String(minutes))];
  return [textElement('length', { units: 'seconds' }, String(Math.ceil(durationMs / 1000)))];
}

/** A still of an episode, the poster of a film. */
function pictureOf({ id, kind, pictures }: XmltvItem, baseUrl: string): string[] {
  const wanted: readonly ArtworkKind[] =
    kind === 'episode' ? ['thumb', 'poster', 'backdrop'] : ['poster', 'thumb', 'backdrop'];
  const best = wanted.find((one) => pictures.includes(one));
  return best === undefined ? [] : [textElement('icon', { src: artworkAddress(baseUrl, id, best) }, '')];
}

/** Databases that hosts know, as each is named here and there, and where a film is on its site. */
const PROVIDERS = [
  ['imdb', 'imdb.com', 'https://www.imdb.com/title/'],
  ['tmdb', 'themoviedb.org', 'https://www.themoviedb.org/movie/'],
  ['tvdb', 'thetvdb.com', 'https://thetvdb.com/dereferrer/movie/'],
] as const;

/** In every system that hosts read. An episode whose numbers are unknown still says that it is one: Plex asks for it. */
function episodeNumbers({ season, episode, episodeEnd, providerIds }: XmltvItem): string[] {
  const number = (system: string, text: string) => textElement('episode-num', { system }, text);
  const fromZero = (value: number | null) => (value === null || value < 1 ? '' : String(value - 1));
  const ids = PROVIDERS.flatMap(([name, system]) => {
    const id = providerIds[name];
    return id === undefined ? [] : [number(system, `episode/${oneLine(id)}`)];
  });
  // Of several episodes in one only the first: a range costs a host both numbers.
  const numbers = number('xmltv_ns', `${fromZero(season)}.${fromZero(episode)}.`);
  if (season === null || episode === null) return [numbers, ...ids];
  const twoDigits = (value: number) => String(value).padStart(2, '0');
  const first = `S${twoDigits(season)}E${twoDigits(episode)}`;
  const last = episodeEnd === null || episodeEnd === episode ? '' : `-E${twoDigits(episodeEnd)}`;
  return [numbers, number('onscreen', first + last), number('SxxExx', first), ...ids];
}

function addresses({ providerIds }: XmltvItem): string[] {
  return PROVIDERS.flatMap(([name, system, site]) => {
    const id = providerIds[name];
    return id === undefined ? [] : [textElement('url', { system }, site + encodeURIComponent(legalText(id)))];
  });
}

const HD_LINES = 720;
/** Shapes that have a name of their own. */
const ASPECTS = [
  [4 / 3, '4:3'],
  [16 / 9, '16:9'],
] as const;

/** As it is aired: never larger than it is, nor than the channel. */
function video({ picture }: XmltvItem, height: number): string[] {
  if (picture === null) return [];
  const { aspect } = picture;
  const named = ASPECTS.find(([value]) => aspect !== null && Math.abs(aspect / value - 1) < 0.03)?.[1];
  return [
    parentElement('video', {}, [
      ...(aspect === null ? [] : [textElement('aspect', {}, named ?? `${aspect.toFixed(2)}:1`)]),
      textElement('quality', {}, Math.min(picture.height, height) < HD_LINES ? 'SDTV' : 'HDTV'),
    ]),
  ];
}

/** Boards whose certificates are known by themselves. */
function ratingSystem(certificate: string): string | undefined {
  if (/^(G|PG|PG-13|R|NC-17)$/.test(certificate)) return 'MPAA';
  return certificate.startsWith('TV-') ? 'VCHIP' : undefined;
}
