import { z } from 'zod';
import { rational } from '../shared/rational.ts';

const soundTrack = z.object({
  /** Number among the file's sound tracks, as ffmpeg's `0:a:N` counts. */
  index: z.number().int(),
  /** ISO 639 code as the file has it, or null. */
  language: z.string().nullable(),
  isDefault: z.boolean(),
  channels: z.number().int(),
  /** Where the track's last sample lies, in ms from the item's start; null where the file does not say. */
  endMs: z.number().nullable(),
});

/** In what order fields are coded and shown, in ffprobe's words: `tb` is top coded first, bottom shown first. */
export const fieldOrder = z.enum(['progressive', 'tt', 'bb', 'tb', 'bt']).nullable();

/** What a probe found in a file. Times are milliseconds from the start of the file's first stream. */
export const mediaFacts = z.object({
  /** The end of the last picture, not rounded. */
  durationMs: z.number(),
  /** Pictures per second: the constant rate, or the average of a variable one. */
  frameRate: rational,
  /** Its pictures do not follow each other evenly. */
  variableFrameRate: z.boolean(),
  /** Size as stored. */
  width: z.number().int(),
  height: z.number().int(),
  /** Width to height of a stored sample: 1:1 where the file does not say. */
  sampleAspect: rational,
  /** Width to height as shown: sample aspect and rotation counted in. */
  displayAspect: rational,
  videoCodec: z.string(),
  /** Null where the file does not say. */
  fieldOrder,
  /** How luma and chroma were made; where a file does not say, by its size. */
  colourMatrix: z.enum(['bt709', 'bt601', 'bt2020']),
  /** PQ or HLG: needs tone mapping for a standard picture. */
  hdr: z.boolean(),
  /** The container has an index, so a seek lands before the wanted picture. */
  seekable: z.boolean(),
  soundTracks: z.array(soundTrack),
});
export type MediaFacts = z.infer<typeof mediaFacts>;
export type SoundTrack = z.infer<typeof soundTrack>;

/** Whether pictures are pairs of fields, each of another moment. */
export function isInterlaced(facts: Pick<MediaFacts, 'fieldOrder'>): boolean {
  return facts.fieldOrder !== null && facts.fieldOrder !== 'progressive';
}
