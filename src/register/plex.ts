import { isOwnEntry, type OwnChannel, ownChannels, ownLists } from './own-address.ts';
import { type Device, type Dvr, GUIDE_PROVIDER, PlexApi, type PlexEntrance } from './plex-api.ts';
import type { Registered } from './registered.ts';

export interface PlexOptions extends PlexEntrance {
  /** Where Plex reaches Sidecast, without a slash at its end: Plex takes no path in it. */
  readonly address: string;
  /** What Sidecast's own API asks for. */
  readonly ownKey: string | undefined;
  readonly say: (words: string) => void;
}

/** Adds the HDHomeRun, a DVR with our guide and the map of its channels; what is there already stays as it is. */
export async function registerAtPlex(options: PlexOptions): Promise<Registered> {
  const { address, ownKey, say } = options;
  const own = await ownChannels(address, ownKey);
  const api = await PlexApi.enter(options);
  const tuner = (await api.deviceAt(address)) ?? (await api.addDevice(address));
  const { guide } = await ownLists(address, ownKey);
  const there = await api.dvrOf(tuner);
  const isOld = there !== undefined && isOldGuide(there, address, guide);
  // A DVR keeps the guide that it was made with.
  if (isOld) await api.leaveDvr(there, tuner);
  const found = isOld ? undefined : there;
  if (found !== undefined && unmapped(found, tuner, own).length === 0) {
    say('The tuner, the guide and the channel map are there already.');
    return { missing: tell(found, tuner, own, say) };
  }
  await api.scan(tuner, own);
  const recorder = found ?? (await api.addDvr(tuner, guide));
  say('The tuner and the guide are added; Plex reads them now …');
  await api.putMap(tuner, own, await api.readGuide(tuner, recorder, own));
  return { missing: tell(await api.dvrOf(tuner), tuner, own, say) };
}

/** Takes them away again; gives how many there were. A DVR that has tuners of others keeps them. */
export async function removeFromPlex(options: PlexOptions): Promise<number> {
  const api = await PlexApi.enter(options);
  const tuner = await api.deviceAt(options.address);
  if (tuner === undefined) return 0;
  const recorder = await api.dvrOf(tuner);
  if (recorder !== undefined) await api.leaveDvr(recorder, tuner);
  await api.deleteDevice(tuner);
  return recorder === undefined ? 1 : 2;
}

/** Whether it reads our guide by an address whose signature is not worth anything any more. */
function isOldGuide({ lineup }: Dvr, address: string, guide: string): boolean {
  if (!lineup.startsWith(GUIDE_PROVIDER)) return false;
  const [encoded = ''] = lineup.slice(GUIDE_PROVIDER.length).split('#', 1);
  const url = decodeURIComponent(encoded);
  return url !== guide && isOwnEntry(url, address, 'guide.xml');
}

/** Our channels that are not mapped to their part of the guide. */
function unmapped(recorder: Dvr | undefined, tuner: Device, own: readonly OwnChannel[]): readonly OwnChannel[] {
  const maps = recorder?.Device.find(({ uuid }) => uuid === tuner.uuid)?.ChannelMapping ?? [];
  const isMapped = ({ number, guide_id: guideId }: OwnChannel): boolean =>
    maps.some(
      ({ deviceIdentifier, lineupIdentifier, enabled }) =>
        deviceIdentifier === number && lineupIdentifier === guideId && ['1', 'true'].includes(String(enabled)),
    );
  return own.filter((channel) => !isMapped(channel));
}

/** Says of each channel whether it has arrived; gives those that have not. */
function tell(
  recorder: Dvr | undefined,
  tuner: Device,
  own: readonly OwnChannel[],
  say: (words: string) => void,
): string[] {
  const missing = new Set(unmapped(recorder, tuner, own));
  for (const channel of own) {
    const name = `${channel.number} ${channel.name}`;
    say(missing.has(channel) ? `  ✗ ${name}: not in its guide` : `  ✓ ${name}`);
  }
  return [...missing].map(({ number, name }) => `${number} ${name}`);
}
