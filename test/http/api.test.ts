import { describe, expect, it, test } from '@jest/globals';
import { programmingOf } from '../../src/catalog/channels/contents.ts';
import { CHANNEL, FILMS, sendRaw, startSidecar } from './sidecar.ts';

const STREAM = `/api/streams/${CHANNEL}`;

test('a stream is started once, found again, refused a second time, and stopped', async () => {
  await using sidecar = await startSidecar();
  const session = { channel_id: CHANNEL, state: 'starting' };
  const post = (headers: Record<string, string> = {}) => sidecar.fetch(STREAM, { method: 'POST', headers });

  const created = await post({ 'if-none-match': '*' });
  expect([created.status, await created.json()]).toEqual([201, session]);
  const found = await post();
  expect([found.status, await found.json()]).toEqual([200, session]);
  const refused = await post({ 'if-none-match': '*' });
  expect(refused.status).toBe(409);
  expect(await refused.json()).toEqual({
    error: 'stream_already_exists',
    message: expect.any(String),
    stream: session,
  });
  expect(await (await sidecar.fetch('/api/streams')).json()).toEqual([session]);
  expect(await (await sidecar.fetch(STREAM)).json()).toEqual(session);

  expect((await sidecar.fetch(STREAM, { method: 'DELETE' })).status).toBe(204);
  expect((await sidecar.fetch(STREAM, { method: 'DELETE' })).status).toBe(404);
});

test('sessions may be asked for by their state', async () => {
  await using sidecar = await startSidecar();
  await sidecar.fetch(STREAM, { method: 'POST' });
  expect(await (await sidecar.fetch('/api/streams?state=starting')).json()).toHaveLength(1);
  expect(await (await sidecar.fetch('/api/streams?state=active')).json()).toEqual([]);
  for (const wrong of ['watched', '', 'active&state=idle']) {
    const response = await sidecar.fetch(`/api/streams?state=${wrong}`);
    expect([response.status, await response.json()]).toEqual([
      400,
      expect.objectContaining({ error: 'invalid_query', fields: [expect.objectContaining({ path: 'state' })] }),
    ]);
  }
});

describe('only this machine may change anything', () => {
  test('another machine may not, whatever its headers say', async () => {
    await using sidecar = await startSidecar();
    // What the socket says of its peer is all that tells a neighbour from this machine.
    sidecar.server.on('connection', (socket) => {
      Object.defineProperty(socket, 'remoteAddress', { value: '192.168.1.20' });
    });
    const response = await sidecar.fetch(STREAM, { method: 'POST', headers: { 'x-real-ip': '127.0.0.1' } });
    expect([response.status, await response.json()]).toEqual([403, expect.objectContaining({ error: 'forbidden' })]);
    expect((await sidecar.fetch('/api/streams')).status).toBe(200);
    expect(sidecar.calls).toEqual(['list']);
  });

  it.each([
    ['a proxy for somebody else', { 'x-forwarded-for': '203.0.113.9' }],
    ['the page of another site', { origin: 'http://evil.example' }],
  ])('%s may not', async (_who, headers) => {
    await using sidecar = await startSidecar();
    expect((await sidecar.fetch(STREAM, { method: 'POST', headers })).status).toBe(403);
    expect((await sidecar.fetch(STREAM, { method: 'DELETE', headers })).status).toBe(403);
    expect(sidecar.calls).toEqual([]);
  });

  test('a page may not whose site has had its name lead here', async () => {
    await using sidecar = await startSidecar();
    const headers = 'Host: evil.example\r\nOrigin: http://evil.example\r\nConnection: close';
    const answer = await sendRaw(sidecar.port, `POST ${STREAM} HTTP/1.1\r\n${headers}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 403 /);
    expect(sidecar.calls).toEqual([]);
  });

  test('a page of its own may', async () => {
    await using sidecar = await startSidecar();
    const response = await sidecar.fetch(STREAM, { method: 'POST', headers: { origin: sidecar.url } });
    expect(response.status).toBe(201);
  });
});

test('channels come in order, with their addresses', async () => {
  await using sidecar = await startSidecar();
  const channels = (await (await sidecar.fetch('/api/channels')).json()) as object[];
  expect(channels).toMatchObject([{ id: CHANNEL }, { id: FILMS }]);
  expect(channels[0]).toEqual({
    id: CHANNEL,
    ...{ number: '1', name: 'Old <Show> & Co', group: 'Series', description: '', enabled: true, listed: true },
    ...{ found_for: null, time_zone: null, frame_rate: '24000/1001', segment_seconds: 2 },
    ...{ qualities: ['720p', '480p'], tuner_quality: '720p', logo: { kind: 'generated', from: null } },
    guide_id: `${CHANNEL}.sidecast`,
    logo_url: `${sidecar.url}/channels/${CHANNEL}/logo.png`,
    stream_url: `${sidecar.url}/stream/${CHANNEL}.ts`,
    hls_url: `${sidecar.url}/stream/${CHANNEL}/master.m3u8`,
    programming: programmingOf('folder:/films', { kind: 'films' }),
  });
});

test('now is what is on and how far it is, next what follows', async () => {
  await using sidecar = await startSidecar();
  const response = await sidecar.fetch(`/api/channels/${CHANNEL}/now`);
  const item = { kind: 'episode', show: 'Old Show', season: 1 };
  expect(await response.json()).toEqual({
    channel_id: CHANNEL,
    time: '2026-11-24T20:10:00.000Z',
    now: {
      start: '2026-11-24T20:00:00.000Z',
      end: '2026-11-24T20:30:00.000Z',
      offset_ms: 600_000,
      item: { id: 'part-1', ...item, title: 'Part <1>', episode: 1 },
    },
    next: {
      start: '2026-11-24T20:30:00.000Z',
      end: '2026-11-24T21:00:00.000Z',
      item: { id: 'part-2', ...item, title: 'Part <2>', episode: 2 },
    },
  });
});

test('a channel with nothing planned has neither', async () => {
  await using sidecar = await startSidecar({ now: () => 0 });
  const response = await sidecar.fetch(`/api/channels/${CHANNEL}/now`);
  expect(await response.json()).toMatchObject({ now: null, next: null });
});

describe('health', () => {
  it.each([
    ['ok', 200],
    ['degraded', 200],
    ['failing', 503],
  ] as const)('%s is %d', async (status, expected) => {
    const cause = {
      code: 'disk_low',
      message: 'The disk is full',
      advice: 'make room',
      since: '2026-11-24T20:00:00Z',
    } as const;
    const report = { status, causes: [cause] };
    await using sidecar = await startSidecar({ health: { report: async () => report } });
    const response = await sidecar.fetch('/api/health');
    expect([response.status, await response.json()]).toEqual([expected, report]);
  });
});

describe('addresses', () => {
  test('are those of the request, unless the settings say better', async () => {
    await using asked = await startSidecar();
    expect(await (await asked.fetch('/channels.m3u')).text()).toContain(`\n${asked.url}/stream/${CHANNEL}.ts\n`);
    await using told = await startSidecar({ settings: { timeZone: 'UTC', baseUrl: 'https://tv.example/cast' } });
    expect(await (await told.fetch('/channels.m3u')).text()).toContain(
      `\nhttps://tv.example/cast/stream/${CHANNEL}.ts\n`,
    );
  });

  it.each([['Host: a"b'], ['Host: evil/x'], ['X-Host: none']])('a request with "%s" gets none', async (header) => {
    await using sidecar = await startSidecar();
    const answer = await sendRaw(sidecar.port, `GET /channels.m3u HTTP/1.0\r\n${header}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"error":"invalid_host"');
  });
});
