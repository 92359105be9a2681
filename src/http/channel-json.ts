import { z } from 'zod';
import type { Channel } from '../catalog/channels/channel.ts';
import { nameOfRate } from '../catalog/channels/channel-input.ts';
import { QUALITY_LEVELS } from '../ffmpeg/quality.ts';
import { programming } from '../schedule/programming/programming.ts';
import { type AddressBase, guideId, logoAddress, masterAddress, tunerAddress } from '../tuner/channel-address.ts';

/** A channel as the API tells it. */
export const channel = z.strictObject({
  id: z.string(),
  number: z.string(),
  name: z.string(),
  group: z.string(),
  description: z.string(),
  enabled: z.boolean(),
  listed: z.boolean().describe('Viewers may have it: it is enabled, and its library has something of it'),
  found_for: z
    .strictObject({
      source: z.string(),
      content: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('show'), show: z.string() }),
        z.strictObject({ kind: z.literal('films') }),
      ]),
    })
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

/** A channel in the API's words. */
export function channelJSON(of: Channel, base: AddressBase): z.infer<typeof channel> {
  const { logo, origin } = of;
  return {
    id: of.id,
    number: of.number,
    name: of.name,
    group: of.group,
    description: of.description,
    enabled: of.enabled,
    listed: of.enabled && of.listed,
    found_for: origin.kind === 'found' ? { source: origin.source, content: origin.content } : null,
    time_zone: of.timeZone,
    frame_rate: nameOfRate(of.frameRate),
    segment_seconds: of.segmentSeconds,
    qualities: [...of.qualities],
    tuner_quality: of.tunerQuality,
    logo: { kind: logo.kind, from: logo.kind === 'url' ? logo.url : null },
    guide_id: guideId(of.id),
    logo_url: logoAddress(base.lists, of.id),
    stream_url: tunerAddress(base, of.id),
    hls_url: masterAddress(base, of.id),
    programming: of.programming,
  };
}
