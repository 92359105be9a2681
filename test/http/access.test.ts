import { describe, expect, it, test } from '@jest/globals';
import { parseNetwork } from '../../src/access/networks.ts';
import { addressKind } from '../../src/http/address-kind.ts';
import { readPluginManifest } from '../../src/http/plugin-manifest.ts';
import { CHANNEL, NOW, type RunningSidecar, startSidecar } from './sidecar.ts';

const KEY = 'correct-horse-battery';
const STREAM = `/api/streams/${CHANNEL}`;
const access = { apiKey: KEY, links: undefined, revokeLinks: async () => {} };
const bearer = { authorization: `Bearer ${KEY}` };
const inHeader = { 'x-api-key': KEY };

test('every address is for those for whom it is', async () => {
  const { endpoints } = await readPluginManifest();
  const paths = [...new Set(endpoints.map(({ path }) => path))];
  const ofKind = (kind: string) => paths.filter((path) => addressKind(path.replace(/:\w+/g, 'x')) === kind).sort();
  expect(ofKind('open')).toEqual([
    ...['/assets/hls.min.js', '/assets/sidecast.css', '/assets/sidecast.js', '/favicon.ico', '/favicon.svg'],
    ...['/login', '/logout', '/plugin-manifest.json'],
  ]);
  expect(ofKind('own').filter((path) => !path.startsWith('/api/'))).toEqual(['/', '/metrics', '/watch/:channelId']);
  expect(ofKind('tuner').filter((path) => path.startsWith('/api/'))).toEqual([]);
  expect(ofKind('health')).toEqual(['/api/health']);
});

describe('with a key', () => {
  it.each([
    '/api/streams',
    '/api/channels',
    `/api/channels/${CHANNEL}/now`,
    '/api/library',
    '/metrics',
    '/api/nothing',
  ])('%s asks for it', async (path) => {
    await using sidecar = await startSidecar({ access });
    const refused = await sidecar.fetch(path);
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="Sidecast"']);
    expect(await refused.json()).toEqual({ error: 'unauthorised', message: expect.stringContaining('X-Api-Key') });
    expect(sidecar.calls).toEqual([]);
    const expected = path === '/api/nothing' ? 404 : 200;
    expect((await sidecar.fetch(path, { headers: bearer })).status).toBe(expected);
    expect((await sidecar.fetch(path, { headers: inHeader })).status).toBe(expected);
    for (const headers of [{ authorization: `Bearer ${KEY}x` }, { 'x-api-key': '' }, { authorization: KEY }]) {
      expect((await sidecar.fetch(path, { headers })).status).toBe(401);
    }
  });

  it.each([
    ...['/channels.m3u', '/guide.xml', '/discover.json', '/lineup.json', '/device.xml', '/lineup_status.json'],
    ...[`/stream/${CHANNEL}.ts`, `/stream/${CHANNEL}/master.m3u8`, `/auto/v1`, '/artwork/film/poster'],
    ...['/plugin-manifest.json', '/assets/sidecast.css', '/favicon.svg', '/api/health'],
  ])('%s is there for hosts and players, which have none', async (path) => {
    await using sidecar = await startSidecar({ access });
    const response = await sidecar.fetch(path, { headers: { authorization: 'MediaBrowser Token="x"' } });
    expect(response.status).toBe(200);
    await response.arrayBuffer();
  });

  test('whoever has it may change things, from wherever and whatever page', async () => {
    await using sidecar = await startSidecar({ access });
    seemToComeFrom(sidecar, '203.0.113.9');
    expect((await sidecar.fetch(STREAM, { method: 'POST' })).status).toBe(401);
    const headers = { ...bearer, origin: 'http://dashboard.example', 'x-forwarded-for': '198.51.100.7' };
    expect((await sidecar.fetch(STREAM, { method: 'POST', headers })).status).toBe(201);
    expect((await sidecar.fetch(STREAM, { method: 'DELETE', headers: inHeader })).status).toBe(204);
  });

  test('not even this machine’s own user may without it', async () => {
    await using sidecar = await startSidecar({ access });
    expect((await sidecar.fetch(STREAM, { method: 'POST' })).status).toBe(401);
    expect(sidecar.calls).toEqual([]);
  });

  test('strangers hear of health what a container has to know, others what to do', async () => {
    const cause = { code: 'disk_low', message: 'no room on /srv/data', advice: 'make room', since: 'today' } as const;
    const report = async () => ({ status: 'failing' as const, causes: [cause] });
    await using sidecar = await startSidecar({ access, health: { report } });
    const health = async (headers: Record<string, string>) => {
      const response = await sidecar.fetch('/api/health', { headers });
      return [response.status, ((await response.json()) as { causes: unknown }).causes];
    };
    expect(await health({})).toEqual([503, [{ code: 'disk_low', since: 'today' }]]);
    expect(await health(bearer)).toEqual([503, [cause]]);
    expect((await health({ 'x-api-key': 'wrong' }))[0]).toBe(401);
  });
});

describe('the login', () => {
  const logIn = (sidecar: RunningSidecar, fields: Record<string, string>, headers = {}) =>
    sidecar.fetch('/login', { method: 'POST', body: new URLSearchParams(fields), headers });

  test('stands in place of a page, leads back to it, and lets the browser in from then on', async () => {
    await using sidecar = await startSidecar({ access });
    const page = await sidecar.fetch(`/watch/${CHANNEL}`, { headers: { accept: 'text/html,*/*;q=0.8' } });
    expect(page.status).toBe(401);
    const form = await page.text();
    expect(form).toContain('action="../login"');
    expect(form).toContain(`name="to" value="watch/${CHANNEL}"`);
    expect(form).not.toContain('Old');
    const done = await logIn(sidecar, { key: ` ${KEY} `, to: `watch/${CHANNEL}` }, { origin: 'null' });
    expect([done.status, done.headers.get('location')]).toEqual([303, `./watch/${CHANNEL}`]);
    const [cookie = ''] = done.headers.getSetCookie();
    expect(cookie).toMatch(/^sidecast_session=\d+\.[\w-]{43}; Path=\/; Max-Age=7776000; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(KEY);
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    for (const path of ['/', `/watch/${CHANNEL}`, '/api/streams']) {
      expect((await sidecar.fetch(path, { headers })).status).toBe(200);
    }
    expect(await (await sidecar.fetch('/', { headers })).text()).toContain('Log out');
    expect((await sidecar.fetch(STREAM, { method: 'POST', headers: { ...headers, origin: sidecar.url } })).status).toBe(
      201,
    );
    for (const origin of ['http://evil.example', 'null']) {
      expect((await sidecar.fetch(STREAM, { method: 'POST', headers: { ...headers, origin } })).status).toBe(403);
    }
    const out = await sidecar.fetch('/logout', { method: 'POST', headers });
    expect([out.status, out.headers.getSetCookie()[0]]).toEqual([
      303,
      expect.stringContaining('=; Path=/; Max-Age=0;'),
    ]);
    expect((await sidecar.fetch('/logout', { method: 'POST' })).headers.getSetCookie()).toEqual([]);
  });

  test('says what was wrong, and lets nobody in', async () => {
    await using sidecar = await startSidecar({ access });
    const wrong = await logIn(sidecar, { key: 'not-the-key', to: 'watch/x' });
    expect([wrong.status, wrong.headers.getSetCookie()]).toEqual([401, []]);
    expect(await wrong.text()).toMatch(/role="alert">this is not the key of this Sidecast[^]*value="watch\/x"/);
    expect((await logIn(sidecar, { key: 'x'.repeat(5000) })).status).toBe(413);
    expect((await sidecar.fetch('/login')).status).toBe(200);
    expect((await sidecar.fetch('/', { headers: { cookie: 'sidecast_session=1.x' } })).status).toBe(401);
  });

  it.each(['//evil.example', 'https://evil.example', '/x', '../x', 'a\\b', 'javascript:x', 'login'])(
    'leads to the first page for "%s"',
    async (to) => {
      await using sidecar = await startSidecar({ access });
      expect((await logIn(sidecar, { key: KEY, to })).headers.get('location')).toBe('./');
    },
  );

  test('is remembered until the key changes or three months are over', async () => {
    let now = NOW;
    await using sidecar = await startSidecar({ access, now: () => now });
    const [cookie = ''] = (await logIn(sidecar, { key: KEY })).headers.getSetCookie();
    const headers = { cookie: cookie.split(';')[0] ?? '' };
    await using other = await startSidecar({ access: { ...access, apiKey: 'a-new-key-a-new-key' } });
    expect((await other.fetch('/', { headers })).status).toBe(401);
    now += 91 * 86_400_000;
    expect((await sidecar.fetch('/', { headers })).status).toBe(401);
  });

  test('by https gives a cookie for https alone', async () => {
    const settings = { timeZone: 'UTC', baseUrl: 'https://tv.example/cast' };
    await using sidecar = await startSidecar({ access, settings });
    expect((await logIn(sidecar, { key: KEY })).headers.getSetCookie()[0]).toMatch(/; Secure$/);
  });

  test('is not asked for where there is no key', async () => {
    await using sidecar = await startSidecar();
    expect((await sidecar.fetch('/login')).headers.get('location')).toBe('./');
    expect((await logIn(sidecar, { key: 'x' })).headers.getSetCookie()).toEqual([]);
  });
});

describe('wrong keys', () => {
  test('are looked at ten times, then a quarter of an hour later again', async () => {
    let now = NOW;
    const logged: string[] = [];
    const logger = { debug() {}, info() {}, error() {}, warn: (_: object, words: string) => logged.push(words) };
    await using sidecar = await startSidecar({ access, logger, now: () => now });
    const wrong = { 'x-api-key': 'guess' };
    for (let tries = 0; tries < 10; tries++)
      expect((await sidecar.fetch('/api/streams', { headers: wrong })).status).toBe(401);
    const refused = await sidecar.fetch('/api/streams', { headers: bearer });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '900']);
    expect(await refused.json()).toMatchObject({ error: 'too_many_wrong_keys' });
    const form = await sidecar.fetch('/login', { method: 'POST', body: new URLSearchParams({ key: KEY }) });
    expect([form.status, form.headers.get('retry-after'), form.headers.getSetCookie()]).toEqual([429, '900', []]);
    expect(logged).toEqual(['Too many wrong keys came from 127.0.0.1']);
    // Hosts are not kept from what they need no key for.
    expect((await sidecar.fetch('/channels.m3u', { headers: wrong })).status).toBe(200);
    now += 15 * 60_000;
    expect((await sidecar.fetch('/api/streams', { headers: bearer })).status).toBe(200);
  });

  test('of others do not count, also where a trusted proxy stands between', async () => {
    const trustedProxies = [parseNetwork('127.0.0.1')!];
    await using sidecar = await startSidecar({ access, settings: { timeZone: 'UTC', trustedProxies } });
    const guess = (from: string) =>
      sidecar.fetch('/api/streams', { headers: { 'x-api-key': 'guess', 'x-forwarded-for': from } });
    for (let tries = 0; tries < 10; tries++) await guess(`198.51.100.${tries}, 203.0.113.9`);
    expect((await guess('198.51.100.77, 203.0.113.9')).status).toBe(429);
    expect((await guess('203.0.113.10')).status).toBe(401);
  });
});

describe('a trusted network', () => {
  const near = { timeZone: 'UTC', trustedNetworks: [parseNetwork('192.168.1.0/24')!] };

  test('needs no key', async () => {
    await using sidecar = await startSidecar({ access, settings: near });
    seemToComeFrom(sidecar, '::ffff:192.168.1.20');
    expect((await sidecar.fetch('/')).status).toBe(200);
    expect((await sidecar.fetch(STREAM, { method: 'POST' })).status).toBe(201);
    expect((await sidecar.fetch(STREAM, { method: 'DELETE', headers: { origin: 'http://evil.example' } })).status).toBe(
      403,
    );
  });

  it.each([
    ['a proxy in it that is not trusted', '192.168.1.2', { 'x-forwarded-for': '203.0.113.9' }],
    ['whoever only says so', '203.0.113.9', { 'x-forwarded-for': '192.168.1.20' }],
    ['a neighbour', '192.168.2.20', {}],
  ])('is not that of %s', async (_who, address, headers) => {
    await using sidecar = await startSidecar({ access, settings: near });
    seemToComeFrom(sidecar, address);
    expect((await sidecar.fetch('/api/streams', { headers })).status).toBe(401);
  });

  test('is believed of a trusted proxy, under a name that nobody else has, or that of the setting', async () => {
    const trustedProxies = [parseNetwork('127.0.0.1')!];
    const ask = async (host: string, baseUrl?: string) => {
      await using sidecar = await startSidecar({ access, settings: { ...near, trustedProxies, baseUrl } });
      const headers = { 'x-forwarded-for': '192.168.1.20', 'x-forwarded-host': host };
      return (await sidecar.fetch('/api/streams', { headers })).status;
    };
    expect([await ask('nas'), await ask('nas.local:80'), await ask('192.168.1.3'), await ask('[fd00::3]')]).toEqual([
      ...[200, 200, 200, 200],
    ]);
    expect([await ask('evil.example'), await ask('tv.example')]).toEqual([401, 401]);
    expect(await ask('tv.example', 'https://tv.example')).toBe(200);
  });

  test('may change things where there is no key', async () => {
    await using sidecar = await startSidecar({ settings: near });
    seemToComeFrom(sidecar, '192.168.1.20');
    expect((await sidecar.fetch(STREAM, { method: 'POST' })).status).toBe(201);
  });
});

/** What the socket says of its peer is all that tells a neighbour from this machine. */
function seemToComeFrom(sidecar: RunningSidecar, address: string): void {
  sidecar.server.on('connection', (socket) => Object.defineProperty(socket, 'remoteAddress', { value: address }));
}
