import { z } from 'zod';
import { fieldOrder } from './media-facts.ts';

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
