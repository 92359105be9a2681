import { parentElement, textElement } from '../xml.ts';
import type { LineupChannel, TunerDevice } from './device.ts';
import { FIRMWARE, FIRMWARE_VERSION, MODEL } from './device.ts';

/** The device's own description, `/discover.json`. */
export function discoverJSON({ id, name, tunerCount }: TunerDevice, baseUrl: string): object {
  return {
    FriendlyName: name,
    Manufacturer: 'Sidecast',
    ModelNumber: MODEL,
    FirmwareName: FIRMWARE,
    FirmwareVersion: FIRMWARE_VERSION,
    DeviceID: id,
    DeviceAuth: 'sidecast',
    BaseURL: baseUrl,
    LineupURL: `${baseUrl}/lineup.json`,
    TunerCount: tunerCount,
  };
}

/** The channels of the device, `/lineup.json`; numbers are texts. `addressOf` gives addresses without a query. */
export function lineupJSON(
  channels: readonly LineupChannel[],
  addressOf: (channel: LineupChannel) => string,
): readonly object[] {
  return channels.map((channel) => ({
    GuideNumber: channel.number,
    GuideName: channel.name,
    VideoCodec: 'H264',
    AudioCodec: 'AAC',
    ...(channel.tunerQuality === '480p' ? {} : { HD: 1 }),
    URL: addressOf(channel),
  }));
}

/** There is nothing to scan: all channels are known. */
export const LINEUP_STATUS = { ScanInProgress: 0, ScanPossible: 1, Source: 'Cable', SourceList: ['Cable'] };

/** The UPnP description, `/device.xml`. */
export function deviceXml(device: TunerDevice, baseUrl: string): string {
  const { id, name } = device;
  const text = (element: string, value: string): string => textElement(element, {}, value);
  const root = { xmlns: 'urn:schemas-upnp-org:device-1-0' };
  const version = parentElement('specVersion', {}, text('major', '1') + text('minor', '0'));
  const described = [
    text('deviceType', 'urn:schemas-upnp-org:device:MediaServer:1'),
    text('friendlyName', name),
    text('manufacturer', 'Sidecast'),
    text('modelName', MODEL),
    text('modelNumber', MODEL),
    text('serialNumber', id),
    text('UDN', udnOf(device)),
    text('presentationURL', `${baseUrl}/`),
  ];
  const children = version + text('URLBase', baseUrl) + parentElement('device', {}, described.join(''));
  return `<?xml version="1.0" encoding="UTF-8"?>\n${parentElement('root', root, children)}`;
}

/** The device's name in UPnP: a UUID that has its DeviceID at the end. */
export function udnOf({ id }: Pick<TunerDevice, 'id'>): string {
  return `uuid:5c3e7d10-8a4b-4f6e-9d21-5ca5${id.toLowerCase()}`;
}
