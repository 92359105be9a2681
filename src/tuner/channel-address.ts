import type { ArtworkKind } from '../library/library-item.ts';

/** The channel's id in M3U and XMLTV alike: XMLTV wants at least one dot in it. */
export function guideId(channelId: string): string {
  return `${channelId}.sidecast`;
}

/** Where addresses begin, without a slash at the end. Where they are signed, the signature is in there. */
export interface AddressBase {
  /** Of the pages and the API. */
  readonly plain: string;
  /** Of what is about all channels: lists, guide, pictures. */
  readonly lists: string;
  /** Of a channel's streams. */
  readonly ofChannel: (channelId: string) => string;
}

/** Where addresses begin that are not signed. */
export function plainBase(baseUrl: string): AddressBase {
  return { plain: baseUrl, lists: baseUrl, ofChannel: () => baseUrl };
}

/** The continuous MPEG-TS of a channel. Hosts identify a channel by this address: it never changes. */
export function tunerAddress(base: AddressBase, channelId: string): string {
  return `${base.ofChannel(channelId)}/stream/${channelId}.ts`;
}

/** The same for hosts of an HDHomeRun. */
export function tunedAddress(
  base: AddressBase,
  { id, number }: { readonly id: string; readonly number: string },
): string {
  return `${base.ofChannel(id)}/auto/v${number}`;
}

/** The HLS master playlist of a channel. */
export function masterAddress(base: AddressBase, channelId: string): string {
  return `${base.ofChannel(channelId)}/stream/${channelId}/master.m3u8`;
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
  base: AddressBase,
  channels: readonly { readonly id: string; readonly number: string; readonly name: string }[],
): Addresses {
  return {
    page: `${base.plain}/`,
    m3u: m3uAddress(base.lists),
    guide: guideAddress(base.lists),
    channels: channels.map(({ id, number, name }) => ({
      number,
      name,
      ts: tunerAddress(base, id),
      hls: masterAddress(base, id),
    })),
  };
}
