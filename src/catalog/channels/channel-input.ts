import { z } from 'zod';
import { QUALITY_LEVELS } from '../../ffmpeg/quality.ts';
import { FRAME_RATES, type FrameRate } from '../../schedule/frame-rate.ts';
import { programming } from '../../schedule/programming/programming.ts';
import { isTimeZone } from '../../shared/time-zone.ts';
import { MOST_NAME } from './channel-name.ts';
import { CHANNEL_NUMBER } from './channel-number.ts';

const NUMBERS = 'use a number such as "5" or "5.1", up to 99999';
const numberText = z
  .string()
  .regex(CHANNEL_NUMBER, NUMBERS)
  .describe('Such as "5" or "5.1"; no two channels have the same');
const quality = z.enum(QUALITY_LEVELS);
const rateNames = FRAME_RATES.map(nameOfRate);

const fields = {
  // A file written by hand may have it as a number.
  number: z.union([numberText, z.number().transform(String).pipe(numberText)], { error: NUMBERS }),
  name: z
    .string()
    .trim()
    .min(1)
    .max(MOST_NAME)
    .refine((name) => !/\p{Cc}/u.test(name), 'use a name without control characters')
    .describe('No two channels have the same, however it is written'),
  group: z.string().trim().max(100).describe('Under which players list it; empty for none'),
  description: z.string().trim().max(2000),
  time_zone: z
    .string()
    .refine(isTimeZone, 'use a name of the IANA data base, such as Europe/Berlin')
    .nullable()
    .describe('Name of the IANA data base; null for the one of the settings'),
  qualities: z.array(quality).min(1).describe('What viewers may choose from'),
  tuner_quality: quality.describe(
    'What tuners get when they ask for none; one of the qualities. Media servers remember it: see change_format',
  ),
  enabled: z.boolean().describe('A disabled channel is neither listed nor tunable'),
};

/** What is said of a channel when it is made. */
export const channelInput = z.strictObject({
  ...z.strictObject(fields).partial().shape,
  name: fields.name,
  frame_rate: z
    .enum(rateNames)
    .optional()
    .describe('Frames per second, for good; without it the commonest rate of what it shows'),
  segment_seconds: z.number().int().min(1).max(6).optional().describe('For good'),
  programming,
});
export type ChannelInput = z.infer<typeof channelInput>;

/** What may be changed of a channel later, besides its programming and its picture. */
export const channelPatch = z.strictObject(fields).partial();
export type ChannelPatch = z.infer<typeof channelPatch>;

/** What a copy is called and where it is found; both are made up where nothing is said. */
export const channelCopy = z.strictObject({ name: fields.name, number: fields.number }).partial();
export type ChannelCopy = z.infer<typeof channelCopy>;

/** New numbers, or a new order in which the channels take over each other's numbers. */
export const channelOrder = z
  .strictObject({
    order: z.array(z.string()).min(1).max(10_000).optional().describe('Ids of all channels'),
    numbers: z
      .record(z.string(), fields.number)
      .optional()
      .describe('New numbers by the ids of channels; others keep theirs'),
  })
  .refine(({ order, numbers }) => (order === undefined) !== (numbers === undefined), 'give either order or numbers');
export type ChannelOrder = z.infer<typeof channelOrder>;

const picture = z.strictObject({
  png: z.base64().max(4_000_000).optional().describe('A picture in base64'),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Where it is from; read where there is no picture here'),
});
const origin = z.strictObject({
  source: z.string().min(1),
  content: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('show'), show: z.string() }),
    z.strictObject({ kind: z.literal('films') }),
  ]),
});

/** A channel as it is exported and imported. */
export const channelDocument = channelInput.extend({
  id: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,100}$/, 'use letters, digits and -, at most 100')
    .optional()
    .describe('Without it, it follows from the name'),
  found_for: origin.optional().describe('For what in the libraries it was found; absent where a person made it'),
  logo: picture.optional(),
});
export type ChannelDocument = z.infer<typeof channelDocument>;

/** All channels as one document. */
export const lineUpDocument = z.strictObject({
  sidecast_channels: z.literal(1).describe('The version of this format'),
  channels: z.array(channelDocument).max(10_000),
});
export type LineUpDocument = z.infer<typeof lineUpDocument>;

/** "25", or "24000/1001". */
export function nameOfRate({ num, den }: FrameRate): string {
  return den === 1 ? String(num) : `${num}/${den}`;
}

/** The rate of a name that the schema let through. */
export function rateNamed(name: string | undefined): FrameRate | undefined {
  return FRAME_RATES.find((rate) => nameOfRate(rate) === name);
}
