import { z } from 'zod';
import { channelInput } from '../../catalog/channels/channel-input.ts';
import { QUALITY_LEVELS } from '../../ffmpeg/quality.ts';
import type { StreamSessionJson } from '../../stream/session/session.ts';
import { STREAM_STATES } from '../../stream/session/state.ts';
import { channel } from '../channel-json.ts';
import { moment, previewed, programme } from '../guide-json.ts';
import { describedItem } from '../item-json.ts';
import { showSummary, sourceSummary, syncProgress } from '../library-json.ts';

/** What the API answers with, as its description says it; tests hold real answers against it. */
const warnings = z
  .array(z.strictObject({ path: z.string().describe('In the channel'), message: z.string() }))
  .describe('What is allowed but may not be meant: names that the libraries do not have now, nothing to show');

export const warnedChannel = channel.extend({ warnings });

export const nowNext = z.strictObject({
  channel_id: z.string(),
  time: moment,
  now: programme.extend({ offset_ms: z.int() }).nullable(),
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

export const preview = z.strictObject({
  frame_rate: z.string(),
  programmes: z
    .array(previewed.extend({ kind: z.enum(['programme', 'off-air']) }))
    .describe('As guides would tell of them: each up to the next one, with what interrupts it'),
  airings: z.array(previewed).optional(),
  warnings,
});

export const suggestions = z.strictObject({
  suggestions: z.array(channelInput),
  created: z.array(channel),
});

const nextCursor = z.string().nullable().describe('Asks as cursor for the next page; null on the last one');

export const library = z.strictObject({ sync: syncProgress, sources: z.array(sourceSummary) });
export const items = z.strictObject({
  total: z.int().describe('On all pages'),
  items: z.array(describedItem),
  next_cursor: nextCursor,
});
export const shows = z.strictObject({ shows: z.array(showSummary), next_cursor: nextCursor });
/** In OpenAPI 3.1 a stream of events is a text. */
export const syncEvents = z.string().describe('Events named progress, their data as the POST answers');

export const stream = z.strictObject({
  id: z.string(),
  channel_id: z.string(),
  started_at: moment,
  client_count: z.int().describe('Viewers'),
  ffmpeg_pid: z.int().describe('Its newest process of ffmpeg; 0 when none is needed'),
  state: z.enum(STREAM_STATES),
  qualities: z.array(
    z.strictObject({
      level: z.enum(QUALITY_LEVELS),
      bitrate: z.number().describe('Of the picture, kbit/s'),
      resolution: z.string().describe('1280x720'),
      segment_path: z.string(),
      playlist_path: z.string(),
    }),
  ),
  last_access_time: moment,
  error_count: z.int(),
  last_error: z.string().describe('Empty for none'),
  segment_path: z.string().describe('The folder of its segments'),
  output_dir: z.string(),
  join_count: z.int().describe('From one programme to the next'),
  slate_count: z.int().describe('Segments that were a card in place of what could not be had'),
  late_count: z.int().describe('Segments that were not ready in time'),
}) satisfies z.ZodType<StreamSessionJson>;

export const error = z.strictObject({
  error: z.string().describe('A stable code'),
  message: z.string().describe('What is wrong, and what to do'),
  fields: z
    .array(z.strictObject({ path: z.string(), message: z.string() }))
    .optional()
    .describe('What is wrong with what was sent, field by field'),
});
export const streamThere = error.extend({ stream: stream.describe('The one that there is') });

export const jsonSchema = z
  .looseObject({ $schema: z.literal('https://json-schema.org/draft/2020-12/schema') })
  .describe('A JSON schema, draft 2020-12');
export const openAPI = z
  .strictObject({
    openapi: z.string(),
    ...{ info: z.looseObject({}), servers: z.array(z.looseObject({})), tags: z.array(z.looseObject({})) },
    ...{ paths: z.looseObject({}), security: z.array(z.looseObject({})), components: z.looseObject({}) },
  })
  .describe('A document of OpenAPI 3.1');
