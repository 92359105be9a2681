import { randomBytes } from 'node:crypto';
import { majorOf } from '../catalog/channels/channel-number.ts';
import type { Settings as Notebook } from '../catalog/settings.ts';
import type { TunerDeviceSetting } from '../config/values.ts';
import { createDeviceApp } from '../http/app.ts';
import { listen, serverFor, stopListening } from '../http/listen.ts';
import type { DeviceOptions } from '../http/options.ts';
import type { TunerService } from '../http/services/tuner.ts';
import { deviceIdOf, isDeviceId } from '../tuner/hdhomerun/device-id.ts';
import { TunerSlots } from '../tuner/hdhomerun/tuner-slots.ts';
import { Announcement, type AnnouncementOptions } from '../tuner/responders/announcement.ts';
import { deviceAt } from '../tuner/responders/device-at.ts';
import { type FindableDevice, HdHomeRunResponder } from '../tuner/responders/hdhomerun.ts';
import { outerAddresses } from '../tuner/responders/local-address.ts';
import { SsdpAnnouncer } from '../tuner/responders/ssdp.ts';
import type { Common } from './parts.ts';

/** Where Jellyfin asks a device that it found. */
const FOUND_AT_PORT = 80;
const ANY_ADDRESS = '0.0.0.0';

/** The HDHomeRun on the main port. Its id is made once and kept. */
export async function mainTuner(common: Common, notebook: Notebook): Promise<TunerService> {
  return tunerOf(common, 'Sidecast', await keptDeviceId(notebook, 'hdhomerun_device_id'));
}

/** Puts the further devices on their ports, and makes all of them known as the settings want it. */
export async function openTuners(
  common: Common,
  options: {
    readonly main: TunerService;
    readonly mainPort: number;
    readonly notebook: Notebook;
    readonly http: Omit<DeviceOptions, 'tuner'>;
  },
): Promise<void> {
  const { settings, closers } = common;
  const devices = [findable(options.main, options.mainPort)];
  for (const setting of settings.hdhomerunDevices) {
    const id = await keptDeviceId(options.notebook, `hdhomerun_device_id_${setting.port}`);
    const tuner = tunerOf(common, setting.name, id);
    const server = serverFor(createDeviceApp({ ...deviceOptions(options.http, setting), tuner }));
    closers.add(() => stopListening(server));
    devices.push(findable(tuner, await listen(server, settings.host, setting.port)));
  }
  await makeFindable(common, devices);
}

/** What cannot be done is told and tried again, and airing goes on. */
async function makeFindable({ settings, ...common }: Common, devices: readonly FindableDevice[]): Promise<void> {
  // What is served on both families is looked for by IPv4.
  const host = settings.host === '::' ? ANY_ADDRESS : settings.host;
  const isAnywhere = host === ANY_ADDRESS;
  if (settings.hdhomerunDiscovery !== 'off') {
    const isForced = settings.hdhomerunDiscovery === 'forced';
    await announce(common, 'found by UDP', {
      look: async () => (isForced ? devices : atPort80(isAnywhere ? '127.0.0.1' : host, devices)),
      open: (found) => HdHomeRunResponder.open(host, found),
    });
  }
  if (settings.ssdp === 'on') {
    const onlyAt = isAnywhere ? undefined : host;
    await announce(common, 'announced by SSDP', {
      look: async () => (onlyAt === undefined ? outerAddresses() : [onlyAt]),
      open: (addresses) => SsdpAnnouncer.open({ addresses, onlyAt, devices, clock: common.clock }),
    });
  }
}

async function announce<What>(
  { clock, closers, health, logger }: Omit<Common, 'settings'>,
  way: 'found by UDP' | 'announced by SSDP',
  how: Pick<AnnouncementOptions<What>, 'look' | 'open'>,
): Promise<void> {
  const tellHealth = health.teller('tuner_not_findable', way);
  const announcement = await Announcement.begin({
    ...how,
    clock,
    tell(problem) {
      const trouble = problem && `the HDHomeRun cannot be ${way}: ${problem}`;
      tellHealth(trouble);
      if (trouble === undefined) logger.info({}, `the HDHomeRun is ${way} now`);
      else logger.warn({}, trouble);
    },
  });
  closers.add(() => announcement.close());
}

/** The one of the devices that port 80 leads to: throws where none is. */
async function atPort80(here: string, devices: readonly FindableDevice[]): Promise<FindableDevice[]> {
  const id = await deviceAt(here, FOUND_AT_PORT);
  const found = devices.find((device) => device.id === id);
  if (found !== undefined) return [{ ...found, port: FOUND_AT_PORT }];
  throw new Error(
    `port ${FOUND_AT_PORT} of this machine does not answer as this device, and Jellyfin uses no other for what it finds; ` +
      'set SIDECAST_PORT to 80, or have a proxy there lead here, or set SIDECAST_HDHOMERUN_DISCOVERY to forced; ' +
      'port 80 is looked at every minute',
  );
}

function tunerOf({ settings, clock }: Common, name: string, id: string): TunerService {
  const tunerCount = settings.hdhomerunTuners;
  return {
    device: { id, name, tunerCount },
    slots: new TunerSlots(tunerCount),
    after: (delayMs, action) => clock.after(delayMs, action),
  };
}

function findable({ device, slots }: TunerService, port: number): FindableDevice {
  return { ...device, port, showing: () => slots.showing };
}

/** The base URL of the settings is the main port's. */
function deviceOptions(http: Omit<DeviceOptions, 'tuner'>, { ranges }: TunerDeviceSetting) {
  const { guide, settings } = http;
  const has = (number: string): boolean =>
    ranges.some(([from, to]) => from <= majorOf(number) && majorOf(number) <= to);
  return {
    ...http,
    settings: { ...settings, baseUrl: undefined },
    guide: { ...guide, channels: async () => (await guide.channels()).filter(({ number }) => has(number)) },
  };
}

async function keptDeviceId(notebook: Notebook, key: string): Promise<string> {
  const kept = await notebook.get(key);
  if (kept !== undefined && isDeviceId(kept)) return kept;
  const id = deviceIdOf(randomBytes(3));
  await notebook.set(key, id);
  return id;
}
