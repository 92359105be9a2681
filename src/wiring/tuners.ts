import { randomBytes } from 'node:crypto';
import { majorOf } from '../catalog/channel-number.ts';
import type { Settings as Notebook } from '../catalog/settings.ts';
import type { TunerDeviceSetting } from '../config/values.ts';
import { createDeviceApp } from '../http/app.ts';
import { listen, serverFor, stopListening } from '../http/listen.ts';
import type { DeviceOptions, TunerService } from '../http/services.ts';
import { messageOf } from '../shared/errors.ts';
import { deviceIdOf, isDeviceId } from '../tuner/hdhomerun/device-id.ts';
import { TunerSlots } from '../tuner/hdhomerun/tuner-slots.ts';
import { answersAs } from '../tuner/responders/answers-as.ts';
import { type FindableDevice, HdHomeRunResponder } from '../tuner/responders/hdhomerun.ts';
import { SsdpAnnouncer } from '../tuner/responders/ssdp.ts';
import type { Common } from './parts.ts';

/** Where Jellyfin asks a device that it found. */
const FOUND_AT_PORT = 80;

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

/** What cannot be done is told, and airing goes on. */
async function makeFindable(common: Common, devices: readonly FindableDevice[]): Promise<void> {
  const { settings, clock, closers, health, logger } = common;
  const { host } = settings;
  async function attempt(what: string, open: () => Promise<{ close(): Promise<void> }>): Promise<void> {
    try {
      const opened = await open();
      closers.add(() => opened.close());
    } catch (error) {
      const problem = `${what}: ${messageOf(error)}`;
      logger.warn({}, problem);
      health.raise('tuner_not_findable', what, problem);
    }
  }
  if (settings.hdhomerunDiscovery !== 'off') {
    const isForced = settings.hdhomerunDiscovery === 'forced';
    await attempt('hosts cannot find the HDHomeRun by UDP', async () =>
      HdHomeRunResponder.open(host, isForced ? devices : await atPort80(host, devices)),
    );
  }
  if (settings.ssdp === 'on') {
    await attempt('the HDHomeRun cannot be announced by SSDP', () => SsdpAnnouncer.open({ host, devices, clock }));
  }
}

async function atPort80(host: string, devices: readonly FindableDevice[]): Promise<FindableDevice[]> {
  const here = host === '0.0.0.0' ? '127.0.0.1' : host;
  const found: FindableDevice[] = [];
  for (const device of devices) {
    if (await answersAs(here, FOUND_AT_PORT, device.id)) found.push({ ...device, port: FOUND_AT_PORT });
  }
  if (found.length > 0) return found;
  throw new Error(
    `port ${FOUND_AT_PORT} of this machine does not answer as this device, and Jellyfin uses no other for what it finds; ` +
      'set SIDECAST_PORT to 80, or have a proxy there lead here, or set SIDECAST_HDHOMERUN_DISCOVERY to forced',
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
