import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import ssdp, { type Service } from '@achingbrain/ssdp';
import { expect, test } from '@jest/globals';
import { deviceXml } from '../../../src/tuner/hdhomerun/documents.ts';
import { announcements, searchAnswers, searchTarget } from '../../../src/tuner/hdhomerun/ssdp-message.ts';
import { SsdpAnnouncer } from '../../../src/tuner/responders/ssdp.ts';
import { WoundClock } from '../../support/wound-clock.ts';

const DEVICE = { id: '10A1B2C7', name: 'Old <Show>', tunerCount: 2 };
const MEDIA_SERVER = 'urn:schemas-upnp-org:device:MediaServer:1';

test('a client finds the device, reads its description, and hears when it goes', async () => {
  const server = createServer((request, response) => {
    response.setHeader('Content-Type', 'application/xml');
    response.end(request.url === '/device.xml' ? deviceXml(DEVICE, 'http://127.0.0.1') : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const bus = await ssdp({
    sockets: [
      { type: 'udp4', broadcast: { address: '239.255.255.250', port: 1900 }, bind: { address: '0.0.0.0', port: 1900 } },
    ],
  });
  bus.on('error', () => {});
  for (const socket of bus.sockets) {
    socket.addMembership('239.255.255.250', '127.0.0.1');
    socket.setMulticastInterface('127.0.0.1');
  }
  const announcer = await SsdpAnnouncer.open({
    addresses: ['127.0.0.1'],
    onlyAt: '127.0.0.1',
    devices: [{ ...DEVICE, port }],
    clock: new WoundClock(0),
  });
  try {
    const search = new AbortController();
    let found: Service | undefined;
    for await (const service of bus.discover({
      serviceType: MEDIA_SERVER,
      searchInterval: 200,
      signal: search.signal,
    })) {
      found = service;
      if (service.location.port === String(port)) break;
    }
    expect(found?.location.href).toBe(`http://127.0.0.1:${port}/device.xml`);
    expect(found?.details['device']).toMatchObject({ friendlyName: 'Old <Show>', serialNumber: DEVICE.id });
    const isFarewell = (text: string) => text.includes('ssdp:byebye') && text.includes('5ca510a1b2c7');
    const gone = new Promise<void>((resolve) =>
      bus.on('transport:incoming-message', (bytes) => isFarewell(String(bytes)) && resolve()),
    );
    await announcer.close();
    await gone;
  } finally {
    await bus.stop();
    server.closeAllConnections();
    server.close();
  }
});

test('a network that this machine is not in is said', async () => {
  const options = { devices: [{ ...DEVICE, port: 80 }], clock: new WoundClock(0) };
  const opening = SsdpAnnouncer.open({ ...options, addresses: ['192.0.2.1'] });
  await expect(opening).rejects.toMatchObject({ code: 'ENODEV' });
});

test.each([
  [
    'a search',
    'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: ssdp:all\r\n\r\n',
    'ssdp:all',
  ],
  ['a search without what is searched', 'M-SEARCH * HTTP/1.1\r\nMAN: "ssdp:discover"\r\n\r\n', undefined],
  ['an announcement', 'NOTIFY * HTTP/1.1\r\nNT: upnp:rootdevice\r\n\r\n', undefined],
  ['anything', 'hello', undefined],
])('%s is taken for what it is', (_what, text, expected) => expect(searchTarget(text)).toBe(expected));

test('a search is answered for each thing that the device is, and for nothing else', () => {
  const answersTo = (target: string) => searchAnswers(target, 'uuid:x', 'http://h/device.xml');
  expect(answersTo('ssdp:all')).toHaveLength(3);
  expect(answersTo('upnp:rootdevice')).toHaveLength(1);
  expect(answersTo(MEDIA_SERVER)[0]).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*USN: uuid:x::urn:schemas[^]*\r\n\r\n$/);
  expect(answersTo('urn:schemas-upnp-org:device:Printer:1')).toEqual([]);
  expect(announcements('byebye', 'uuid:x', 'http://h').join('')).not.toContain('LOCATION');
});
