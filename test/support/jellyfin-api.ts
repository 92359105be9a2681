import { expectedOf } from './hosts.ts';

export const VERSIONS = ['10.10', '10.11', '12.0'] as const;

/** How each version is known by us, and where it keeps its library. */
export const SERVERS = {
  '10.10': { schema: 'Jellyfin 10.8–10.10', file: 'data/library.db' },
  '10.11': { schema: 'Jellyfin 10.11', file: 'data/jellyfin.db' },
  '12.0': { schema: 'Jellyfin 12.0', file: 'data/jellyfin.db' },
} as const;

/** An item as the REST API of its server tells of it, as far as we look. */
interface ApiItem {
  id: string;
  type: 'Movie' | 'Episode' | 'Series' | 'Season';
  name: string;
  sortName: string;
  path: string;
  seriesId?: string;
  seriesName?: string;
  seasonName?: string;
  parentIndexNumber?: number;
  indexNumber?: number;
  indexNumberEnd?: number;
  overview?: string;
  productionYear?: number;
  premiereDate?: string;
  dateCreated: string;
  officialRating?: string;
  communityRating?: number;
  genres: string[];
  studios: string[];
  tags: string[];
  people: { name: string; type: string; role?: string }[];
  providerIds: Record<string, string>;
  images: string[];
  backdrops: number;
  chapters: { startTicks: number; name: string }[];
  additionalParts?: { path: string; runTimeTicks: number }[];
  runTimeTicks: number;
  mediaSources: { path: string; runTimeTicks: number; streams: ApiStream[] }[];
}

interface ApiStream {
  index: number;
  type: 'Video' | 'Audio' | 'Subtitle';
  codec: string;
  profile?: string;
  language?: string;
  title?: string;
  width?: number;
  height?: number;
  averageFrameRate?: number;
  bitDepth?: number;
  channels?: number;
  isInterlaced: boolean;
  isDefault: boolean;
  isForced: boolean;
  isExternal: boolean;
  videoRangeType: string;
  path?: string;
}

const MS = 10_000;

/** What the films and episodes of a server must be, worked out from the words of its API alone. */
export function toldBy(version: (typeof VERSIONS)[number]) {
  const { items } = expectedOf(version) as { items: ApiItem[] };
  const shows = new Map(items.filter(({ type }) => type === 'Series').map((show) => [show.id, show]));
  return items
    .filter(({ type }) => type === 'Movie' || type === 'Episode')
    .map((item) => asWeTell(item, shows.get(item.seriesId ?? '')));
}

/** The credits, to compare them in any order. */
export function peopleIn(list: readonly { name: string; kind: string; role: string | null }[]): string[] {
  return list.map(({ name, kind, role }) => `${kind} ${name}: ${role}`).toSorted();
}

function asWeTell(item: ApiItem, show: ApiItem | undefined) {
  const [first, ...versions] = item.mediaSources;
  const isEpisode = item.type === 'Episode';
  const own = (values: string[], inherited: string[] | undefined) => (values.length > 0 ? values : (inherited ?? []));
  return {
    hostId: item.id,
    kind: isEpisode ? 'episode' : 'film',
    title: item.name,
    sortTitle: item.sortName,
    show: item.seriesName ?? null,
    showHostId: item.seriesId ?? null,
    showYear: show?.productionYear ?? null,
    season: item.parentIndexNumber ?? null,
    seasonTitle: item.seasonName ?? null,
    episode: item.indexNumber ?? null,
    episodeEnd: item.indexNumberEnd ?? null,
    overview: item.overview ?? null,
    year: item.productionYear ?? null,
    originalAirDate: item.premiereDate?.slice(0, 10) ?? null,
    certificate: item.officialRating ?? show?.officialRating ?? null,
    stars: item.communityRating ?? show?.communityRating ?? null,
    genres: own(item.genres, show?.genres),
    studios: own(item.studios, show?.studios),
    tags: own(item.tags, show?.tags),
    people: peopleIn(
      item.people.map(({ name, type, role }) => ({
        name,
        kind: type.toLowerCase(),
        role: role === '' ? null : (role ?? null),
      })),
    ),
    libraries: [isEpisode ? 'Shows' : 'Movies'],
    artwork: {
      poster: (isEpisode ? show : item)?.images.includes('Primary') ?? false,
      thumb: isEpisode && item.images.includes('Primary'),
      backdrop: item.backdrops > 0 || (show?.backdrops ?? 0) > 0,
    },
    path: item.path,
    parts: (item.additionalParts ?? []).map((part) => ({
      path: part.path,
      durationMs: Math.floor(part.runTimeTicks / MS),
    })),
    versions: versions.map((version) => ({
      path: version.path,
      durationMs: Math.floor(version.runTimeTicks / MS),
    })),
    durationMs: Math.floor(item.runTimeTicks / MS),
    streams: streamsOf(first?.streams ?? []),
    chapters: item.chapters.map(({ startTicks, name }) => ({ startMs: startTicks / MS, title: name })),
    providerIds: Object.fromEntries(Object.entries(item.providerIds).map(([name, id]) => [name.toLowerCase(), id])),
    addedMs: Date.parse(item.dateCreated.replace(/(\.\d{3})\d+/, '$1')),
  };
}

function streamsOf(streams: readonly ApiStream[]) {
  const beside = streams.filter(({ isExternal }) => isExternal).length;
  const common = ({ codec, language, title, isDefault }: ApiStream) => ({
    ...{ codec, language: language ?? null, title: title ?? null, isDefault },
  });
  const [video] = streams.filter(({ type }) => type === 'Video');
  return {
    video: video && {
      ...common(video),
      index: video.index - beside,
      profile: video.profile,
      width: video.width,
      height: video.height,
      framesPerSecond: Number(video.averageFrameRate?.toFixed(3)),
      bitDepth: video.bitDepth,
      isInterlaced: video.isInterlaced,
      dynamicRange: video.videoRangeType.toLowerCase(),
      sampleAspect: null,
    },
    audio: streams
      .filter(({ type }) => type === 'Audio')
      .map((audio) => ({ ...common(audio), index: audio.index - beside, channels: audio.channels })),
    subtitles: streams
      .filter(({ type }) => type === 'Subtitle')
      .map((subtitle) => ({
        ...common(subtitle),
        index: subtitle.isExternal ? null : subtitle.index - beside,
        isForced: subtitle.isForced,
        path: subtitle.path ?? null,
      })),
  };
}
