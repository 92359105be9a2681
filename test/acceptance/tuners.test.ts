import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createWebServer } from 'node:http';
import { createServer } from 'node:net';
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
  const changed: (string | null)[] = [];
  for (let round = 0; round < 2; round++) {
    await using sidecar = await start(env);
    const children = new ApiClient(`http://127.0.0.1:${port}`);
    await until('all channels are there', async () => (await sidecar.channels()).length === 3);
    const devices = [await sidecar.json<Device>('/discover.json'), await children.json<Device>('/discover.json')];
    seen.push(devices);
    const list = await fetch(`${sidecar.url}/channels.m3u`);
    changed.push(list.headers.get('last-modified'));
    expect(await list.text()).toContain(',Gamma\n');
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
  // A restart is no change of the list.
  expect(changed).toEqual([new Date(START_MS - (START_MS % 1000)).toUTCString(), changed[0]]);
  expect(new Set(seen[0]!.map(({ DeviceID }) => DeviceID)).size).toBe(2);
});

const SEARCH = Buffer.from('0002000c0104ffffffff0204ffffffff73cc7d8f', 'hex');
/** An address of this machine that nobody else looks for tuners at. */
const HERE = '127.0.0.65';
/** Where it may not be had, such as for lack of a right, nothing can be found either. */
const mayHavePort80 = await canListen(80);

/** What is answered to a search, which is sent until it is. */
async function searchAt(host: string): Promise<string> {
  const asker = createSocket('udp4');
  const answers: string[] = [];
  asker.on('message', (bytes) => answers.push(String(bytes)));
  try {
    return await until('it is answered', () => {
      asker.send(SEARCH, 65_001, host);
      return answers[0];
    });
  } finally {
    asker.close();
  }
}

(mayHavePort80 ? test : test.skip)('is found by UDP for as long as port 80 leads to it, and says why not', async () => {
  const clock = new WoundClock(START_MS);
  const env = { SIDECAST_HDHOMERUN_DISCOVERY: 'on', SIDECAST_HOST: HERE };
  await using started = await startInProcess({ folder, library, clock, env });
  const sidecar = new ApiClient(started.url.replace('127.0.0.1', HERE));
  const problems = async () => {
    const { causes } = await sidecar.json<{ causes: { code: string; message: string }[] }>('/api/health');
    return causes.map(({ code, message }) => `${code}: ${message}`);
  };
  const refused = [expect.stringMatching(/^tuner_not_findable: .*port 80 of this machine does not answer as this/)];
  const isWell = async () => (await problems()).length === 0;
  expect(await problems()).toEqual(refused);
  // Somebody else is there.
  await using other = await listenOn80(() => JSON.stringify({ DeviceID: '10A1B2C7' }));
  await clock.wind(60_000);
  expect(await problems()).toEqual(refused);
  await other[Symbol.asyncDispose]();
  {
    await using proxy = await listenOn80(() => sidecar.text('/discover.json'));
    expect(await proxy.json<Device>('/discover.json')).toMatchObject({ FriendlyName: 'Sidecast' });
    await clock.wind(60_000);
    await until('it has looked', isWell);
    expect(await searchAt(HERE)).toContain(`http://${HERE}/lineup.json`);
  }
  await clock.wind(60_000);
  await until('it has looked', async () => !(await isWell()));
  expect(await problems()).toEqual(refused);
  await expect(canListen(65_001, HERE)).resolves.toBe(true);
});

test('is found by UDP when that is forced, once the port for it is free', async () => {
  const clock = new WoundClock(START_MS);
  const env = { SIDECAST_HDHOMERUN_DISCOVERY: 'forced', SIDECAST_HOST: HERE };
  const taken = createServer().listen(65_001, HERE);
  await once(taken, 'listening');
  await using started = await startInProcess({ folder, library, clock, env });
  const sidecar = new ApiClient(started.url.replace('127.0.0.1', HERE));
  const status = async () => (await sidecar.json<{ status: string }>('/api/health')).status;
  expect(await status()).toBe('degraded');
  taken.close();
  await once(taken, 'close');
  await clock.wind(60_000);
  await until('it has looked', async () => (await status()) === 'ok');
  expect(await searchAt(HERE)).toContain(`${sidecar.url}/lineup.json`);
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

async function canListen(port: number, host = HERE): Promise<boolean> {
  const server = createServer().listen(port, host);
  const isListening = await Promise.race([
    once(server, 'listening').then(() => true),
    once(server, 'error').then(() => false),
  ]);
  if (isListening) server.close();
  return isListening;
}

/** A web server on port 80 that answers everything alike. */
async function listenOn80(answer: () => string | Promise<string>): Promise<ApiClient & AsyncDisposable> {
  const server = createWebServer((_request, response) => {
    response.setHeader('Connection', 'close');
    void Promise.resolve(answer()).then((text) => response.end(text));
  });
  server.listen(80, HERE);
  await once(server, 'listening');
  return Object.assign(new ApiClient(`http://${HERE}`), {
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
