import path from 'node:path';
import type { HostItem } from '../host-item.ts';
import type { Artwork, Chapter, MarkedSegment, MediaPart, Person } from '../library-item.ts';
import { seasonOfFolder, showName } from '../names.ts';
import type { ImageRow, ItemRow, SeriesRow, StreamRow } from './rows.ts';
import { toStreams } from './streams.ts';

/** What the rows beside an item's own say of it. */
export interface Facts {
  readonly series: SeriesRow | undefined;
  /** Two shows have this name: the year tells them apart. */
  readonly isNameShared: boolean;
  readonly streams: readonly StreamRow[];
  readonly chapters: readonly Chapter[];
  readonly people: readonly Person[];
  readonly images: readonly ImageRow[];
  readonly seriesImages: readonly ImageRow[];
  readonly providers: readonly { readonly provider: string; readonly value: string }[];
  readonly libraries: readonly string[];
  readonly markedSegments: readonly MarkedSegment[];
  /** How long the files of further parts and versions are, by their paths. */
  readonly durations: ReadonlyMap<string, number | null>;
}

const HALF_DAY_MS = 43_200_000;

/** The item that a row and the rows beside it stand for. */
export function toHostItem(row: ItemRow, facts: Facts): HostItem {
  const { series } = facts;
  const { IndexNumberEnd, AdditionalParts, LocalAlternateVersions, LinkedAlternateVersions } = row.details;
  const merged = (LinkedAlternateVersions ?? []).map(({ Path }) => Path).filter((file) => typeof file === 'string');
  const isEpisode = row.kind === 'episode';
  return {
    hostId: row.id,
    kind: row.kind,
    title: row.name,
    sortTitle: row.sortName ?? row.name,
    show: isEpisode ? showOf(row, facts) : null,
    showHostId: isEpisode ? row.seriesId : null,
    showYear: isEpisode ? (series?.year ?? null) : null,
    season: isEpisode ? row.season : null,
    seasonTitle: isEpisode ? row.seasonName : null,
    episode: isEpisode ? row.episode : null,
    episodeEnd: isEpisode ? (IndexNumberEnd ?? null) : null,
    overview: row.overview,
    year: row.year,
    originalAirDate: dateOf(row.premiere),
    // The API does not inherit these, but a guide wants them, and episodes seldom have their own.
    certificate: row.certificate ?? series?.certificate ?? null,
    stars: rounded(row.rating ?? series?.rating ?? null),
    genres: own(row.genres, series?.genres),
    studios: own(row.studios, series?.studios),
    tags: own(row.tags, series?.tags),
    people: facts.people,
    libraries: facts.libraries,
    artwork: {
      poster: isEpisode
        ? picture(row.seriesId, facts.seriesImages, 'Primary')
        : picture(row.id, facts.images, 'Primary'),
      thumb:
        (isEpisode ? picture(row.id, facts.images, 'Primary') : null) ??
        picture(row.id, facts.images, 'Thumb') ??
        picture(row.seriesId, facts.seriesImages, 'Thumb'),
      backdrop: picture(row.id, facts.images, 'Backdrop') ?? picture(row.seriesId, facts.seriesImages, 'Backdrop'),
    },
    path: row.path,
    parts: filesOf(AdditionalParts ?? [], facts.durations),
    versions: filesOf([...new Set([...(LocalAlternateVersions ?? []), ...merged])], facts.durations),
    durationMs: row.runTime,
    streams: toStreams(facts.streams),
    chapters: facts.chapters,
    markedSegments: facts.markedSegments,
    providerIds: Object.fromEntries(facts.providers.map(({ provider, value }) => [provider.toLowerCase(), value])),
    addedMs: row.created,
  };
}

/** The day of a moment. Dates are stored as midnight where the server is, so the nearest midnight tells the day. */
function dateOf(moment: number | null): string | null {
  return moment === null ? null : new Date(moment + HALF_DAY_MS).toISOString().slice(0, 10);
}

/** Kept as a single float: 7.4 is stored as 7.40000009536743. */
function rounded(rating: number | null): number | null {
  return rating === null ? null : Math.round(rating * 100) / 100;
}

function own(values: readonly string[], inherited: readonly string[] = []): readonly string[] {
  return values.length > 0 ? values : inherited;
}

function picture(id: string | null, images: readonly ImageRow[], kind: string): Artwork | null {
  const image = images.find((candidate) => candidate.kind === kind);
  if (id === null || image === undefined) return null;
  // One that was never fetched is an address of the web.
  return { file: /^https?:/.test(image.path) ? null : image.path, apiPath: `/Items/${id}/Images/${kind}` };
}

function filesOf(paths: readonly string[], durations: Facts['durations']): MediaPart[] {
  return paths.map((file) => ({ path: file, durationMs: durations.get(file) ?? null }));
}

function showOf(row: ItemRow, { series, isNameShared }: Facts): string {
  const name = series?.name || row.seriesName || folderOfShow(row.path);
  return isNameShared && series?.year ? `${name} (${series.year})` : name;
}

/** The show of an episode that its host knows no series of: the folder above it, or above its season. */
function folderOfShow(file: string): string {
  const folders = path.posix.dirname(file.replaceAll('\\', '/')).split('/');
  return showName(folders.findLast((folder) => seasonOfFolder(folder) === undefined) ?? '') || 'Episodes';
}
