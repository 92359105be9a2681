import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import { request } from 'node:http';
import createKnex from 'knex';
import { AppError } from '../../src/shared/errors.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import type { RunningSidecar } from './sidecar.ts';
import { CHANNEL, sendRaw, startSidecar, UNKNOWN } from './sidecar.ts';

let sidecar: RunningSidecar;
beforeAll(async () => {
  sidecar = await startSidecar();
});
afterAll(() => sidecar[Symbol.asyncDispose]());

describe('a path that climbs gets 400 and never a file', () => {
  it.each([
    '/../../etc/passwd',
    `/stream/${CHANNEL}/../../../etc/passwd`,
    `/stream/%2e%2e/%2E%2E/etc/passwd`,
    `/stream/%252e%252e/etc/passwd`,
    `/stream/${CHANNEL}/720p/..%2f..%2fx`,
    `/stream/${CHANNEL}/..\\..\\x`,
    '/assets/..%5c..%5cpackage.json',
    '/assets/x%00.js',
  ])('%s', async (path) => {
    const answer = await sendRaw(sidecar.port, `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"error":"invalid_path"');
  });

  test('without a word where a stream could be', async () => {
    const answer = await sendRaw(sidecar.port, `GET /stream/../x.ts HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/\r\nContent-Length: 0\r\n/i);
    expect(answer).not.toMatch(/\r\ncontent-type:/i);
  });
});

describe('errors', () => {
  it.each([
    ['/nowhere', 404, 'not_found'],
    [`/stream/${UNKNOWN}/master.m3u8`, 404, 'channel_not_found'],
    [`/stream/${UNKNOWN}/720p.m3u8`, 404, 'channel_not_found'],
    [`/stream/${CHANNEL}/4k.m3u8`, 400, 'invalid_quality'],
    [`/stream/${CHANNEL}/1080p.m3u8`, 400, 'invalid_quality'],
    [`/watch/${UNKNOWN}`, 404, 'channel_not_found'],
    [`/api/channels/${UNKNOWN}/now`, 404, 'channel_not_found'],
    [`/api/streams/${UNKNOWN}`, 404, 'channel_not_found'],
    [`/api/streams/${CHANNEL}`, 404, 'stream_not_found'],
  ])('%s is %d %s', async (path, status, code) => {
    const response = await sidecar.fetch(path);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: code, message: expect.any(String) });
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    [`/stream/${UNKNOWN}.ts`, 404],
    [`/stream/${CHANNEL}/4k.ts`, 400],
    [`/stream/${CHANNEL}/720p/evil.ts`, 400],
    [`/stream/${CHANNEL}/720p/${CHANNEL}_480p_segment_5.ts`, 400],
    [`/stream/${CHANNEL}/720p/${CHANNEL}_720p_segment_05.ts`, 400],
    [`/stream/${CHANNEL}/720p/${CHANNEL}_720p_segment_6.ts`, 404],
    ['/nowhere.ts', 404],
  ])('%s is %d without a body', async (path, status) => {
    const response = await sidecar.fetch(path);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe('');
  });

  test('what nobody foresaw is 500 without details, and logged once', async () => {
    const logged: string[] = [];
    const note = (_facts: object, sentence: string) => logged.push(sentence);
    await using broken = await startSidecar({
      logger: { debug() {}, info() {}, warn: note, error: note },
      stream: {
        list: () => {
          throw new RangeError('secret');
        },
      },
    });
    const response = await broken.fetch('/api/streams');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(logged).toHaveLength(1);
  });

  test('what is refused again and again is logged for each address and cause at once, then every ten minutes', async () => {
    let now = 1e12;
    let code: 'machine_at_capacity' | 'disk_low' = 'machine_at_capacity';
    const refuse = async () => {
      throw new AppError(code, 'no');
    };
    const logged: object[] = [];
    const refused: string[] = [];
    await using full = await startSidecar({
      stream: { mediaPlaylist: refuse, watch: refuse },
      logger: { ...silentLogger, error: (facts, sentence) => logged.push({ ...facts, sentence }) },
      metrics: { render: async () => ({ type: '', text: '' }), sent: () => {}, refused: (why) => refused.push(why) },
      now: () => now,
    });
    const ask = async (path: string, times: number) => {
      for (let time = 0; time < times; time++) expect((await full.fetch(path)).status).toBe(503);
    };
    const playlist = `/stream/${CHANNEL}/720p.m3u8?viewer=${'x'.repeat(22)}`;
    await ask(playlist, 4);
    await ask(`/stream/${CHANNEL}.ts`, 2);
    code = 'disk_low';
    await ask(`/stream/${CHANNEL}.ts`, 2);
    code = 'machine_at_capacity';
    now += 599_000;
    await ask(playlist, 1);
    expect(logged).toHaveLength(3);
    now += 1000;
    await ask(playlist, 2);
    expect(logged).toHaveLength(4);
    expect(logged.at(-1)).toMatchObject({
      path: `/stream/${CHANNEL}/720p.m3u8`,
      repeated: 4,
      sentence: 'A request failed with 503, and 4 times since that was said last',
    });
    expect(refused).toHaveLength(11);
    // A clock that is set back silences nothing.
    now -= 86_400_000;
    await ask(playlist, 1);
    expect(logged).toHaveLength(5);
  });

  it.each([
    'ffmpeg_not_found',
    'folder_not_writable',
    'disk_low',
    'library_unreadable',
    'timeout',
    'ffmpeg_failed',
  ] as const)('%s names no file outside, and says where its words are', async (code) => {
    const fail = async () => {
      throw new AppError(code, 'the folder /srv/secret/place cannot be used (EACCES, open /srv/secret/place)');
    };
    await using failing = await startSidecar({ stream: { mediaPlaylist: fail, start: fail } });
    for (const [path, method] of [
      [`/stream/${CHANNEL}/720p.m3u8?viewer=${'x'.repeat(22)}`, 'GET'],
      [`/api/streams/${CHANNEL}`, 'POST'],
    ] as const) {
      const response = await failing.fetch(path, { method });
      const { error, message } = (await response.json()) as { error: string; message: string };
      expect([response.status, error]).toEqual([503, code]);
      expect(message).toMatch(/the log says|\/api\/health says/);
      expect(message).not.toContain('secret');
    }
  });

  test('a database that has no room is told as what it is, and without what was to be written', async () => {
    const knex = createKnex({ client: 'sqlite3', connection: ':memory:', useNullAsDefault: true });
    await knex.raw('create table notes (text text)');
    await knex.raw('pragma max_page_count = 2');
    const fail = async () => {
      await knex('notes').insert({ text: 'secret'.repeat(10_000) });
      throw new Error('there was room');
    };
    await using failing = await startSidecar({ stream: { start: fail } });
    const response = await failing.fetch(`/api/streams/${CHANNEL}`, { method: 'POST' });
    expect([response.status, response.headers.get('retry-after'), await response.json()]).toEqual([
      ...[503, '5', { error: 'database_failed', message: expect.stringContaining('/api/health says why') }],
    ]);
    await knex.destroy();
  });

  it.each(['probe_failed', 'database_corrupt', 'invalid_settings', 'internal_error'] as const)(
    '%s, which nobody thought of as an answer, is 500 and names nothing',
    async (code) => {
      const fail = async () => {
        throw new AppError(code, 'cannot air /srv/secret/place', { fields: [{ path: 'x', message: '/srv/secret' }] });
      };
      await using failing = await startSidecar({ stream: { start: fail } });
      const response = await failing.fetch(`/api/streams/${CHANNEL}`, { method: 'POST' });
      const body = await response.text();
      expect([response.status, JSON.parse(body)]).toEqual([500, { error: code, message: expect.any(String) }]);
      expect(body).not.toContain('secret');
    },
  );

  test('a refusal says when to come back', async () => {
    const refuse = async () => {
      throw new AppError('ffmpeg_not_found', 'ffmpeg not found in PATH; install it');
    };
    await using refusing = await startSidecar({ stream: { watch: refuse } });
    const response = await refusing.fetch(`/stream/${CHANNEL}.ts`);
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([503, '5', '']);
  });

  test('one viewer too many is told so in words, and at a tuner in its host’s', async () => {
    const refuse = async () => {
      throw new AppError('too_many_viewers', 'too many viewers: all 3 places are taken');
    };
    await using full = await startSidecar({ stream: { watch: refuse, mediaPlaylist: refuse } });
    const tuner = await full.fetch(`/stream/${CHANNEL}.ts`);
    expect([tuner.status, tuner.headers.get('x-hdhomerun-error'), tuner.headers.get('retry-after')]).toEqual([
      ...[503, '805 All Tuners In Use', '5'],
    ]);
    expect(await tuner.text()).toBe('');
    const player = await full.fetch(`/stream/${CHANNEL}/720p.m3u8?viewer=${'x'.repeat(22)}`);
    expect([player.status, player.headers.get('x-hdhomerun-error')]).toEqual([503, null]);
    expect(await player.json()).toMatchObject({
      error: 'too_many_viewers',
      message: expect.stringContaining('3 places'),
    });
  });

  test('while shutting down everything is refused', async () => {
    await using stopping = await startSidecar({ isShuttingDown: () => true });
    const response = await stopping.fetch('/');
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ error: 'manager_stopped' });
    expect((await stopping.fetch('/stream/x.ts')).headers.get('access-control-allow-origin')).toBe('*');
  });
});

describe('methods', () => {
  test('others than the known ones are 405 with those that are', async () => {
    const response = await sidecar.fetch('/channels.m3u', { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    const onStream = await sidecar.fetch(`/api/streams/${CHANNEL}`, { method: 'PUT' });
    expect(onStream.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS, POST');
  });

  test('OPTIONS of a stream lets other sites in', async () => {
    const response = await sidecar.fetch(`/stream/${CHANNEL}/720p.m3u8`, { method: 'OPTIONS' });
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, HEAD, OPTIONS');
  });

  test('OPTIONS elsewhere tells the methods, and lets nobody in', async () => {
    const response = await sidecar.fetch('/api/streams', { method: 'OPTIONS' });
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, HEAD, OPTIONS']);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('text', () => {
  const texts = ['/', '/channels.m3u', '/guide.xml', '/plugin-manifest.json', '/api/channels', '/assets/hls.min.js'];

  it.each(texts)('%s comes compressed to those who ask for it', async (path) => {
    const plain = await sidecar.fetch(path, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.has('content-encoding')).toBe(false);
    const compressed = await rawBody(path);
    expect(compressed.encoding).toBe('gzip');
    expect(gunzipSync(compressed.body).toString()).toBe(await plain.text());
  });

  it.each([...texts, '/guide.xml.gz', `/watch/${CHANNEL}`, `/stream/${CHANNEL}/720p.m3u8?viewer=${'v'.repeat(22)}`])(
    '%s is not sent again to those who have it',
    async (path) => {
      const etag = (await sidecar.fetch(path)).headers.get('etag') ?? '';
      const again = await sidecar.fetch(path, { headers: { 'if-none-match': etag } });
      expect([again.status, await again.text()]).toEqual([304, '']);
      const other = await sidecar.fetch(path, { headers: { 'if-none-match': 'W/"other"' } });
      expect(other.status).toBe(200);
      const one = await sidecar.fetch(path, { headers: { 'if-none-match': `"x", ${etag.replace('W/', '')}` } });
      expect(one.status).toBe(304);
    },
  );

  it.each([
    ['/channels.m3u', 'audio/x-mpegurl; charset=utf-8'],
    ['/guide.xml', 'application/xml; charset=utf-8'],
    ['/guide.xml.gz', 'application/gzip'],
    ['/', 'text/html; charset=utf-8'],
    ['/favicon.ico', 'image/svg+xml'],
  ])('HEAD of %s is what GET would say', async (path, type) => {
    const [get, head] = await Promise.all([sidecar.fetch(path), sidecar.fetch(path, { method: 'HEAD' })]);
    expect(head.headers.get('content-type')).toBe(type);
    expect(head.headers.get('etag')).toBe(get.headers.get('etag'));
    expect(await head.text()).toBe('');
  });

  test('the player keeps the date of its file', async () => {
    const date = (await sidecar.fetch('/assets/hls.min.js')).headers.get('last-modified') ?? '';
    expect(new Date(date).getTime()).toBeGreaterThan(0);
    const again = await sidecar.fetch('/assets/hls.min.js', { headers: { 'if-modified-since': date } });
    expect(again.status).toBe(304);
  });

  async function rawBody(path: string): Promise<{ encoding: string | undefined; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const headers = { 'accept-encoding': 'gzip, deflate, br' };
      request(sidecar.url + path, { headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(parts) }),
        );
      })
        .on('error', reject)
        .end();
    });
  }
});
