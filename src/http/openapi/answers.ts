import { z } from 'zod';
import { channelInput } from '../../catalog/channels/channel-input.ts';
import { QUALITY_LEVELS } from '../../ffmpeg/quality.ts';
import { programming } from '../../schedule/programming/programming.ts';

/** What the API answers with, as its description says it; tests hold real answers against it. */
export const anyObject = z.looseObject({});

const moment = z.iso.datetime().describe('UTC');

export const item = z.strictObject({
  id: z.string(),
  kind: z.enum(['film', 'episode']),
  title: z.string(),
  show: z.string().nullable(),
  season: z.number().int().nullable(),
  episode: z.number().int().nullable(),
});

export const programme = z.strictObject({ start: moment, end: moment, item });

export const channel = z.strictObject({
  id: z.string(),
  number: z.string(),
  name: z.string(),
  group: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  listed: z.boolean().describe('Viewers may have it: it is enabled, and its library has something of it'),
  found_for: z
    .strictObject({ source: z.string(), content: anyObject })
    .nullable()
    .describe('For what in the libraries it was found; null for one that a person has made or changed'),
  time_zone: z.string().nullable(),
  frame_rate: z.string(),
  segment_seconds: z.number(),
  qualities: z.array(z.enum(QUALITY_LEVELS)),
  tuner_quality: z.enum(QUALITY_LEVELS),
  logo: z.strictObject({ kind: z.enum(['generated', 'upload', 'url']), from: z.string().nullable() }),
  guide_id: z.string().describe('In the M3U and XMLTV'),
  logo_url: z.string(),
  stream_url: z.string(),
  hls_url: z.string(),
  programming,
});

const warnings = z
  .array(z.strictObject({ path: z.string().describe('In the channel'), message: z.string() }))
  .describe('What is allowed but may not be meant: names that the libraries do not have now, nothing to show');

export const warnedChannel = channel.extend({ warnings });

export const nowNext = z.strictObject({
  channel_id: z.string(),
  time: moment,
  now: programme.extend({ offset_ms: z.number().int() }).nullable(),
  next: programme.nullable(),
});

export const channelGuide = z.strictObject({
  channel_id: z.string(),
  from: moment,
  to: moment,
  programmes: z.array(programme),
});

export const grid = z.strictObject({
  from: moment,
  to: moment,
  channels: z.array(
    z.strictObject({ channel_id: z.string(), number: z.string(), name: z.string(), programmes: z.array(programme) }),
  ),
});

const shown = { start: moment, end: moment, item: item.nullable() };

export const preview = z.strictObject({
  frame_rate: z.string(),
  programmes: z
    .array(z.strictObject({ kind: z.enum(['programme', 'off-air']), ...shown }))
    .describe('As guides would tell of them: each up to the next one, with what interrupts it'),
  airings: z.array(z.strictObject({ kind: z.enum(['programme', 'filler', 'card', 'off-air']), ...shown })).optional(),
  warnings,
});

export const suggestions = z.strictObject({
  suggestions: z.array(channelInput),
  created: z.array(channel),
});

export const error = z.strictObject({
  error: z.string().describe('A stable code'),
  message: z.string().describe('What is wrong, and what to do'),
  fields: z
    .array(z.strictObject({ path: z.string(), message: z.string() }))
    .optional()
    .describe('What is wrong with what was sent, field by field'),
});
