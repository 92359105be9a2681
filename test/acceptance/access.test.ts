import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage, request } from 'node:http';
import { request as requestByTLS } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { execa } from 'execa';
import { sendRaw } from '../http/sidecar.ts';
import { freePort } from '../support/free-port.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { makeLibrary } from '../support/library.ts';
import { builtProgram, sidecast, SidecarProcess } from '../support/sidecar-process.ts';
import { TsViewer } from '../support/ts-viewer.ts';
import { until } from '../support/until.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const hasNginx = spawnSync('nginx', ['-v']).error === undefined;
const withNginx = hasNginx ? test : test.skip;
const hasOpenSSL = spawnSync('openssl', ['version']).error === undefined;
const withTLS = hasNginx && hasOpenSSL ? test : test.skip;

let folder: string;
let main: string;
let library: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'access-'));
  [main, library] = await Promise.all([builtProgram(), makeLibrary(folder, ['mkvAt25'])]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

// Else only this machine could reach it, and no key would be made.
const REACHABLE = { SIDECAST_TRUSTED_PROXIES: '127.0.0.1' };

test('the key is made once, told once, kept for the owner alone, and known to the command line', async () => {
  const dataDir = path.join(folder, 'data');
  const file = path.join(dataDir, 'api-key');
  let key = '';
  {
    await using sidecar = await SidecarProcess.start({ main, folder, library, env: REACHABLE });
    key = await until('the key is told', () => /^ {2}([\w-]{32})$/m.exec(sidecar.output)?.[1]);
    expect(await readFile(file, 'utf8')).toBe(`${key}\n`);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await sidecar.status('/api/channels')).toBe(401);
    expect(await sidecar.status('/api/channels', { headers: { 'x-api-key': key } })).toBe(200);
    expect(await sidecar.status('/channels.m3u')).toBe(200);
    const { exitCode, stdout } = await sidecast(main, ['sync', '--data-dir', dataDir]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`folder:${library}`)]);
    expect(sidecar.log).not.toContain(key);
  }
  await using again = await SidecarProcess.start({ main, folder, library });
  expect(again.output).not.toContain(key);
  // Also where only this machine can reach it now: whoever has a key wants it asked for.
  expect(await again.status('/api/channels')).toBe(401);
  expect(await again.status('/api/channels', { headers: { authorization: `Bearer ${key}` } })).toBe(200);
});

test('without being reachable it makes none, and with "off" neither', async () => {
  for (const env of [{}, { ...REACHABLE, SIDECAST_API_KEY: 'off' }] as Record<string, string>[]) {
    const own = await mkdtemp(path.join(folder, 'own-'));
    await using sidecar = await SidecarProcess.start({ main, folder: own, library, env });
    expect(await sidecar.status('/api/channels')).toBe(200);
    await expect(stat(path.join(own, 'data', 'api-key'))).rejects.toThrow('ENOENT');
  }
});

withNginx('behind nginx, as the README has it, addresses and clients are those of the proxy’s other side', async () => {
  const own = await mkdtemp(path.join(folder, 'own-'));
  const env = { ...REACHABLE, SIDECAST_API_KEY: 'correct-horse-battery', SIDECAST_TRUSTED_NETWORKS: '192.168.7.0/24' };
  await using sidecar = await SidecarProcess.start({ main, folder: own, library, env });
  await using nginx = await startNginx(own, sidecar.url);
  const { url } = nginx;
  const m3u = await until('there is a channel', async () => {
    const text = await (await fetch(`${url}/channels.m3u`)).text();
    return text.includes('/stream/') && text;
  });
  const stream = new RegExp(`^${url}/stream/.*\\.ts$`, 'm').exec(m3u)?.[0] ?? '';
  expect(m3u).toContain(`x-tvg-url="${url}/guide.xml"`);
  {
    using viewer = new TsViewer(stream);
    await viewer.watches();
  }
  // Who asks is who asked nginx: not the network that a client claims, and not nginx itself.
  expect(await status(`${url}/api/streams`, { 'x-forwarded-for': '192.168.7.7' })).toBe(401);
  expect(await status(`${url}/api/streams`, { 'x-api-key': 'correct-horse-battery' })).toBe(200);
  expect(await status(`${sidecar.url}/api/streams`, { 'x-forwarded-for': '192.168.7.7' })).toBe(401);
  expect(await status(`${sidecar.url}/api/streams`, { 'x-forwarded-for': '192.168.7.7' }, '127.0.0.1')).toBe(200);
  const login = await fetch(`${url}/login`, {
    method: 'POST',
    body: new URLSearchParams({ key: 'correct-horse-battery' }),
    redirect: 'manual',
  });
  expect(new URL(login.headers.get('location') ?? '', login.url).href).toBe(`${url}/`);
});

withTLS(
  'behind nginx with a certificate all addresses are of https, play, and the login is for https alone',
  async () => {
    const own = await mkdtemp(path.join(folder, 'own-'));
    const env = { ...REACHABLE, SIDECAST_API_KEY: 'correct-horse-battery' };
    await using sidecar = await SidecarProcess.start({ main, folder: own, library, env });
    const certificate = await makeCertificate(own);
    await using nginx = await startNginx(own, sidecar.url, certificate);
    const { url } = nginx;
    const ask = (address: string, options: RequestOptions = {}) =>
      askByTLS(url + address, { ca: certificate.pem, ...options });
    const m3u = await until('there is a channel', async () => {
      const { text } = await ask('/channels.m3u');
      return text.includes('/stream/') && text;
    });
    const headers = { 'x-api-key': 'correct-horse-battery' };
    const paths = ['/channels.m3u?format=hls', '/guide.xml', '/discover.json', '/lineup.json', '/device.xml'];
    const lists = [m3u, ...(await Promise.all(paths.map(async (each) => (await ask(each)).text)))];
    lists.push((await ask('/api/channels', { headers })).text, (await ask('/api/addresses', { headers })).text);
    for (const list of lists) {
      const addresses = (list.match(/https?:\/\/[^"'<>\s]+/g) ?? []).filter((each) => each.includes('127.0.0.1'));
      expect(addresses.length).toBeGreaterThan(0);
      expect(addresses.filter((each) => !each.startsWith(`${url}/`) && each !== url)).toEqual([]);
    }
    const stream = /^https.*\.ts$/m.exec(m3u)?.[0] ?? '';
    for (const address of [stream, stream.replace(/\.ts$/, '/480p.m3u8')]) {
      const seen = [
        '-count_frames',
        '-read_intervals',
        '%+2',
        '-select_streams',
        'v',
        '-show_entries',
        'stream=nb_read_frames',
      ];
      const args = [
        '-v',
        'error',
        '-tls_verify',
        '1',
        '-ca_file',
        certificate.file,
        ...seen,
        '-of',
        'csv=p=0',
        address,
      ];
      expect(Number.parseInt((await execa('ffprobe', args)).stdout, 10)).toBeGreaterThan(25);
    }
    const form = { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const login = await ask('/login', { ...form, body: 'key=correct-horse-battery' });
    expect([login.status, login.headers['set-cookie']]).toEqual([303, [expect.stringMatching(/; Secure$/)]]);
    // Whoever is no trusted proxy says it in vain.
    const said = {
      headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'tv.example' },
      localAddress: '127.0.0.2',
    };
    const plain = await askBy(getPlain, `${sidecar.url}/channels.m3u`, said);
    expect(plain.text).toContain(`x-tvg-url="${sidecar.url}/guide.xml"`);
    expect(plain.text).not.toMatch(/https:|tv\.example/);
  },
);

test('signed, a channel plays by HLS and MPEG-TS for who was given its address, and for nobody else', async () => {
  const own = await mkdtemp(path.join(folder, 'own-'));
  const env = { SIDECAST_SIGNED_URLS: 'on', SIDECAST_API_KEY: 'correct-horse-battery' };
  await using sidecar = await SidecarProcess.start({ main, folder: own, library, env });
  const headers = { 'x-api-key': 'correct-horse-battery' };
  const read = async (address: string) => (await fetch(sidecar.url + address, { headers })).json();
  const channel = await until('something is on air', async () => {
    const all = (await read('/api/channels')) as { id: string; listed: boolean; stream_url: string; hls_url: string }[];
    const first = all.find(({ listed }) => listed);
    const on = first && ((await read(`/api/channels/${first.id}/now`)) as { now: unknown }).now;
    return on ? first : undefined;
  });
  const secret = path.join(own, 'data', 'url-secret');
  expect((await stat(secret)).mode & 0o777).toBe(0o600);
  {
    using viewer = new TsViewer(channel.stream_url);
    await viewer.watches();
    const player = new HlsPlayer().tuneTo(channel.hls_url.replace('master', '480p'));
    await player.playUntil('some segments were played', ({ played }) => played.length > 2);
  }
  expect(await sidecar.status(`/stream/${channel.id}.ts`)).toBe(403);
  expect(await sidecar.status('/channels.m3u')).toBe(403);
  expect(await sidecar.status('/api/addresses/revoke', { method: 'POST', headers })).toBe(200);
  expect(await status(channel.stream_url, {})).toBe(403);
});

const withStrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0 ? test : test.skip;

withStrace('no path that climbs reaches the disk', async () => {
  const own = await mkdtemp(path.join(folder, 'own-'));
  const trace = path.join(own, 'trace');
  // The sidecar is the process that is started, and ended: strace looks on from beside it.
  const confinement = ['strace', '-D', '-f', '-qq', '-e', 'trace=%file', '-o', trace] as const;
  await using sidecar = await SidecarProcess.start({ main, folder: own, library, confinement });
  const { id } = await sidecar.channel();
  const climbing = ['../../etc/shadow', '..%2f..%2fetc%2fshadow', '%2e%2e/%252e%252e/etc/shadow', '..\\etc\\shadow'];
  const places = [
    '/',
    '/assets/',
    `/stream/${id}/`,
    `/stream/${id}/480p/`,
    '/artwork/',
    `/channels/${id}/`,
    '/~x/artwork/',
  ];
  for (const place of places) {
    for (const climb of climbing) {
      const answer = await sendRaw(Number(new URL(sidecar.url).port), `GET ${place}${climb} HTTP/1.0\r\n\r\n`);
      expect([place + climb, answer]).toEqual([place + climb, expect.stringMatching(/^HTTP\/1\.1 400 /)]);
    }
  }
  const seen = await readFile(trace, 'utf8');
  expect(seen).toContain('sidecast.db');
  expect(seen).not.toContain('shadow');
});

/** Not from the address of the proxy. */
async function status(url: string, headers: Record<string, string>, localAddress = '127.0.0.2'): Promise<number> {
  const [response] = (await once(get(url, { headers, localAddress, agent: false }), 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode ?? 0;
}

interface RequestOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly ca?: string;
  readonly localAddress?: string;
}

const getPlain = request;
const askByTLS = (url: string, options: RequestOptions) => askBy(requestByTLS, url, options);

async function askBy(send: typeof request | typeof requestByTLS, url: string, { body, ...options }: RequestOptions) {
  const sent = send(url, { agent: false, ...options });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, text: await readText(response) };
}

interface Certificate {
  readonly file: string;
  readonly keyFile: string;
  readonly pem: string;
}

/** For 127.0.0.1, signed by itself. */
async function makeCertificate(own: string): Promise<Certificate> {
  const [file, keyFile] = [path.join(own, 'certificate.pem'), path.join(own, 'key.pem')];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  const name = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  await execa('openssl', ['req', '-x509', ...key, ...name, '-out', file]);
  return { file, keyFile, pem: await readFile(file, 'utf8') };
}

/** The README's snippet in a server of its own. */
async function startNginx(own: string, sidecarUrl: string, certificate?: Certificate) {
  const readme = await readFile(path.join(import.meta.dirname, '../../README.md'), 'utf8');
  const location = /```nginx\n([^]*?)```/.exec(readme)?.[1]?.replace('http://127.0.0.1:8765', sidecarUrl);
  const port = await freePort();
  const tls = certificate
    ? ` ssl; ssl_certificate ${certificate.file}; ssl_certificate_key ${certificate.keyFile}`
    : '';
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${own};`);
  const config = path.join(own, 'nginx.conf');
  await writeFile(
    config,
    `daemon off; pid ${own}/nginx.pid; events {}
     http { access_log off; ${temporary.join(' ')} server { listen 127.0.0.1:${port}${tls}; ${location} } }`,
  );
  const child = spawn('nginx', ['-e', path.join(own, 'error.log'), '-p', own, '-c', config], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const url = `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`;
  await until(
    'nginx answers',
    () =>
      new Promise((resolve) => {
        const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
        socket.unref().on('connect', () => socket.destroy());
      }),
  );
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
