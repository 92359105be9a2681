import type { Streams } from './streams.ts';

/** A film or an episode as its library knows it, before anyone has looked into its file. What it does not know is null. */
export interface LibraryItem extends Description {
  /** Stable for the same source and path, or the same source and host id: UUID v5. */
  readonly id: string;
  readonly source: string;
  /** The item as the host's own API spells it; null for an item of a folder. */
  readonly hostId: string | null;
  readonly kind: 'film' | 'episode';
  readonly title: string;
  /** What the title is sorted by: "Matrix 0000000002" for "The Matrix 2". */
  readonly sortTitle: string;
  /** The show of an episode; null for a film. */
  readonly show: string | null;
  readonly season: number | null;
  readonly episode: number | null;
  /** Where the file is on this machine: the best version, and of that the first part. */
  readonly path: string;
  /** Null for a file that is not there. */
  readonly sizeBytes: number | null;
  /** Modification time, milliseconds since the epoch; null for a file that is not there. */
  readonly modifiedMs: number | null;
}

/** What makes a good guide and good programming, as far as a library has it. */
export interface Description {
  /** The show as the host's own API spells it. */
  readonly showHostId: string | null;
  /** In which its show began, where the host knows it of the show itself. */
  readonly showYear: number | null;
  readonly seasonTitle: string | null;
  /** The last episode of a file that holds several; null for one. */
  readonly episodeEnd: number | null;
  readonly overview: string | null;
  readonly year: number | null;
  /** `YYYY-MM-DD`. */
  readonly originalAirDate: string | null;
  /** Such as PG-13: the item's own, else its show's. */
  readonly certificate: string | null;
  /** What viewers think of it, 0 to 10. */
  readonly stars: number | null;
  readonly genres: readonly string[];
  readonly studios: readonly string[];
  readonly tags: readonly string[];
  readonly people: readonly Person[];
  /** Names of the host's libraries that it is in, usually one. */
  readonly libraries: readonly string[];
  readonly artwork: Readonly<Record<ArtworkKind, Artwork | null>>;
  /** What comes after `path`: further files that play one after the other as one programme. */
  readonly parts: readonly MediaPart[];
  /** Other files that hold the same film: another cut, another size. */
  readonly versions: readonly MediaPart[];
  /** Of the file at `path`, as the host measured it. */
  readonly durationMs: number | null;
  readonly streams: Streams;
  readonly chapters: readonly Chapter[];
  readonly markedSegments: readonly MarkedSegment[];
  /** By the provider's name in lower case: imdb, tmdb, tvdb. */
  readonly providerIds: Readonly<Record<string, string>>;
  /** When the host first saw it, milliseconds since the epoch. */
  readonly addedMs: number | null;
}

/** Somebody in the credits; `kind` is the host's word in lower case: actor, director, writer. */
export interface Person {
  readonly name: string;
  readonly role: string | null;
  readonly kind: string;
}

export type ArtworkKind = 'poster' | 'thumb' | 'backdrop';

/** Where a picture can be had: a file on this machine, a path of the host's HTTP API, or both. */
export interface Artwork {
  readonly file: string | null;
  readonly apiPath: string | null;
}

/** Another file of the same item. */
export interface MediaPart {
  readonly path: string;
  readonly durationMs: number | null;
}

export interface Chapter {
  readonly startMs: number;
  readonly title: string | null;
}

/** A stretch of the item that the host has marked. */
export interface MarkedSegment {
  readonly kind: 'intro' | 'outro' | 'commercial' | 'preview' | 'recap';
  readonly startMs: number;
  readonly endMs: number;
}

/** Items that somebody put together on the host. */
export interface Collection {
  /** As the host's own API spells it. */
  readonly hostId: string;
  readonly kind: 'collection' | 'playlist';
  readonly name: string;
  /** Ids of items, in order; a playlist may hold one more than once. */
  readonly itemIds: readonly string[];
}

/** What is known of an item when there is nothing but its file. */
export const UNDESCRIBED: Description = {
  showHostId: null,
  showYear: null,
  seasonTitle: null,
  episodeEnd: null,
  overview: null,
  year: null,
  originalAirDate: null,
  certificate: null,
  stars: null,
  genres: [],
  studios: [],
  tags: [],
  people: [],
  libraries: [],
  artwork: { poster: null, thumb: null, backdrop: null },
  parts: [],
  versions: [],
  durationMs: null,
  streams: { video: null, audio: [], subtitles: [] },
  chapters: [],
  markedSegments: [],
  providerIds: {},
  addedMs: null,
};
