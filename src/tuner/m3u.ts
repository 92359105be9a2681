import { guideAddress, guideId, tunerAddress } from './channel-address.ts';
import { entryTitle, tunerName } from './names.ts';

/** What a tuner is told of a channel. */
export interface TunerChannel {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  /** Under which players list it; empty for none. */
  readonly group: string;
}

export interface M3uOptions {
  readonly channels: readonly TunerChannel[];
  /** Absolute, without a slash at its end. */
  readonly baseUrl: string;
  /** How many days back programmes are offered; absent or 0 for none. */
  readonly catchUpDays?: number | undefined;
}

/** The channel list that Jellyfin, Kodi and VLC take for a tuner. */
export function renderM3u(options: M3uOptions): string {
  const { channels, baseUrl } = options;
  const guide = guideAddress(baseUrl);
  const entries = channels.map((channel) => renderEntry(channel, options));
  return [`#EXTM3U x-tvg-url="${guide}" url-tvg="${guide}"`, ...entries].join('\n') + '\n';
}

function renderEntry(channel: TunerChannel, { baseUrl, catchUpDays = 0 }: M3uOptions): string {
  const name = tunerName(channel.name, `Channel ${channel.number}`);
  const group = tunerName(channel.group, '');
  const attributes = [
    `tvg-id="${guideId(channel.id)}"`,
    `tvg-chno="${channel.number}"`,
    `tvg-name="${name}"`,
    ...(group === '' ? [] : [`group-title="${group}"`]),
    ...(catchUpDays > 0 ? catchUpAttributes(tunerAddress(baseUrl, channel.id), catchUpDays) : []),
  ];
  return [
    `#EXTINF:-1 ${attributes.join(' ')},${entryTitle(name)}`,
    // Saves Kodi a connection that only looks what the stream is, and would count as a viewer.
    '#KODIPROP:mimetype=video/mp2t',
    tunerAddress(baseUrl, channel.id),
  ].join('\n');
}

/** What Kodi fills in for `{utc}` is when a programme began, seconds since the epoch. */
function catchUpAttributes(address: string, days: number): string[] {
  return ['catchup="default"', `catchup-source="${address}?start={utc}"`, `catchup-days="${Math.ceil(days)}"`];
}
