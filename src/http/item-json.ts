import { z } from 'zod';
import { nameOfRate } from '../catalog/channels/channel-input.ts';
import type { DescribedItem } from '../catalog/library/library-reader.ts';
import { fieldOrder, type MediaFacts } from '../ffmpeg/media-facts.ts';
import type { ArtworkKind } from '../library/library-item.ts';
import { isoTime } from './now-next.ts';

const durationMs = z.number().nullable().describe('Milliseconds');
const file = z.strictObject({ path: z.string(), duration_ms: durationMs });
const language = z.string().nullable().describe('A code of ISO 639');

const video = z.strictObject({
  codec: z.string().nullable(),
  profile: z.string().nullable(),
  width: z.number().nullable(),
  height: z.number().nullable(),
  frames_per_second: z.number().nullable(),
  bit_depth: z.number().nullable(),
  interlaced: z.boolean(),
  dynamic_range: z.enum(['sdr', 'hdr10', 'hlg', 'dolby-vision']),
});

const probed = z.strictObject({
  duration_ms: durationMs,
  codec: z.string(),
  width: z.number(),
  height: z.number(),
  frame_rate: z.string().describe('Exact: 25 or 24000/1001'),
  variable_frame_rate: z.boolean(),
  sample_aspect: z.string().describe('Width to height of a stored sample: 1:1'),
  display_aspect: z.string().describe('Width to height as it is shown: 16:9'),
  field_order: fieldOrder.describe('In the words of ffprobe'),
  hdr: z.boolean(),
});

const picture = z.string().nullable().describe('Its address on this sidecar');

/** An item with all that is known of it, as the API tells it. */
export const describedItem = z.strictObject({
  id: z.string(),
  source: z.string().describe('The library that it is from, as /api/library lists it'),
  host_id: z.string().nullable().describe('Its id in the media server; null in a folder'),
  kind: z.enum(['film', 'episode']),
  title: z.string(),
  sort_title: z.string(),
  show: z.string().nullable(),
  season: z.number().nullable(),
  season_title: z.string().nullable(),
  episode: z.number().nullable(),
  episode_end: z.number().nullable().describe('The last one of a file that holds several'),
  overview: z.string().nullable(),
  year: z.number().nullable(),
  original_air_date: z.string().nullable().describe('YYYY-MM-DD'),
  rating: z.string().nullable().describe('The certificate: PG-13'),
  stars: z.number().nullable().describe('What viewers think of it, 0 to 10'),
  genres: z.array(z.string()),
  studios: z.array(z.string()),
  tags: z.array(z.string()),
  people: z.array(
    z.strictObject({
      name: z.string(),
      role: z.string().nullable(),
      kind: z.string().describe('The word of the media server: actor, director, writer'),
    }),
  ),
  libraries: z.array(z.string()).describe('Those of the media server that it is in'),
  duration_ms: durationMs,
  path: z.string().describe('Where its file is on this machine'),
  missing: z.boolean().describe('Its file was not there at the last look'),
  problem: z.string().nullable().describe('Why it cannot be aired, in words'),
  parts: z.array(file).describe('What comes after path, as one programme'),
  versions: z.array(file).describe('The same in other files'),
  video: video.nullable(),
  audio: z.array(
    z.strictObject({
      ...{ index: z.number(), codec: z.string().nullable(), channels: z.number().nullable(), language },
      default: z.boolean(),
    }),
  ),
  subtitles: z.array(
    z.strictObject({
      ...{ index: z.number().nullable(), codec: z.string().nullable(), language, forced: z.boolean() },
      path: z.string().nullable().describe('Of one in a file of its own'),
    }),
  ),
  chapters: z.array(z.strictObject({ start_ms: z.number(), title: z.string().nullable() })),
  marked_segments: z.array(
    z.strictObject({
      kind: z.enum(['intro', 'outro', 'commercial', 'preview', 'recap']),
      ...{ start_ms: z.number(), end_ms: z.number() },
    }),
  ),
  provider_ids: z.record(z.string(), z.string()).describe('By the name of the provider: imdb, tmdb, tvdb'),
  probed: probed.nullable().describe('What a look into the file has found; null until then'),
  added: z.iso.datetime().nullable().describe('To the library, UTC'),
  artwork: z.strictObject({ poster: picture, thumb: picture, backdrop: picture }),
});

/** An item in the API's words. */
export function itemJSON(item: DescribedItem): z.infer<typeof describedItem> {
  const { description: of } = item;
  const pictureOf = (kind: ArtworkKind) => (of.artwork[kind] === null ? null : `/artwork/${item.id}/${kind}`);
  return {
    id: item.id,
    source: item.source,
    host_id: item.hostId,
    kind: item.kind,
    title: item.title,
    sort_title: item.sortTitle,
    show: item.show,
    season: item.season,
    season_title: of.seasonTitle,
    episode: item.episode,
    episode_end: of.episodeEnd,
    overview: of.overview,
    year: of.year,
    original_air_date: of.originalAirDate,
    rating: of.certificate,
    stars: of.stars,
    genres: [...of.genres],
    studios: [...of.studios],
    tags: [...of.tags],
    people: [...of.people],
    libraries: [...of.libraries],
    duration_ms: rounded(of.durationMs),
    path: item.path,
    missing: item.missing,
    problem: item.problem,
    parts: of.parts.map(fileJSON),
    versions: of.versions.map(fileJSON),
    video: of.streams.video && {
      codec: of.streams.video.codec,
      profile: of.streams.video.profile,
      width: of.streams.video.width,
      height: of.streams.video.height,
      frames_per_second: of.streams.video.framesPerSecond,
      bit_depth: of.streams.video.bitDepth,
      interlaced: of.streams.video.isInterlaced,
      dynamic_range: of.streams.video.dynamicRange,
    },
    audio: of.streams.audio.map(({ index, codec, channels, language: spoken, isDefault }) => ({
      ...{ index, codec, channels, language: spoken, default: isDefault },
    })),
    subtitles: of.streams.subtitles.map(({ index, codec, language: written, isForced, path }) => ({
      ...{ index, codec, language: written, forced: isForced, path },
    })),
    chapters: of.chapters.map(({ startMs, title }) => ({ start_ms: startMs, title })),
    marked_segments: of.markedSegments.map(({ kind, startMs, endMs }) => ({ kind, start_ms: startMs, end_ms: endMs })),
    provider_ids: of.providerIds,
    probed: item.facts && factsJSON(item.facts),
    added: of.addedMs === null ? null : isoTime(of.addedMs),
    artwork: { poster: pictureOf('poster'), thumb: pictureOf('thumb'), backdrop: pictureOf('backdrop') },
  };
}

/** What was found in a file, rates and aspects as exact fractions. */
function factsJSON(facts: MediaFacts): z.infer<typeof probed> {
  const aspect = ({ num, den }: MediaFacts['sampleAspect']) => `${num}:${den}`;
  return {
    duration_ms: rounded(facts.durationMs),
    codec: facts.videoCodec,
    width: facts.width,
    height: facts.height,
    frame_rate: nameOfRate(facts.frameRate),
    variable_frame_rate: facts.variableFrameRate,
    sample_aspect: aspect(facts.sampleAspect),
    display_aspect: aspect(facts.displayAspect),
    field_order: facts.fieldOrder,
    hdr: facts.hdr,
  };
}

function fileJSON({ path, durationMs: ms }: { readonly path: string; readonly durationMs: number | null }) {
  return { path, duration_ms: rounded(ms) };
}

/** To the thousandth of a millisecond: what is behind it comes from fractions of frame rates. */
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000;
}
