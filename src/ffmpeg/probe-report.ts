import { z } from 'zod';
import { DEFAULT_FRAME_RATE, FRAME_RATES } from '../schedule/frame-rate.ts';
import { parseRational, type Rational, reduced, valueOf } from '../shared/rational.ts';
import { fieldOrder, type MediaFacts, type SoundTrack } from './media-facts.ts';

const seconds = z.coerce.number().optional().catch(undefined);

const reportStream = z.object({
  index: z.number().int(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  width: z.number().int().default(0),
  height: z.number().int().default(0),
  sample_aspect_ratio: z.string().optional(),
  field_order: fieldOrder.catch(null),
  color_space: z.string().optional(),
  color_transfer: z.string().optional(),
  avg_frame_rate: z.string().optional(),
  r_frame_rate: z.string().optional(),
  nb_frames: seconds,
  channels: z.number().int().default(0),
  start_time: seconds,
  duration: seconds,
  disposition: z.record(z.string(), z.number()).default({}),
  tags: z.record(z.string(), z.string()).default({}),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).default([]),
});

/** What `ffprobe -show_format -show_streams -of json` says, as far as we listen. */
export const probeReport = z.object({
  streams: z.array(reportStream).default([]),
  format: z.object({
    format_name: z.string(),
    start_time: seconds,
    duration: seconds,
    tags: z.record(z.string(), z.string()).default({}),
  }),
});
export type ProbeReport = z.infer<typeof probeReport>;
export type ReportStream = z.infer<typeof reportStream>;

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
/** A rate this close to one of the table is that one. */
const SAME_RATE = 2e-4;
/** An average this close to the rate of the time stamps is that rate, with a picture more or less. */
const SAME_PACE = 0.01;
/** Above this ffprobe has found no rate, and tells the steps of the container's clock. */
const FASTEST_GUESS = 240;

/** The stream that is shown: the first one that is not cover art, as ffmpeg's `0:V:0`. */
export function pictureStream(report: ProbeReport): ReportStream | undefined {
  return report.streams.find(({ codec_type, disposition }) => codec_type === 'video' && disposition.attached_pic !== 1);
}

/** Why this is nothing to air, in words, or undefined for a film. */
export function whyNotAFilm(report: ProbeReport): string | undefined {
  if (/(^|,)(image2|tty)(,|$)|_pipe$/.test(report.format.format_name)) return 'it is a picture or a text, not a film';
  const picture = pictureStream(report);
  if (picture === undefined) {
    const hasSound = report.streams.some((stream) => stream.codec_type === 'audio');
    return hasSound ? 'it has sound but no moving picture' : 'it has no moving picture';
  }
  if (picture.width === 0 || picture.height === 0) return 'the size of its picture cannot be read';
  return undefined;
}

/**
 * Where the file's own headers say that a stream ends, in seconds of its time stamps; undefined where they say nothing
 * that is exact to the frame. MP4: the track's length, unless an edit list cuts it. Matroska: the DURATION tag.
 */
export function declaredEnd(stream: ReportStream, { format }: ProbeReport): number | undefined {
  const start = stream.start_time ?? 0;
  if (format.format_name.includes('mp4')) {
    if (stream.duration === undefined || stream.nb_frames === undefined) return undefined;
    const isWhole = Math.abs(stream.duration * valueOf(averageRate(stream)) - stream.nb_frames) < 0.1;
    return stream.codec_type === 'audio' || isWhole ? start + stream.duration : undefined;
  }
  if (!format.format_name.includes('matroska')) return undefined;
  const tag = taggedSeconds(stream);
  if (tag === undefined) return undefined;
  // mkvmerge's statistics count from the track's first picture, ffmpeg's tag from the file's zero.
  const end = '_STATISTICS_WRITING_APP' in stream.tags && !format.tags.ENCODER?.startsWith('Lavf') ? start + tag : tag;
  // A tag that survived from an earlier, longer file is no evidence.
  const stop = (format.start_time ?? 0) + (format.duration ?? Infinity);
  return end > start && end < stop + 1 ? end : undefined;
}

/** The facts, given where each stream ends as far as it is known. `whyNotAFilm` was asked before. */
export function mediaFactsOf(report: ProbeReport, picture: ReportStream, ends: StreamEnds): MediaFacts {
  const { format } = report;
  const itemStart = itemStartOf(report, picture);
  const paced = paceOf(picture);
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

/**
 * ffprobe tells two rates: the average one, and the lowest of which all time stamps are multiples. Where they agree, or the
 * second one counts fields, the rate is constant, and exact even where the container's clock is too coarse for it.
 */
function paceOf(stream: ReportStream): Pick<MediaFacts, 'frameRate' | 'variableFrameRate'> {
  const average = averageRate(stream);
  const base = parseRational(stream.r_frame_rate);
  if (base === undefined) return { frameRate: average, variableFrameRate: false };
  const constant = [base, reduced(base.num, 2 * base.den)].find((rate) => isNear(average, rate, SAME_PACE));
  if (isStandard(average)) {
    return { frameRate: average, variableFrameRate: constant === undefined && valueOf(base) <= FASTEST_GUESS };
  }
  return { frameRate: constant ?? average, variableFrameRate: constant === undefined };
}

/** Pictures per second on average, as ffprobe says it; one that is a rate of the table but for a clock's steps is that. */
function averageRate(stream: ReportStream): Rational {
  const measured = parseRational(stream.avg_frame_rate) ?? parseRational(stream.r_frame_rate) ?? DEFAULT_FRAME_RATE;
  return FRAME_RATES.find((rate) => isNear(measured, rate, SAME_RATE)) ?? measured;
}

function isNear(a: Rational, b: Rational, tolerance: number): boolean {
  return Math.abs(valueOf(a) / valueOf(b) - 1) < tolerance;
}

function isStandard({ num, den }: Rational): boolean {
  return FRAME_RATES.some((rate) => rate.num === num && rate.den === den);
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

/** "00:00:04.317000000" as seconds. mkvmerge adds the language of the tag to its name. */
function taggedSeconds({ tags }: ReportStream): number | undefined {
  const text = tags.DURATION ?? Object.entries(tags).find(([name]) => /^DURATION-\w+$/.test(name))?.[1];
  const [, hours, minutes, rest] = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text ?? '') ?? [];
  return rest === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}
