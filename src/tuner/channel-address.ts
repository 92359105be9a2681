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

/** The channel list, for a host's M3U tuner. */
export function m3uAddress(baseUrl: string): string {
  return `${baseUrl}/channels.m3u`;
}

/** The guide, in XMLTV. */
export function guideAddress(baseUrl: string): string {
  return `${baseUrl}/guide.xml`;
}
