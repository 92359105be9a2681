import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
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

/** Not from the address of the proxy. */
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
  const confinement = ['strace', '-f', '-qq', '-e', 'trace=%file', '-o', trace] as const;
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

async function status(url: string, headers: Record<string, string>, localAddress = '127.0.0.2'): Promise<number> {
  const [response] = (await once(get(url, { headers, localAddress, agent: false }), 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return response.statusCode ?? 0;
}

/** The README's snippet in a server of its own. */
async function startNginx(own: string, sidecarUrl: string) {
  const readme = await readFile(path.join(import.meta.dirname, '../../README.md'), 'utf8');
  const location = /```nginx\n([^]*?)```/.exec(readme)?.[1]?.replace('http://127.0.0.1:8765', sidecarUrl);
  const port = await freePort();
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${own};`);
  const config = path.join(own, 'nginx.conf');
  await writeFile(
    config,
    `daemon off; pid ${own}/nginx.pid; events {}
     http { access_log off; ${temporary.join(' ')} server { listen 127.0.0.1:${port}; ${location} } }`,
  );
  const child = spawn('nginx', ['-e', path.join(own, 'error.log'), '-p', own, '-c', config], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  const url = `http://127.0.0.1:${port}`;
  await until('nginx answers', () => fetch(url).then(Boolean, () => false));
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
