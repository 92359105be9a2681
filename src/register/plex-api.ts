import { z } from 'zod';
import type { Clock } from '../shared/clock.ts';
import { AppError } from '../shared/errors.ts';
import { HostApi } from './host-api.ts';
import type { OwnChannel } from './own-address.ts';
import { pause } from './pause.ts';

/** The first that reads a guide of our own. */
const OLDEST = [1, 11] as const;
const SCAN_MS = 60_000;
const GUIDE_MS = 300_000;
/** Where Plex reads a guide of one's own; the guide's address follows. */
export const GUIDE_PROVIDER = 'lineup://tv.plex.providers.epg.xmltv/';

export interface PlexEntrance {
  readonly url: string;
  /** X-Plex-Token. */
  readonly token: string;
  readonly clock: Pick<Clock, 'after' | 'elapsed'>;
}

const nothing = z.unknown();
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
export type Device = z.infer<typeof device>;
const devices = z.object({ MediaContainer: z.object({ Device: z.array(device).default([]) }) });
const dvr = z.object({ key: z.string(), lineup: z.string(), Device: z.array(device).default([]) });
export type Dvr = z.infer<typeof dvr>;
const dvrs = z.object({ MediaContainer: z.object({ Dvr: z.array(dvr).default([]) }) });
const scanned = z.object({
  MediaContainer: z.object({ DeviceChannel: z.array(z.object({ identifier: z.string() })).default([]) }),
});
const channelMap = z.object({ MediaContainer: z.object({ ChannelMapping: z.array(mapping).default([]) }) });

/** The Live TV of a Plex. */
export class PlexApi {
  readonly #api: HostApi;
  readonly #clock: PlexEntrance['clock'];

  private constructor(api: HostApi, clock: PlexEntrance['clock']) {
    this.#api = api;
    this.#clock = clock;
  }

  /** Refuses a server that is too old. */
  static async enter({ url, token, clock }: PlexEntrance): Promise<PlexApi> {
    const api = new HostApi('Plex', url);
    const { version } = (await api.require(identity, '/identity')).MediaContainer;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
      throw new AppError('host_too_old', `Plex ${version} is too old; update it to ${OLDEST.join('.')} or newer`);
    }
    api.headers = {
      ...{ 'X-Plex-Token': token, 'X-Plex-Client-Identifier': 'sidecast-register', 'X-Plex-Product': 'Sidecast' },
    };
    return new PlexApi(api, clock);
  }

  async deviceAt(address: string): Promise<Device | undefined> {
    const { Device: all } = (await this.#api.require(devices, '/media/grabbers/devices')).MediaContainer;
    return all.find(({ uri }) => uri.replace(/\/+$/, '') === address);
  }

  /** It asks us who we are before it answers, and leaves out or marks what it could not reach. */
  async addDevice(address: string): Promise<Device> {
    const request = `/media/grabbers/devices?uri=${encodeURIComponent(address)}`;
    const { status, text } = await this.#api.ask(request, { method: 'POST' });
    if (status === 401 || status === 403) {
      throw new AppError('host_unauthorised', "this token may not change Live TV; give one of the server's owner");
    }
    const added = status < 300 && text !== '' ? await this.deviceAt(address) : undefined;
    if (added !== undefined && added.status !== 'dead') return added;
    throw new AppError(
      'own_address_unreachable',
      `Plex does not find the tuner at ${address} (it answered ${status}); in a container "localhost" is the container ` +
        'itself: give the address at which it reaches this machine with --address http://machine:8765',
    );
  }

  /** Until it has found our channels: the answer to the request itself comes before. */
  async scan({ key }: Device, own: readonly OwnChannel[]): Promise<void> {
    await this.#api.require(nothing, `/media/grabbers/devices/${key}/scan?source=Cable`, { method: 'POST' });
    const until = this.#clock.elapsed() + SCAN_MS;
    for (;;) {
      const answer = await this.#api.require(scanned, `/media/grabbers/devices/${key}/channels`);
      const found = answer.MediaContainer.DeviceChannel;
      const missing = own.filter(({ number }) => !found.some(({ identifier }) => identifier === number));
      if (missing.length === 0) return;
      if (this.#clock.elapsed() > until) {
        const names = missing.map(({ number, name }) => `${number} ${name}`).join(', ');
        throw new AppError('timeout', `Plex does not find these channels: ${names}; see its log`);
      }
      await pause(this.#clock);
    }
  }

  async dvrOf(tuner: Device): Promise<Dvr | undefined> {
    const { Dvr: all } = (await this.#api.require(dvrs, '/livetv/dvrs')).MediaContainer;
    return all.find(({ Device: of }) => of.some(({ uuid }) => uuid === tuner.uuid));
  }

  async addDvr(tuner: Device, guide: string): Promise<Dvr> {
    const lineup = `${GUIDE_PROVIDER}${encodeURIComponent(guide)}#Sidecast`;
    const query = new URLSearchParams({ language: 'eng', device: tuner.uuid, lineup });
    await this.#api.require(nothing, `/livetv/dvrs?${String(query)}`, { method: 'POST' });
    const added = await this.dvrOf(tuner);
    if (added !== undefined) return added;
    throw new AppError('host_failed', 'Plex made no DVR for the tuner; see its log');
  }

  /** Has it read the guide, and gives the key of each channel of it once it has. */
  async readGuide(tuner: Device, recorder: Dvr, own: readonly OwnChannel[]): Promise<ReadonlyMap<string, string>> {
    await this.#api.require(nothing, `/livetv/dvrs/${recorder.key}/reloadGuide`, { method: 'POST' });
    const query = new URLSearchParams({ device: tuner.uuid, lineup: recorder.lineup });
    const until = this.#clock.elapsed() + GUIDE_MS;
    for (;;) {
      const answer = await this.#api.require(channelMap, `/livetv/epg/channelmap?${String(query)}`);
      const all = answer.MediaContainer.ChannelMapping;
      const keys = new Map(all.map(({ lineupIdentifier, channelKey }) => [lineupIdentifier, channelKey]));
      if (own.every(({ guide_id: guideId }) => keys.has(guideId))) return keys;
      if (this.#clock.elapsed() > until) {
        throw new AppError('timeout', 'Plex did not read the guide within five minutes; see its log');
      }
      await pause(this.#clock);
    }
  }

  /** The whole map: what is left out of it is taken away. */
  async putMap(tuner: Device, own: readonly OwnChannel[], keys: ReadonlyMap<string, string>): Promise<void> {
    const query = new URLSearchParams({ channelsEnabled: own.map(({ number }) => number).join(',') });
    for (const { number, guide_id: guideId } of own) {
      query.set(`channelMapping[${number}]`, guideId);
      query.set(`channelMappingByKey[${number}]`, keys.get(guideId) ?? guideId);
    }
    const path = `/media/grabbers/devices/${tuner.key}/channelmap?${String(query)}`;
    await this.#api.require(nothing, path, { method: 'PUT' });
  }

  async deleteDevice(tuner: Device): Promise<void> {
    await this.#api.require(nothing, `/media/grabbers/devices/${tuner.key}`, { method: 'DELETE' });
  }

  /** A DVR that has no other tuner goes; another one goes on without this one. */
  async leaveDvr(recorder: Dvr, tuner: Device): Promise<void> {
    const isAlone = recorder.Device.length === 1;
    const path = `/livetv/dvrs/${recorder.key}${isAlone ? '' : `/devices/${tuner.key}`}`;
    await this.#api.require(nothing, path, { method: 'DELETE' });
  }
}
