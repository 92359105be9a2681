import { parseRational, type Rational, valueOf } from '../../shared/rational.ts';
import { nearestSampleAspect } from '../sample-aspect.ts';
import type { AudioStream, DynamicRange, Streams, SubtitleStream, VideoStream } from '../streams.ts';
import type { FileRow, StreamRow } from './rows.ts';

/** The streams of one file, from its rows; what Plex measured of the picture is partly the file's own. */
export function toStreams(file: FileRow, rows: readonly StreamRow[]): Streams {
  const ofKind = (wanted: StreamRow['kind']) => rows.filter(({ kind }) => kind === wanted);
  return {
    video: ofKind('video').map((row) => toVideo(file, row))[0] ?? null,
    audio: ofKind('audio').map(toAudio),
    subtitles: ofKind('subtitle').map(toSubtitle),
  };
}

function toVideo(file: FileRow, row: StreamRow): VideoStream {
  const extra = (name: string) => row.extra[`ma:${name}`];
  return {
    ...common(row),
    index: row.index ?? 0,
    profile: extra('profile') ?? null,
    width: numberOf(extra('width')) ?? file.width,
    height: numberOf(extra('height')) ?? file.height,
    framesPerSecond: numberOf(extra('frameRate')) ?? file.framesPerSecond,
    bitDepth: numberOf(extra('bitDepth')),
    isInterlaced: file.isInterlaced || extra('scanType') === 'interlaced',
    dynamicRange: rangeOf(extra('DOVIPresent'), extra('colorTrc') ?? file.transfer),
    sampleAspect:
      aspectOf(extra('pixelAspectRatio')) ?? (file.sampleAspect ? nearestSampleAspect(file.sampleAspect) : null),
  };
}

function toAudio(row: StreamRow): AudioStream {
  return { ...common(row), index: row.index ?? 0, channels: row.channels };
}

/** One in a file of its own has that file's address. */
function toSubtitle(row: StreamRow): SubtitleStream {
  const isBeside = row.url !== null && row.url !== '';
  return {
    ...common(row),
    index: isBeside ? null : row.index,
    isForced: row.isForced,
    path: isBeside ? fileOf(row.url ?? '') : null,
  };
}

function common({ codec, language, extra, isDefault }: StreamRow) {
  return { codec, language: language || null, title: extra['ma:title'] ?? null, isDefault };
}

function fileOf(url: string): string {
  return url.startsWith('file://') ? decodeURIComponent(url.slice('file://'.length)) : url;
}

function numberOf(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && text !== '' && Number.isFinite(value) ? value : null;
}

function aspectOf(text: string | undefined): Rational | null {
  const aspect = parseRational(text);
  return aspect === undefined ? null : nearestSampleAspect(valueOf(aspect));
}

function rangeOf(dolbyVision: string | undefined, transfer: string | null): DynamicRange {
  if (dolbyVision === '1') return 'dolby-vision';
  if (transfer === 'smpte2084') return 'hdr10';
  return transfer === 'arib-std-b67' ? 'hlg' : 'sdr';
}
