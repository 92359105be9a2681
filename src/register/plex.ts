import { z } from 'zod';
import type { Clock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import { HostApi } from './host-api.ts';
import { isOwnEntry, type OwnChannel, ownChannels, ownLists } from './own-address.ts';
import type { Registered } from './registered.ts';

/** The first that reads a guide of our own. */
const OLDEST = [1, 11] as const;
const SCAN_MS = 60_000;
const GUIDE_MS = 300_000;
const LOOK_MS = 1000;
const GUIDE_PROVIDER = 'lineup://tv.plex.providers.epg.xmltv/';

export interface PlexOptions {
  readonly url: string;
  /** X-Plex-Token. */
  readonly token: string;
  /** Where Plex reaches Sidecast, without a slash at its end: Plex takes no path in it. */
  readonly address: string;
  /** What Sidecast's own API asks for. */
  readonly ownKey: string | undefined;
  readonly clock: Pick<Clock, 'after' | 'elapsed'>;
  readonly say: (words: string) => void;
}

const identity = z.object({ MediaContainer: z.object({ version: z.string() }) });
const mapping = z.object({
  channelKey: z.string(),
  deviceIdentifier: z.string(),
  lineupIdentifier: z.string(),
  enabled: z.union([z.string(), z.boolean()]).optional(),
});
const device = z.object({
  ...{ key: z.string(), uuid: z.string(), uri: z.string(), status: z.string().optional() },
  ChannelMapping: z.array(mapping).default([]),
});
type Device = z.infer<typeof device>;
const devices = z.object({ MediaContainer: z.object({ Device: z.array(device).default([]) }) });
const dvr = z.object({ key: z.string(), lineup: z.string(), Device: z.array(device).default([]) });
type Dvr = z.infer<typeof dvr>;
const dvrs = z.object({ MediaContainer: z.object({ Dvr: z.array(dvr).default([]) }) });
const scanned = z.object({
  MediaContainer: z.object({ DeviceChannel: z.array(z.object({ identifier: z.string() })).default([]) }),
});
const channelMap = z.object({ MediaContainer: z.object({ ChannelMapping: z.array(mapping).default([]) }) });
const nothing = z.unknown();

/** Adds the HDHomeRun, a DVR with our guide and the map of its channels; what is there already stays as it is. */
export async function registerAtPlex(options: PlexOptions): Promise<Registered> {
  const { address, ownKey, say } = options;
  const own = await ownChannels(address, ownKey);
  const api = await enter(options);
  const tuner = (await deviceAt(api, address)) ?? (await addDevice(api, address));
  const { guide } = await ownLists(address, ownKey);
  const there = await dvrOf(api, tuner);
  const isOld = there !== undefined && isOldGuide(there, address, guide);
  // A DVR keeps the guide that it was made with.
  if (isOld) await removeFrom(api, there, tuner);
  const found = isOld ? undefined : there;
  if (found !== undefined && unmapped(found, tuner, own).length === 0) {
    say('The tuner, the guide and the channel map are there already.');
    return { changed: false, missing: look(found, tuner, own, say) };
  }
  await scan(api, tuner, own, options);
  const recorder = found ?? (await addDvr(api, tuner, guide));
  say('The tuner and the guide are added; Plex reads them now …');
  await api.require(nothing, `/livetv/dvrs/${recorder.key}/reloadGuide`, { method: 'POST' });
  const keys = await guideKeys(api, { tuner, recorder, own, options });
  await api.require(nothing, `/media/grabbers/devices/${tuner.key}/channelmap?${String(mapQuery(own, keys))}`, {
    method: 'PUT',
  });
  return { changed: true, missing: look(await dvrOf(api, tuner), tuner, own, say) };
}

/** Takes them away again; gives how many there were. A DVR that has tuners of others keeps them. */
export async function removeFromPlex(options: PlexOptions): Promise<number> {
  const api = await enter(options);
  const tuner = await deviceAt(api, options.address);
  if (tuner === undefined) return 0;
  const recorder = await dvrOf(api, tuner);
  if (recorder !== undefined) await removeFrom(api, recorder, tuner);
  await api.require(nothing, `/media/grabbers/devices/${tuner.key}`, { method: 'DELETE' });
  return recorder === undefined ? 1 : 2;
}

/** A DVR of ours alone goes; another one goes on without our tuner. */
async function removeFrom(api: HostApi, recorder: Dvr, tuner: Device): Promise<void> {
  const isAlone = recorder.Device.length === 1;
  const path = `/livetv/dvrs/${recorder.key}${isAlone ? '' : `/devices/${tuner.key}`}`;
  await api.require(nothing, path, { method: 'DELETE' });
}

/** Whether it reads our guide by an address whose signature is not worth anything any more. */
function isOldGuide({ lineup }: Dvr, address: string, guide: string): boolean {
  if (!lineup.startsWith(GUIDE_PROVIDER)) return false;
  const [encoded = ''] = lineup.slice(GUIDE_PROVIDER.length).split('#', 1);
  const url = decodeURIComponent(encoded);
  return url !== guide && isOwnEntry(url, address, 'guide.xml');
}

async function enter({ url, token }: PlexOptions): Promise<HostApi> {
  const api = new HostApi('Plex', url);
  const { version } = (await api.require(identity, '/identity')).MediaContainer;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    throw new AppError('host_too_old', `Plex ${version} is too old; update it to ${OLDEST.join('.')} or newer`);
  }
  api.headers = {
    ...{ 'X-Plex-Token': token, 'X-Plex-Client-Identifier': 'sidecast-register', 'X-Plex-Product': 'Sidecast' },
  };
  return api;
}

async function deviceAt(api: HostApi, address: string): Promise<Device | undefined> {
  const { Device: all } = (await api.require(devices, '/media/grabbers/devices')).MediaContainer;
  return all.find(({ uri }) => uri.replace(/\/+$/, '') === address);
}

/** It asks us who we are before it answers, and leaves out or marks what it could not reach. */
async function addDevice(api: HostApi, address: string): Promise<Device> {
  const request = `/media/grabbers/devices?uri=${encodeURIComponent(address)}`;
  const { status, text } = await api.ask(request, { method: 'POST' });
  if (status === 401 || status === 403) {
    throw new AppError('host_unauthorised', "this token may not change Live TV; give one of the server's owner");
  }
  const added = status < 300 && text !== '' ? await deviceAt(api, address) : undefined;
  if (added !== undefined && added.status !== 'dead') return added;
  throw new AppError(
    'own_address_unreachable',
    `Plex does not find the tuner at ${address} (it answered ${status}); in a container "localhost" is the container ` +
      'itself: give the address at which it reaches this machine with --address http://machine:8765',
  );
}

/** Until it has found our channels: the answer to the request itself comes before. */
async function scan(api: HostApi, { key }: Device, own: readonly OwnChannel[], { clock }: PlexOptions): Promise<void> {
  await api.require(nothing, `/media/grabbers/devices/${key}/scan?source=Cable`, { method: 'POST' });
  const until = clock.elapsed() + SCAN_MS;
  for (;;) {
    const { DeviceChannel: found } = (await api.require(scanned, `/media/grabbers/devices/${key}/channels`))
      .MediaContainer;
    const missing = own.filter(({ number }) => !found.some(({ identifier }) => identifier === number));
    if (missing.length === 0) return;
    if (clock.elapsed() > until) {
      const names = missing.map(({ number, name }) => `${number} ${name}`).join(', ');
      throw new AppError('timeout', `Plex does not find these channels: ${names}; see its log`);
    }
    await pause(clock);
  }
}

async function dvrOf(api: HostApi, tuner: Device): Promise<Dvr | undefined> {
  const { Dvr: all } = (await api.require(dvrs, '/livetv/dvrs')).MediaContainer;
  return all.find(({ Device: of }) => of.some(({ uuid }) => uuid === tuner.uuid));
}

async function addDvr(api: HostApi, tuner: Device, guide: string): Promise<Dvr> {
  const lineup = `${GUIDE_PROVIDER}${encodeURIComponent(guide)}#Sidecast`;
  const query = new URLSearchParams({ language: 'eng', device: tuner.uuid, lineup });
  await api.require(nothing, `/livetv/dvrs?${String(query)}`, { method: 'POST' });
  const added = await dvrOf(api, tuner);
  if (added !== undefined) return added;
  throw new AppError('host_failed', 'Plex made no DVR for the tuner; see its log');
}

/** The key that Plex gives each channel of the guide, once it has read that. */
async function guideKeys(
  api: HostApi,
  asked: {
    readonly tuner: Device;
    readonly recorder: Dvr;
    readonly own: readonly OwnChannel[];
    readonly options: PlexOptions;
  },
): Promise<ReadonlyMap<string, string>> {
  const { tuner, recorder, own, options } = asked;
  const query = new URLSearchParams({ device: tuner.uuid, lineup: recorder.lineup });
  const until = options.clock.elapsed() + GUIDE_MS;
  for (;;) {
    const { ChannelMapping: all } = (await api.require(channelMap, `/livetv/epg/channelmap?${String(query)}`))
      .MediaContainer;
    const keys = new Map(all.map(({ lineupIdentifier, channelKey }) => [lineupIdentifier, channelKey]));
    if (own.every(({ guide_id: guideId }) => keys.has(guideId))) return keys;
    if (options.clock.elapsed() > until) {
      throw new AppError('timeout', 'Plex did not read the guide within five minutes; see its log');
    }
    await pause(options.clock);
  }
}

/** The whole map: what is left out of it is taken away. */
function mapQuery(own: readonly OwnChannel[], keys: ReadonlyMap<string, string>): URLSearchParams {
  const query = new URLSearchParams({ channelsEnabled: own.map(({ number }) => number).join(',') });
  for (const { number, guide_id: guideId } of own) {
    query.set(`channelMapping[${number}]`, guideId);
    query.set(`channelMappingByKey[${number}]`, keys.get(guideId) ?? guideId);
  }
  return query;
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

function look(
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

function pause(clock: Pick<Clock, 'after'>): Promise<void> {
  return new Promise((resolve) => clock.after(LOOK_MS, resolve));
}
