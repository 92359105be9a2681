import { nameOfRate } from '../catalog/channels/channel-input.ts';
import type { DescribedItem, ShowSummary } from '../catalog/library/library-reader.ts';
import type { SourceSummary } from '../catalog/library/source-summary.ts';
import { suggestedPathMap } from '../catalog/library/source-state.ts';
import type { MediaFacts } from '../ffmpeg/media-facts.ts';
import { ARTWORK_KINDS } from './routes/artwork.ts';
import { isoTime } from './now-next.ts';
import type { LibraryProgress } from './services/library.ts';

/** An item in the API's words. */
export function itemJSON(item: DescribedItem): object {
  const { description: of } = item;
  const picture = (kind: (typeof ARTWORK_KINDS)[number]) =>
    of.artwork[kind] === null ? null : `/artwork/${item.id}/${kind}`;
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
    genres: of.genres,
    studios: of.studios,
    tags: of.tags,
    people: of.people,
    libraries: of.libraries,
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
    audio: of.streams.audio.map(({ index, codec, channels, language, isDefault }) => ({
      ...{ index, codec, channels, language, default: isDefault },
    })),
    subtitles: of.streams.subtitles.map(({ index, codec, language, isForced, path }) => ({
      ...{ index, codec, language, forced: isForced, path },
    })),
    chapters: of.chapters.map(({ startMs, title }) => ({ start_ms: startMs, title })),
    marked_segments: of.markedSegments.map(({ kind, startMs, endMs }) => ({ kind, start_ms: startMs, end_ms: endMs })),
    provider_ids: of.providerIds,
    probed: item.facts && factsJSON(item.facts),
    added: of.addedMs === null ? null : isoTime(of.addedMs),
    artwork: Object.fromEntries(ARTWORK_KINDS.map((kind) => [kind, picture(kind)])),
  };
}

export function showJSON({ source, show, seasons, episodes, missing, year }: ShowSummary): object {
  return { source, show, seasons, episodes, missing, year };
}

/** What was found in a source, in the API's words. */
export function sourceJSON({ id, state, libraries, collections, missing, unplayable }: SourceSummary): object {
  const report = state?.report ?? null;
  const syncedMs = state?.syncedMs ?? null;
  return {
    id,
    schema: state?.schema ?? null,
    synced_at: syncedMs === null ? null : isoTime(syncedMs),
    problem: state?.problem ?? null,
    libraries,
    collections,
    files: report?.files ?? null,
    missing_files: missing,
    suggested_path_map: report && suggestedPathMap(report),
    unplayable_files: unplayable,
    waiting_for_confirmation: report?.shrinking ?? [],
    skipped_rows: report?.skippedRows ?? {},
  };
}

export function progressJSON({ isRunning, source, items, expected }: LibraryProgress): object {
  return { running: isRunning, source, items, expected };
}

/** What was found in a file, rates and aspects as exact fractions. */
function factsJSON(facts: MediaFacts): object {
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

function fileJSON({ path, durationMs }: { readonly path: string; readonly durationMs: number | null }): object {
  return { path, duration_ms: rounded(durationMs) };
}

/** To the thousandth of a millisecond: what is behind it comes from fractions of frame rates. */
function rounded(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms * 1000) / 1000;
}
