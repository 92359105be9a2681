import type { ArtworkKind } from '../library/library-item.ts';

/** The channel's id in M3U and XMLTV alike: XMLTV wants at least one dot in it. */
export function guideId(channelId: string): string {
  return `${channelId}.sidecast`;
}

/** The continuous MPEG-TS of a channel. Hosts identify a channel by this address: it never changes. */
export function tunerAddress(baseUrl: string, channelId: string): string {
  return `${baseUrl}/stream/${channelId}.ts`;
}

/** The HLS master playlist of a channel. */
export function masterAddress(baseUrl: string, channelId: string): string {
  return `${baseUrl}/stream/${channelId}/master.m3u8`;
}

/** The picture of a channel: it may change, its address never does. */
export function logoAddress(baseUrl: string, channelId: string): string {
  return `${baseUrl}/channels/${channelId}/logo.png`;
}

/** The channel list, for a host's M3U tuner. */
export function m3uAddress(baseUrl: string): string {
  return `${baseUrl}/channels.m3u`;
}

/** The guide, in XMLTV. */
export function guideAddress(baseUrl: string): string {
  return `${baseUrl}/guide.xml`;
}

/** A picture of an item, no larger than guides show it. */
export function artworkAddress(baseUrl: string, itemId: string, kind: ArtworkKind): string {
  return `${baseUrl}/artwork/${encodeURIComponent(itemId)}/${kind}?width=480`;
}

/** Everything that a person may open. */
export interface Addresses {
  readonly page: string;
  readonly m3u: string;
  readonly guide: string;
  readonly channels: readonly {
    readonly number: string;
    readonly name: string;
    readonly ts: string;
    readonly hls: string;
  }[];
}

/** The addresses of a sidecar and its channels, in their order. */
export function addressesOf(
  baseUrl: string,
  channels: readonly { readonly id: string; readonly number: string; readonly name: string }[],
): Addresses {
  return {
    page: `${baseUrl}/`,
    m3u: m3uAddress(baseUrl),
    guide: guideAddress(baseUrl),
    channels: channels.map(({ id, number, name }) => ({
      number,
      name,
      ts: tunerAddress(baseUrl, id),
      hls: masterAddress(baseUrl, id),
    })),
  };
}
