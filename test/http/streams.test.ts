import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, test } from '@jest/globals';
import { CHANNEL, SEGMENT_BYTES, startSidecar } from './sidecar.ts';

const VIEWER = 'AbCdEfGhIjKlMnOpQrStU_';
const HLS = 'application/vnd.apple.mpegurl';

describe('a media playlist', () => {
  it.each([
    ['', /^720p\.m3u8\?viewer=[\w-]{22}$/],
    ['?viewer=short', /^720p\.m3u8\?viewer=[\w-]{22}$/],
    ['?a=b&viewer=x&viewer=y', /^720p\.m3u8\?a=b&viewer=[\w-]{22}$/],
  ])('asked for with "%s" sends the viewer on with a name', async (query, location) => {
    await using sidecar = await startSidecar();
    const response = await sidecar.fetch(`/stream/${CHANNEL}/720p.m3u8${query}`);
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toMatch(location);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(sidecar.calls).toEqual([]);
  });

  test('is served to the viewer of its address, never cached unseen, and names no viewer in segments', async () => {
    await using sidecar = await startSidecar();
    const response = await sidecar.fetch(`/stream/${CHANNEL}/720p.m3u8?viewer=${VIEWER}`);
    expect(response.headers.get('content-type')).toBe(HLS);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    const lines = (await response.text()).split('\n');
    expect(lines).toContain(`#VIEWER:${VIEWER}`);
    expect(lines).toContain(`720p/${CHANNEL}_720p_segment_5.ts`);
  });

  test('asked for without a name again and again is the same viewer, until that one has been away', async () => {
    let now = 0;
    await using sidecar = await startSidecar({ now: () => now });
    const nameOf = async (player: string, quality = '720p') => {
      const headers = { 'user-agent': player };
      const response = await sidecar.fetch(`/stream/${CHANNEL}/${quality}.m3u8`, { headers });
      return response.headers.get('location')?.split('=')[1];
    };
    const first = await nameOf('one');
    now += 15_000;
    expect(await nameOf('one')).toBe(first);
    now += 15_000;
    expect(await nameOf('one')).toBe(first);
    expect(new Set([first, await nameOf('two'), await nameOf('one', '480p')]).size).toBe(3);
    now += 21_000;
    expect(await nameOf('one')).not.toBe(first);
  });

  test('is found by a client that follows redirects', async () => {
    await using sidecar = await startSidecar();
    const response = await sidecar.fetch(`/stream/${CHANNEL}/480p.m3u8`, { redirect: 'follow' });
    expect([response.status, response.redirected]).toEqual([200, true]);
  });
});

describe('a master playlist', () => {
  test('gives each who asks a name of their own, the same in all variants', async () => {
    await using sidecar = await startSidecar();
    const viewers = async () => {
      const text = await (await sidecar.fetch(`/stream/${CHANNEL}/master.m3u8`)).text();
      return [...text.matchAll(/^\d+p\.m3u8\?viewer=([\w-]{22})$/gm)].map((match) => match[1]);
    };
    const [first, second] = [await viewers(), await viewers()];
    expect(first).toHaveLength(2);
    expect(first[0]).toBe(first[1]);
    expect(second[0]).not.toBe(first[0]);
    expect(new Set(sidecar.calls)).toEqual(new Set(['masterPlaylist']));
  });

  test('keeps the name that its own address has', async () => {
    await using sidecar = await startSidecar();
    const response = await sidecar.fetch(`/stream/${CHANNEL}/master.m3u8?viewer=${VIEWER}`);
    expect(await response.text()).toContain(`\n720p.m3u8?viewer=${VIEWER}\n`);
  });
});

test('a segment is its bytes, for every cache, whatever range is asked for', async () => {
  await using sidecar = await startSidecar();
  const path = `/stream/${CHANNEL}/720p/${CHANNEL}_720p_segment_5.ts`;
  const response = await sidecar.fetch(path, { headers: { range: 'bytes=0-9', 'accept-encoding': 'gzip' } });
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'video/MP2T',
    'content-length': String(SEGMENT_BYTES.length),
    'cache-control': 'public, max-age=64, immutable',
    'accept-ranges': 'none',
    'access-control-allow-origin': '*',
  });
  expect(response.headers.has('content-encoding')).toBe(false);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(SEGMENT_BYTES);
});

describe('HEAD never tunes in', () => {
  it.each([
    [`/stream/${CHANNEL}/master.m3u8`, HLS],
    [`/stream/${CHANNEL}/720p.m3u8`, HLS],
    [`/stream/${CHANNEL}/720p/${CHANNEL}_720p_segment_5.ts`, 'video/MP2T'],
    [`/stream/${CHANNEL}.ts`, 'video/MP2T'],
    [`/stream/${CHANNEL}/480p.ts`, 'video/MP2T'],
  ])('%s', async (path, type) => {
    await using sidecar = await startSidecar();
    const response = await sidecar.fetch(path, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(sidecar.calls).toEqual([]);
  });

  it.each([
    ['/stream/nobody.ts', 404],
    [`/stream/${CHANNEL}/4k.ts`, 400],
  ])('but looks whether there is %s', async (path, status) => {
    await using sidecar = await startSidecar();
    expect((await sidecar.fetch(path, { method: 'HEAD' })).status).toBe(status);
  });
});

describe('the continuous stream', () => {
  it.each([
    [`/stream/${CHANNEL}.ts`, 'tuner'],
    [`/stream/${CHANNEL}/480p.ts`, '480p'],
  ])('%s is in the quality that was asked for', async (path, expected) => {
    await using sidecar = await startSidecar();
    const response = await sidecar.fetch(path, { headers: { range: 'bytes=0-', 'icy-metadata': '1' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'video/MP2T']);
    expect(response.headers.has('content-length')).toBe(false);
    expect(await response.text()).toBe(expected);
  });

  test('has its headers sent as soon as the viewer is admitted', async () => {
    const never = (signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    await using sidecar = await startSidecar({
      stream: {
        watch: async (_id, _quality, signal) =>
          (async function* () {
            await never(signal);
            yield* [];
          })(),
      },
    });
    const request = get(`${sidecar.url}/stream/${CHANNEL}.ts`);
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(200);
    request.destroy();
  });

  test('ends for its source when the client goes', async () => {
    let ended = () => {};
    const end = new Promise<void>((resolve) => (ended = resolve));
    await using sidecar = await startSidecar({
      stream: {
        watch: async (_id, _quality, signal) =>
          (async function* () {
            try {
              yield SEGMENT_BYTES;
              await once(signal, 'abort');
            } finally {
              ended();
            }
          })(),
      },
    });
    const request = get(`${sidecar.url}/stream/${CHANNEL}.ts`);
    const [response] = await once(request, 'response');
    await once(response, 'data');
    request.destroy();
    await end;
  });

  test('takes no more from its source than a client reads, and ends when that one goes', async () => {
    const piece = Buffer.alloc(1_000_000, 0x47);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    let taken = 0;
    let ended = () => {};
    const end = new Promise<void>((resolve) => (ended = resolve));
    await using sidecar = await startSidecar({
      stream: {
        watch: async () =>
          (async function* () {
            try {
              for (; taken < 500; taken += 1) {
                yield piece;
                await turn();
              }
            } finally {
              ended();
            }
          })(),
      },
    });
    const socket = connect(sidecar.port, '127.0.0.1');
    socket.pause();
    socket.write(`GET /stream/${CHANNEL}.ts HTTP/1.1\r\nHost: a\r\n\r\n`);
    while (taken === 0) await turn();
    // Far more turns than the source would need to give all it has.
    for (let turns = 0; turns < 3000; turns += 1) await turn();
    expect(taken).toBeLessThan(50);
    socket.resetAndDestroy();
    await end;
  });

  test('lets a client go that leaves before it is admitted, without a word in the log', async () => {
    const logged: string[] = [];
    const note = (_facts: object, sentence: string) => logged.push(sentence);
    let asked = () => {};
    const asking = new Promise<void>((resolve) => (asked = resolve));
    let refused = () => {};
    const refusal = new Promise<void>((resolve) => (refused = resolve));
    await using sidecar = await startSidecar({
      logger: { debug: () => refused(), info: note, warn: note, error: note },
      stream: {
        async watch(_id, _quality, signal) {
          asked();
          await once(signal, 'abort');
          throw new Error('gone while starting');
        },
      },
    });
    const socket = connect(sidecar.port, '127.0.0.1');
    socket.write(`GET /stream/${CHANNEL}.ts HTTP/1.1\r\nHost: a\r\n\r\n`);
    await asking;
    socket.destroy();
    await refusal;
    expect(logged).toEqual([]);
  });

  test('breaks off when its source fails, so that nobody takes it for its end', async () => {
    await using sidecar = await startSidecar({
      stream: {
        watch: async () =>
          (async function* () {
            yield SEGMENT_BYTES;
            throw new Error('gone');
          })(),
      },
    });
    const response = await sidecar.fetch(`/stream/${CHANNEL}.ts`);
    await expect(response.arrayBuffer()).rejects.toThrow();
  });
});
