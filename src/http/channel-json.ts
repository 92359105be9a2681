import type { Channel } from '../catalog/channels/channel.ts';
import { nameOfRate } from '../catalog/channels/channel-input.ts';
import { type AddressBase, guideId, logoAddress, masterAddress, tunerAddress } from '../tuner/channel-address.ts';

/** A channel in the API's words. */
export function channelJSON(channel: Channel, base: AddressBase): object {
  const { logo, origin } = channel;
  return {
    id: channel.id,
    number: channel.number,
    name: channel.name,
    group: channel.group,
    description: channel.description,
    enabled: channel.enabled,
    listed: channel.enabled && channel.listed,
    found_for: origin.kind === 'found' ? { source: origin.source, content: origin.content } : null,
    time_zone: channel.timeZone,
    frame_rate: nameOfRate(channel.frameRate),
    segment_seconds: channel.segmentSeconds,
    qualities: channel.qualities,
    tuner_quality: channel.tunerQuality,
    logo: { kind: logo.kind, from: logo.kind === 'url' ? logo.url : null },
    guide_id: guideId(channel.id),
    logo_url: logoAddress(base.lists, channel.id),
    stream_url: tunerAddress(base, channel.id),
    hls_url: masterAddress(base, channel.id),
    programming: channel.programming,
  };
}
