import type { ArtworkKind, LibraryItem } from '../../library/library-item.ts';
import { artworkAddress } from '../channel-address.ts';
import { type Attributes, legalText, oneLine, parentElement, textElement } from '../xml.ts';
import { credits } from './credits.ts';
import { addresses, episodeNumbers } from './episode-numbers.ts';
import { type Genres, genresOf } from './genres.ts';

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

/** Hosts parse the whole guide anew for every channel: it has no more of them than are of use. */
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
