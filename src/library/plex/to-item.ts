import type { HostItem } from '../host-item.ts';
import type { Artwork, Chapter, MarkedSegment, Person } from '../library-item.ts';
import type { FileRow, ItemRow, SharedFileRow, ShowRow, StreamRow, TagRow } from './rows.ts';
import { toStreams } from './streams.ts';

/** What the rows beside an item's own say of it. */
export interface Facts {
  readonly show: ShowRow | undefined;
  /** Two shows have this name: the year tells them apart. */
  readonly isNameShared: boolean;
  /** Of all its files, the best medium first, each medium's parts in order. */
  readonly files: readonly [FileRow, ...FileRow[]];
  /** Of the first file. */
  readonly streams: readonly StreamRow[];
  readonly tags: readonly TagRow[];
  readonly showTags: readonly TagRow[];
  /** All items that have the first file, by their number as episodes. */
  readonly sharing: readonly SharedFileRow[];
}

const HALF_DAY_MS = 43_200_000;
const TAG = { genre: 1, chapter: 9, label: 11, marker: 12, guid: 314, studio: 318, network: 319 } as const;
const PEOPLE: Readonly<Record<number, string>> = { 4: 'director', 5: 'writer', 6: 'actor', 7: 'producer' };
const MARKERS: Readonly<Record<string, MarkedSegment['kind']>> = {
  intro: 'intro',
  credits: 'outro',
  commercial: 'commercial',
};

/** The item that a row and the rows beside it stand for. */
export function toHostItem(row: ItemRow, facts: Facts): HostItem {
  const { show, tags, showTags, files } = facts;
  const [first] = files;
  const isEpisode = row.kind === 'episode';
  // A file that holds several episodes is an item for each of them; on air it is one.
  const episodes = facts.sharing.filter(({ sectionId }) => isEpisode && sectionId === row.sectionId);
  const numbers = episodes.map(({ episode }) => episode).filter((number) => number !== null);
  const episode = numbers.length > 0 ? Math.min(...numbers) : row.episode;
  const episodeEnd = numbers.length > 1 ? Math.max(...numbers) : null;
  const joined = (texts: readonly (string | null)[]) => [...new Set(texts.filter(Boolean))].join(' / ') || null;
  const ofMedium = files.filter(({ mediaId }) => mediaId === first.mediaId);
  return {
    hostId: row.id,
    kind: row.kind,
    title: (episodes.length > 1 ? joined(episodes.map(({ title }) => title)) : null) ?? row.title,
    sortTitle: row.sortTitle || row.title,
    show: isEpisode ? showOf(facts) : null,
    showHostId: isEpisode ? row.showId : null,
    showYear: isEpisode ? (show?.year ?? null) : null,
    season: isEpisode ? row.season : null,
    seasonTitle: isEpisode ? row.seasonTitle : null,
    episode: isEpisode ? episode : null,
    episodeEnd: isEpisode ? episodeEnd : null,
    overview: (episodes.length > 1 ? joined(episodes.map(({ overview }) => overview)) : null) ?? (row.overview || null),
    year: row.year,
    // Midnight where the server is: the nearest midnight tells the day.
    originalAirDate: row.premiere === null ? null : new Date(row.premiere + HALF_DAY_MS).toISOString().slice(0, 10),
    certificate: row.certificate || show?.certificate || null,
    stars: row.audienceRating ?? row.rating ?? show?.audienceRating ?? show?.rating ?? null,
    genres: firstOf(named(tags, TAG.genre), row.genres, named(showTags, TAG.genre), show?.genres ?? []),
    studios: firstOf(studiosOf(row, tags), show ? studiosOf(show, showTags) : []),
    tags: firstOf(named(tags, TAG.label), named(showTags, TAG.label)),
    people: tags.flatMap(toPerson),
    libraries: [...new Set(facts.sharing.map(({ library }) => library))],
    artwork: {
      poster: isEpisode ? picture('thumb', show, 'TV Shows') : picture('thumb', row, 'Movies'),
      thumb: isEpisode ? picture('thumb', row, undefined) : null,
      backdrop: picture('art', row, isEpisode ? undefined : 'Movies') ?? picture('art', show, 'TV Shows'),
    },
    path: first.path,
    parts: ofMedium.slice(1).map(({ path, durationMs }) => ({ path, durationMs })),
    versions: files
      .filter(({ mediaId }, index) => mediaId !== first.mediaId && files[index - 1]?.mediaId !== mediaId)
      .map(({ path, durationMs }) => ({ path, durationMs })),
    durationMs: first.durationMs ?? (ofMedium.length === 1 ? first.mediaDurationMs : null),
    streams: toStreams(first, facts.streams),
    chapters: tags.flatMap(toChapter),
    markedSegments: tags.flatMap(toMarkedSegment),
    providerIds: Object.fromEntries([...named(tags, TAG.guid), row.guid ?? ''].flatMap(toProviderId).toReversed()),
    addedMs: row.added,
  };
}

function showOf({ show, isNameShared }: Facts): string {
  const name = show?.title || 'Episodes';
  return isNameShared && show !== undefined && show.year !== null ? `${name} (${show.year})` : name;
}

function firstOf(...choices: readonly (readonly string[])[]): readonly string[] {
  return choices.find((choice) => choice.length > 0) ?? [];
}

function named(tags: readonly TagRow[], wanted: number): string[] {
  return tags.filter(({ type }) => type === wanted).flatMap(({ tag }) => tag || []);
}

function studiosOf({ studio }: { readonly studio: string | null }, tags: readonly TagRow[]): string[] {
  return [...new Set([studio, ...named(tags, TAG.studio), ...named(tags, TAG.network)])]
    .filter((name) => !!name)
    .map(String);
}

function toPerson({ type, tag, text }: TagRow): Person[] {
  const kind = PEOPLE[type];
  return kind === undefined || !tag ? [] : [{ name: tag, role: text || null, kind }];
}

function toChapter({ type, startMs, tag, text }: TagRow): Chapter[] {
  return type === TAG.chapter && startMs !== null ? [{ startMs, title: text || tag || null }] : [];
}

function toMarkedSegment({ type, text, startMs, endMs }: TagRow): MarkedSegment[] {
  const kind = type === TAG.marker ? MARKERS[text ?? ''] : undefined;
  return kind === undefined || startMs === null || endMs === null ? [] : [{ kind, startMs, endMs }];
}

/** `imdb://tt1` of today's agents, `com.plexapp.agents.imdb://tt1?lang=en` of former ones. */
function toProviderId(guid: string): [string, string][] {
  const [, agent, id] = /^(?:com\.plexapp\.agents\.)?(imdb|tmdb|tvdb|themoviedb|thetvdb):\/\/([^?/]+)/.exec(guid) ?? [];
  if (agent === undefined || id === undefined) return [];
  return [[agent === 'themoviedb' ? 'tmdb' : agent === 'thetvdb' ? 'tvdb' : agent, id]];
}

interface Pictured {
  readonly id: string;
  readonly hash: string | null;
  readonly thumb: string | null;
  readonly art: string | null;
}

/**
 * Where a picture is, from its address: `metadata://` and `upload://` are in the bundle of a film or a show, which is
 * named after its hash; `media://` is in that of a file. Others are asked of the server.
 */
function picture(kind: 'thumb' | 'art', of: Pictured | undefined, folder: string | undefined): Artwork | null {
  const url = of?.[kind];
  if (of === undefined || !url) return null;
  return { file: fileOf(url, of, folder), apiPath: `/library/metadata/${of.id}/${kind}` };
}

const INSIDE_BUNDLE: Readonly<Record<string, string>> = { metadata: 'Contents/_combined', upload: 'Uploads' };

function fileOf(url: string, { hash }: Pictured, folder: string | undefined): string | null {
  const [, scheme = '', name] = /^(metadata|upload|media):\/\/([^?]+)$/.exec(url) ?? [];
  if (scheme === 'media') return `%PlexData%/Media/localhost/${name}`;
  const inside = INSIDE_BUNDLE[scheme];
  if (inside === undefined || !hash || folder === undefined) return null;
  return `%PlexData%/Metadata/${folder}/${hash.slice(0, 1)}/${hash.slice(1)}.bundle/${inside}/${name}`;
}
