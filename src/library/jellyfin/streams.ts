import { sampleAspectOf } from '../sample-aspect.ts';
import type { AudioStream, DynamicRange, Streams, SubtitleStream, VideoStream } from '../streams.ts';
import type { StreamRow } from './rows.ts';

/** The streams of one item, from its rows in the order of their index. */
export function toStreams(rows: readonly StreamRow[]): Streams {
  const inside = rows.filter(({ isExternal }) => !isExternal).map((row) => ({ ...row, index: indexInFile(row, rows) }));
  return {
    video: inside.filter(({ kind }) => kind === 'Video').map(toVideo)[0] ?? null,
    audio: inside.filter(({ kind }) => kind === 'Audio').map(toAudio),
    subtitles: rows.filter(({ kind }) => kind === 'Subtitle').map((row) => toSubtitle(row, rows)),
  };
}

/** Jellyfin counts files beside the film, too, and may count them first. */
function indexInFile({ index }: StreamRow, rows: readonly StreamRow[]): number {
  return index - rows.filter((row) => row.isExternal && row.index < index).length;
}

function toVideo(row: StreamRow): VideoStream {
  const { profile, width, height, bitDepth, isInterlaced, aspect } = row;
  return {
    ...common(row),
    index: row.index,
    ...{ profile, width, height, bitDepth, isInterlaced },
    framesPerSecond: row.averageFrameRate ?? row.realFrameRate,
    dynamicRange: rangeOf(row),
    sampleAspect: sampleAspectOf(width, height, aspect),
  };
}

function toAudio(row: StreamRow): AudioStream {
  return { ...common(row), index: row.index, channels: row.channels };
}

function toSubtitle(row: StreamRow, rows: readonly StreamRow[]): SubtitleStream {
  const { isExternal, isForced, path } = row;
  return {
    ...common(row),
    index: isExternal ? null : indexInFile(row, rows),
    isForced,
    path: isExternal ? path : null,
  };
}

function common({ codec, language, title, isDefault }: StreamRow) {
  return { codec, language, title, isDefault };
}

/** Jellyfin works it out when asked, and so do we: there is no such column. */
function rangeOf({ transfer, dolbyVisionProfile }: StreamRow): DynamicRange {
  if (dolbyVisionProfile !== null) return 'dolby-vision';
  if (transfer === 'smpte2084') return 'hdr10';
  return transfer === 'arib-std-b67' ? 'hlg' : 'sdr';
}
