import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { SSDP_GROUP, SSDP_PORT } from '../../src/tuner/hdhomerun/ssdp-message.ts';
import { freePort } from '../support/free-port.ts';
import { ApiClient } from '../support/http-client.ts';
import { startInProcess } from '../support/in-process.ts';
import { addShow } from '../support/library.ts';
import { until } from '../support/until.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');
interface Device {
  readonly DeviceID: string;
  readonly FriendlyName: string;
}
interface Line {
  readonly GuideName: string;
  readonly URL: string;
}

let folder: string;
let library: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tuners-'));
  library = path.join(folder, 'library');
  for (const show of ['Alpha', 'Beta', 'Gamma']) await addShow(library, show);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function start(env: Readonly<Record<string, string>>) {
  return startInProcess({ folder, library, clock: new WoundClock(START_MS), env });
}

test('a family splits the channels over devices, each on a port of its own, that stay themselves', async () => {
  const port = await freePort();
  const env = { SIDECAST_HDHOMERUN_DEVICES: `${port}=Children:2-3`, SIDECAST_HDHOMERUN_TUNERS: '1' };
  const seen: Device[][] = [];
  for (let round = 0; round < 2; round++) {
    await using sidecar = await start(env);
    const children = new ApiClient(`http://127.0.0.1:${port}`);
    await until('all channels are there', async () => (await sidecar.channels()).length === 3);
    const devices = [await sidecar.json<Device>('/discover.json'), await children.json<Device>('/discover.json')];
    seen.push(devices);
    const linesOf = async (client: ApiClient) => client.json<Line[]>('/lineup.json');
    expect((await linesOf(sidecar)).map(({ GuideName }) => GuideName)).toEqual(['Alpha', 'Beta', 'Gamma']);
    const lines = await linesOf(children);
    expect(lines.map(({ GuideName }) => GuideName)).toEqual(['Beta', 'Gamma']);
    expect((await children.text('/guide.xml')).match(/<channel /g)).toHaveLength(2);
    expect(await children.status('/auto/v1', { method: 'HEAD' })).toBe(404);
    // The tuners of one device are not the other's.
    const leave = new AbortController();
    const tuned = await fetch(lines[0]!.URL, { signal: leave.signal });
    expect([tuned.status, (await tuned.body!.getReader().read()).value?.[0]]).toEqual([200, 0x47]);
    expect(await children.status('/auto/v3')).toBe(503);
    expect((await fetch(`${sidecar.url}/auto/v1`, { signal: leave.signal })).status).toBe(200);
    leave.abort();
  }
  const identities = seen.map((devices) => devices.map(({ DeviceID, FriendlyName }) => `${DeviceID} ${FriendlyName}`));
  expect(identities[1]).toEqual(identities[0]);
  expect(new Set(seen[0]!.map(({ DeviceID }) => DeviceID)).size).toBe(2);
});

test('is not found by UDP while port 80 does not lead to it, and says why', async () => {
  await using sidecar = await start({ SIDECAST_HDHOMERUN_DISCOVERY: 'on' });
  const { status, causes } = await sidecar.json<{ status: string; causes: { code: string; message: string }[] }>(
    '/api/health',
  );
  expect(status).toBe('degraded');
  expect(causes).toMatchObject([{ code: 'tuner_not_findable', message: expect.stringContaining('port 80') }]);
});

test('is found by UDP when that is forced', async () => {
  await using sidecar = await start({ SIDECAST_HDHOMERUN_DISCOVERY: 'forced' });
  const asker = createSocket('udp4');
  asker.send(Buffer.from('0002000c0104ffffffff0204ffffffff73cc7d8f', 'hex'), 65_001, '127.0.0.1');
  const [answer] = await once(asker, 'message');
  asker.close();
  expect(String(answer)).toContain(`${sidecar.url}/lineup.json`);
});

test('is found by SSDP when it is announced, and its description is where it says', async () => {
  await using sidecar = await start({ SIDECAST_SSDP: 'on' });
  const answers: string[] = [];
  const asker = createSocket('udp4');
  asker.on('message', (bytes) => answers.push(String(bytes)));
  try {
    asker.bind(0, '127.0.0.1');
    await once(asker, 'listening');
    asker.setMulticastInterface('127.0.0.1');
    const search = ['M-SEARCH * HTTP/1.1', `HOST: ${SSDP_GROUP}:${SSDP_PORT}`, 'MAN: "ssdp:discover"', 'MX: 1'];
    asker.send([...search, 'ST: upnp:rootdevice', '', ''].join('\r\n'), SSDP_PORT, SSDP_GROUP);
    // Others on this machine may answer as well.
    const location = `\r\nLOCATION: ${sidecar.url}/device.xml\r\n`;
    const own = await until('it answers', async () => answers.find((answer) => answer.includes(location)));
    const [, udn = 'none'] = /^USN: (uuid:[\w-]+)::upnp:rootdevice\r$/m.exec(own) ?? [];
    expect(await sidecar.text('/device.xml')).toContain(`<UDN>${udn}</UDN>`);
  } finally {
    asker.close();
  }
});
