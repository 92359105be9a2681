import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, test } from '@jest/globals';
import { Links } from '../../src/access/links.ts';
import { CHANNEL, type RunningSidecar, startSidecar } from './sidecar.ts';

const REQUESTS = 10_000;
const AT_ONCE = 50;

test('10,000 malformed requests get no 5xx, keep no connection and stop nobody else, signatures and keys among them', async () => {
  const logged: string[] = [];
  const note = (_facts: object, sentence: string) => logged.push(sentence);
  await using sidecar = await startSidecar({
    access: { apiKey: KEY, links: LINKS, revokeLinks: async () => {} },
    logger: { debug() {}, info() {}, warn: note, error: note },
  });
  const random = randomFrom(20_261_127);
  const seen = new Map<number, number>();
  for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
    const requests = Array.from({ length: AT_ONCE }, () => malformed(random));
    const answers = await Promise.all(requests.map((request) => statusOf(sidecar, request)));
    answers.forEach((status, index) => {
      seen.set(status, (seen.get(status) ?? 0) + 1);
      if (status >= 500) throw new Error(`${status} for ${JSON.stringify(requests[index])}`);
    });
  }
  expect(logged).toEqual([]);
  // Some were refused by the parser, some by the app, and some are harmless after all.
  for (const status of [200, 400, 401, 403, 404, 405]) expect(seen.get(status)).toBeGreaterThan(10);
  expect((await sidecar.fetch('/api/health', { headers: { connection: 'close' } })).status).toBe(200);
  const connections = await new Promise<number>((resolve, reject) =>
    sidecar.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  );
  expect(connections).toBeLessThan(3);
});

it.each([
  ['its headers', 'GET / HTTP/1.1\r\nHost: a\r\n', 'X: y\r\n'],
  ['a form', 'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 4000\r\n\r\n', 'k'],
  ['nothing at all', '', ''],
])('a client that sends %s drop by drop is cut off', async (_what, beginning, drop) => {
  const access = { apiKey: KEY, links: undefined, revokeLinks: async () => {} };
  await using sidecar = await startSidecar({ access, requestMs: 200 });
  const socket = connect(sidecar.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(beginning);
  const drops = setInterval(() => socket.write(drop), 20);
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += String(bytes)));
  await once(socket, 'close');
  clearInterval(drops);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
});

it.each([
  ['no request', 'GET / HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n', 400, 'invalid_request'],
  ['no HTTP', '\x16\x03\x01\x02\r\n\r\n', 400, 'invalid_request'],
  [
    'two lengths',
    'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    400,
    'invalid_request',
  ],
  ['no host', 'GET /api/health HTTP/1.1\r\n\r\n', 400, 'invalid_host'],
  ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(40_000)}`, 431, 'headers_too_large'],
  ['half a request', 'GET / HTTP/1.1\r\nHost: a\r\n', 408, 'request_too_slow'],
  ['half a form', 'POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nk', 408, 'request_too_slow'],
])('%s is answered like all that is refused, and the connection ends', async (_what, request, status, error) => {
  await using sidecar = await startSidecar({ requestMs: 200 });
  const { headers, body } = await refusalOf(sidecar, request, status);
  expect(JSON.parse(body)).toEqual({ error, message: expect.any(String) });
  expect(headers).toContain('\r\nContent-Type: application/json; charset=utf-8');
  for (const line of SAFE) expect(headers).toContain(line);
});

it.each(['/stream/x.ts', '/auto/v1', '/~signature/auto/v1'])(
  'what is no request for %s has no body, since hosts take any for video',
  async (path) => {
    await using sidecar = await startSidecar();
    const { headers, body } = await refusalOf(sidecar, `GET ${path} HTTP/1.1\r\nNo colon\r\n\r\n`, 400);
    expect([body, headers]).toEqual(['', expect.stringContaining('\r\nX-HDHomeRun-Error: 806 Tune Failed')]);
    for (const line of SAFE) expect(headers).toContain(line);
  },
);

test('nothing is put into a stream when its viewer sends nonsense: it ends', async () => {
  await using sidecar = await startSidecar({
    stream: {
      watch: async (_id, _quality, signal) =>
        (async function* () {
          yield Buffer.from('bytes of a video');
          if (!signal.aborted) await once(signal, 'abort');
        })(),
    },
  });
  const socket = connect(sidecar.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(`GET /stream/${CHANNEL}.ts HTTP/1.1\r\nHost: a\r\n\r\n`);
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer += String(bytes);
    if (answer.includes('bytes of a video')) socket.write('no request\r\n\r\n');
  });
  await once(socket, 'close');
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  expect(answer).not.toMatch(/ 400 |invalid_request/);
});

test('what nobody knows to expect is answered as if nothing had been said', async () => {
  await using sidecar = await startSidecar();
  expect(await statusOf(sidecar, 'GET /favicon.svg HTTP/1.1\r\nHost: a\r\nExpect: magic\r\n\r\n')).toBe(200);
});

const SAFE = ['\r\nX-Content-Type-Options: nosniff', '\r\nCache-Control: no-store', '\r\nConnection: close'];

/** The answer to a request that stays open; resolves when the server has ended the connection. */
async function refusalOf({ port }: RunningSidecar, request: string, status: number) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(Buffer.from(request, 'latin1'));
  let answer = '';
  socket.on('data', (bytes: Buffer) => (answer += String(bytes)));
  await once(socket, 'close');
  const end = answer.indexOf('\r\n\r\n');
  expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
  return { headers: answer.slice(0, end), body: answer.slice(end + 4) };
}

/** The status that comes back, 0 for none; resolves when the connection is closed. */
async function statusOf(sidecar: RunningSidecar, request: string): Promise<number> {
  const socket = connect(sidecar.port, '127.0.0.1');
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (bytes: Buffer) => {
    answer = (answer + bytes.toString('latin1')).slice(0, 100);
    // Enough was seen: also an endless stream is left.
    if (answer.length >= 12) socket.destroy();
  });
  socket.end(Buffer.from(request, 'latin1'));
  await once(socket, 'close');
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1] ?? 0);
}

type Random = (below: number) => number;

/** The same numbers each time (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const KEY = 'correct-horse-battery';
const LINKS = new Links('secret', () => 0);
const SIGNATURES = [
  ...[LINKS.lasting({ kind: 'lists' }), LINKS.lasting({ kind: 'channel', channelId: CHANNEL })],
  ...[
    LINKS.lasting({ kind: 'segments', channelId: CHANNEL }),
    LINKS.forBrowser(CHANNEL),
    '~',
    '~.',
    '~zzzzzzzz.',
    '~~',
    '~..',
  ],
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'get', 'G\0T', '', 'PROPFIND'];
const PATHS = [
  ...[
    '/',
    '/channels.m3u',
    '/guide.xml',
    '/discover.json',
    '/lineup.json',
    '/auto/v1',
    '/api/streams',
    '/api/channels',
  ],
  ...[`/stream/${CHANNEL}.ts`, `/stream/${CHANNEL}/720p.m3u8`, `/stream/${CHANNEL}/master.m3u8`, `/watch/${CHANNEL}`],
  ...[`/stream/${CHANNEL}/720p/${CHANNEL}_720p_segment_5.ts`, `/stream/${CHANNEL}/past/720p/5.ts`, '/lineup.post', '*'],
];
const QUERIES = [
  '',
  '?',
  '?start=',
  '?start=-1',
  '?start=9e99',
  '?viewer=%',
  '?viewer=a&viewer=b',
  '?duration=x',
  '?%00=%ff',
  '?scan[]=start',
];
const HEADERS = [
  ...['Range: bytes=-1', 'Range: bytes=9-1,2-', 'If-None-Match: "', 'Accept-Encoding: gzip;q=x', 'Content-Length: -1'],
  ...[
    'Transfer-Encoding: chunked',
    'Content-Length: 5',
    'Expect: 100-continue',
    'Upgrade: h2c',
    'Host: ../..',
    'Host:',
  ],
  ...[
    'X-Forwarded-For: ;;',
    `X-Api-Key: ${KEY}`,
    `Authorization: Bearer ${KEY}`,
    'Authorization: Bearer',
    'Cookie: sidecast_session=1.',
    'Cookie: \xff',
    'No colon',
    ': nothing',
    'If-Modified-Since: never',
    'Connection: close',
  ],
];
const MESS = ['..', '%2e%2e', '%252e', '\\', '%00', '%', '%zz', '//', '\xff', '\t', ' ', '{{', "'", '%c0%ae', '#', ';'];

/** A request of parts that do not fit, with signs put in anywhere. */
function malformed(random: Random): string {
  const one = (list: readonly string[]) => list[random(list.length)] ?? '';
  const signature = random(2) === 0 ? `/${one(SIGNATURES)}` : '';
  let target = signature + one(PATHS) + one(QUERIES);
  for (let changes = random(3); changes > 0; changes--) {
    const at = random(target.length + 1);
    target = target.slice(0, at) + one(MESS) + target.slice(at + random(2));
  }
  const headers = ['Host: a', ...Array.from({ length: random(4) }, () => one(HEADERS))];
  const body = random(3) === 0 ? one(MESS).repeat(1 + random(20)) : '';
  const version = one(['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0', 'HTTP/9.9', '']);
  return `${one(METHODS)} ${target} ${version}\r\n${headers.join('\r\n')}\r\n\r\n${body}`;
}
