import {
  type AddressBase,
  guideAddress,
  guideId,
  logoAddress,
  masterAddress,
  tunerAddress,
} from './channel-address.ts';
import { entryTitle, tunerName } from './names.ts';

/** What a tuner is told of a channel. */
export interface TunerChannel {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  /** Under which players list it; empty for none. */
  readonly group: string;
  /** Such as "720p". */
  readonly tunerQuality: string;
}

export const STREAM_FORMATS = ['ts', 'hls'] as const;
/** One endless MPEG transport stream, which hosts relay, or HLS in all qualities, which players choose from. */
export type StreamFormat = (typeof STREAM_FORMATS)[number];

export interface M3uOptions {
  readonly channels: readonly TunerChannel[];
  readonly base: AddressBase;
  /** `ts` unless something else is said. */
  readonly format?: StreamFormat | undefined;
  /** How many days back programmes are offered; absent or 0 for none. */
  readonly catchUpDays?: number | undefined;
}

const FORMATS = {
  ts: { addressOf: tunerAddress, mimeType: 'video/mp2t' },
  hls: { addressOf: masterAddress, mimeType: 'application/vnd.apple.mpegurl' },
} as const;

/** The group that players list a channel in, as the list names it; empty for none. */
export function groupOf({ group }: Pick<TunerChannel, 'group'>): string {
  // For Kodi it stands between two groups.
  return tunerName(group.replaceAll(';', ' '), '');
}

/** The channel list that Jellyfin, Kodi and VLC take for a tuner. */
export function renderM3u(options: M3uOptions): string {
  const { channels, base } = options;
  const guide = guideAddress(base.lists);
  const entries = channels.map((channel) => renderEntry(channel, options));
  return [`#EXTM3U x-tvg-url="${guide}" url-tvg="${guide}"`, ...entries].join('\n') + '\n';
}

function renderEntry(channel: TunerChannel, { base, format = 'ts', catchUpDays = 0 }: M3uOptions): string {
  const { addressOf, mimeType } = FORMATS[format];
  const name = tunerName(channel.name, `Channel ${channel.number}`);
  const group = groupOf(channel);
  const address = addressOf(base, channel.id);
  const attributes = [
    `tvg-id="${guideId(channel.id)}"`,
    `tvg-chno="${channel.number}"`,
    `channel-number="${channel.number}"`,
    `tvg-name="${name}"`,
    `tvg-logo="${logoAddress(base.lists, channel.id)}"`,
    ...(group === '' ? [] : [`group-title="${group}"`]),
    ...(catchUpDays > 0 ? catchUpAttributes(address, catchUpDays) : []),
  ];
  return [
    `#EXTINF:-1 ${attributes.join(' ')},${entryTitle(name)}`,
    // Saves Kodi a connection that only looks what the stream is, and would count as a viewer.
    `#KODIPROP:mimetype=${mimeType}`,
    address,
  ].join('\n');
}

/** What Kodi fills in for `{utc}` is when a programme began, seconds since the epoch. */
function catchUpAttributes(address: string, days: number): string[] {
  return ['catchup="default"', `catchup-source="${address}?start={utc}"`, `catchup-days="${Math.ceil(days)}"`];
}
