import { parseRational, type Rational, reduced } from '../shared/rational.ts';
import type { MediaFacts, SoundTrack } from './media-facts.ts';
import type { ProbeReport, ReportStream } from './probe-report.ts';
import { frameRateOf, isStandard } from './probed-rate.ts';

/** Where streams end, in seconds of the file's own time stamps, by stream index. */
export type StreamEnds = ReadonlyMap<number, number>;

/** Containers without an index: a seek lands anywhere near. */
const WITHOUT_INDEX = new Set(['mpegts', 'mpeg', 'mpegvideo', 'm4v', 'h264', 'hevc', 'vc1', 'obu', 'av1']);
/** Containers in which only the streams that are used count for where the file starts; in others, all do. */
const STARTS_WITH_USED = new Set(['mpegts', 'mpeg', 'ogg', 'nut']);
const HDR_TRANSFERS = new Set(['smpte2084', 'arib-std-b67']);
const COLOUR_MATRICES: Readonly<Record<string, MediaFacts['colourMatrix']>> = {
  bt709: 'bt709',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  fcc: 'bt601',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};
/** The facts, given where each stream ends as far as it is known. `whyNotAFilm` was asked before. */
export function mediaFactsOf(report: ProbeReport, picture: ReportStream, ends: StreamEnds): MediaFacts {
  const { format } = report;
  const itemStart = itemStartOf(report, picture);
  const paced = frameRateOf(picture);
  const end = ends.get(picture.index) ?? itemStart + (format.duration ?? 0);
  return {
    durationMs: wholeFrames((end - itemStart) * 1000, paced.frameRate),
    ...paced,
    width: picture.width,
    height: picture.height,
    sampleAspect: sampleAspectOf(picture),
    displayAspect: displayAspectOf(picture),
    videoCodec: picture.codec_name ?? 'unknown',
    fieldOrder: picture.field_order,
    colourMatrix: colourMatrixOf(picture),
    hdr: HDR_TRANSFERS.has(picture.color_transfer ?? ''),
    seekable: !format.format_name.split(',').some((name) => WITHOUT_INDEX.has(name)),
    soundTracks: soundTracksOf(report, ends, itemStart),
  };
}

/** The file's time that ffmpeg's `-start_at_zero` makes zero, in seconds. */
function itemStartOf({ format, streams }: ProbeReport, picture: ReportStream): number {
  if (!format.format_name.split(',').some((name) => STARTS_WITH_USED.has(name))) return format.start_time ?? 0;
  const used = [picture, ...streams.filter((stream) => stream.codec_type === 'audio' && stream.channels > 0)];
  const starts = used.flatMap(({ start_time }) => start_time ?? []);
  return starts.length > 0 ? Math.min(...starts) : (format.start_time ?? 0);
}

/** Times in Matroska are whole milliseconds: without this, a film could seem a picture longer than it is. */
function wholeFrames(durationMs: number, frameRate: Rational): number {
  const { num, den } = frameRate;
  return isStandard(frameRate) ? (Math.round((durationMs * num) / (den * 1000)) * den * 1000) / num : durationMs;
}

function sampleAspectOf({ sample_aspect_ratio }: ReportStream): Rational {
  return parseRational(sample_aspect_ratio) ?? { num: 1, den: 1 };
}

function displayAspectOf(stream: ReportStream): Rational {
  const sample = sampleAspectOf(stream);
  const { num, den } = reduced(stream.width * sample.num, stream.height * sample.den);
  const rotation = stream.side_data_list.find((data) => data.rotation !== undefined)?.rotation;
  const degrees = rotation ?? Number(stream.tags.rotate ?? 0);
  return Math.abs(degrees % 180) === 90 ? { num: den, den: num } : { num, den };
}

function colourMatrixOf(stream: ReportStream): MediaFacts['colourMatrix'] {
  const isStandardDefinition = stream.width <= 1024 && stream.height <= 576;
  return COLOUR_MATRICES[stream.color_space ?? ''] ?? (isStandardDefinition ? 'bt601' : 'bt709');
}

function soundTracksOf(report: ProbeReport, ends: StreamEnds, itemStart: number): SoundTrack[] {
  return report.streams
    .filter((stream) => stream.codec_type === 'audio')
    .map((stream, index) => {
      const end = ends.get(stream.index);
      const language = stream.tags.language ?? stream.tags.LANGUAGE ?? 'und';
      return {
        index,
        language: language === 'und' ? null : language,
        isDefault: stream.disposition.default === 1,
        channels: stream.channels,
        endMs: end === undefined ? null : (end - itemStart) * 1000,
      };
    })
    .filter((track) => track.channels > 0);
}
