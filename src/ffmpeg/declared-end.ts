import { valueOf } from '../shared/rational.ts';
import type { ProbeReport, ReportStream } from './probe-report.ts';
import { averageRate } from './probed-rate.ts';

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

/** "00:00:04.317000000" as seconds. mkvmerge adds the language of the tag to its name. */
function taggedSeconds({ tags }: ReportStream): number | undefined {
  const text = tags.DURATION ?? Object.entries(tags).find(([name]) => /^DURATION-\w+$/.test(name))?.[1];
  const [, hours, minutes, rest] = /^(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text ?? '') ?? [];
  return rest === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}
