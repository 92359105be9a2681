import type { Knex } from 'knex';
import { z } from 'zod';
import { jsonText } from '../../shared/json-text.ts';
import { QUALITY_LEVELS } from '../../ffmpeg/quality.ts';
import { type Programming, storedProgramming } from '../../schedule/programming/programming.ts';
import type { Channel, Logo, Origin } from './channel.ts';
import { nameKey } from './channel-name.ts';
import { compareNumbers } from './channel-number.ts';

const quality = z.enum(QUALITY_LEVELS);
const content = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('show'), show: z.string() }),
  z.object({ kind: z.literal('films') }),
]);

/** Programming by its text, of late: it takes longest to read, and is read with every list of channels. */
const known = new Map<string, Programming>();
const MOST_KNOWN = 2000;

function programmingIn(text: string): Programming {
  const parsed = known.get(text) ?? jsonText.pipe(storedProgramming).parse(text);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, parsed);
  return parsed;
}

/** As a text, which is read here already: channels are written one after another, and all are read at once. */
function textOf(programming: Programming): string {
  const text = JSON.stringify(programming);
  programmingIn(text);
  return text;
}

const channelRow = z
  .object({
    ...{ id: z.string(), number: z.string(), name: z.string(), group: z.string(), description: z.string() },
    ...{ source: z.string().nullable(), content: jsonText.pipe(content).nullable() },
    ...{ enabled: z.coerce.boolean(), listed: z.coerce.boolean(), version: z.number() },
    ...{ rate_num: z.number(), rate_den: z.number(), segment_seconds: z.number() },
    ...{ qualities: jsonText.pipe(z.array(quality)), tuner_quality: quality },
    ...{ programming: z.string().transform(programmingIn), time_zone: z.string().nullable() },
    ...{ has_logo: z.coerce.boolean(), logo_url: z.string().nullable() },
  })
  .transform((row): Channel => ({
    // One by one: all channels are read at a time, and spreading takes longer than all the rest.
    id: row.id,
    number: row.number,
    name: row.name,
    group: row.group,
    description: row.description,
    logo: logoOf(row.has_logo, row.logo_url),
    origin: originOf(row.source, row.content),
    enabled: row.enabled,
    listed: row.listed,
    frameRate: { num: row.rate_num, den: row.rate_den },
    segmentSeconds: row.segment_seconds,
    qualities: row.qualities,
    tunerQuality: row.tuner_quality,
    programming: row.programming,
    timeZone: row.time_zone,
    version: row.version,
  }));

/** Channels by number, all or some of them. */
export async function readChannels(
  knex: Knex,
  where: Readonly<Record<string, string | boolean>> = {},
): Promise<Channel[]> {
  const rows: unknown = await knex('channels')
    .leftJoin('channel_logos as l', 'l.channel_id', 'channels.id')
    .where(where)
    .select('channels.*', { logo_url: 'l.url', has_logo: knex.raw('l.png is not null') });
  return z
    .array(channelRow)
    .parse(rows)
    .sort((a, b) => compareNumbers(a.number, b.number));
}

/** What is kept of a channel itself; its picture is elsewhere. */
export function channelColumns(channel: Channel): Record<string, string | number | boolean | null> {
  const { origin } = channel;
  const isFound = origin.kind === 'found';
  return {
    ...{ id: channel.id, number: channel.number, name: channel.name, name_key: nameKey(channel.name) },
    ...{ group: channel.group, description: channel.description, enabled: channel.enabled, listed: channel.listed },
    source: isFound ? origin.source : null,
    content: isFound ? JSON.stringify(origin.content) : null,
    rate_num: channel.frameRate.num,
    rate_den: channel.frameRate.den,
    segment_seconds: channel.segmentSeconds,
    qualities: JSON.stringify(channel.qualities),
    tuner_quality: channel.tunerQuality,
    programming: textOf(channel.programming),
    time_zone: channel.timeZone,
    version: channel.version,
  };
}

function logoOf(hasLogo: boolean, url: string | null): Logo {
  if (!hasLogo) return { kind: 'generated' };
  return url === null ? { kind: 'upload' } : { kind: 'url', url };
}

function originOf(source: string | null, of: z.infer<typeof content> | null): Origin {
  return source === null || of === null ? { kind: 'made' } : { kind: 'found', source, content: of };
}
