import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, test } from '@jest/globals';
import { CHANNEL, SEGMENT_BYTES, startSidecar } from './sidecar.ts';

const VIEWER = 'AbCdEfGhIjKlMnOpQrStU_';
const PLAYLIST = `/stream/${CHANNEL}/720p.m3u8?viewer=${VIEWER}`;
const SEGMENT = `/stream/${CHANNEL}/720p/${CHANNEL}_720p_segment_5.ts`;
const TEXT = `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#VIEWER:${VIEWER}\n#EXTINF:2.002,\n720p/${CHANNEL}_720p_segment_5.ts\n`;

/** All that is asked for is at hand: what the routes would answer, too. */
const LISTED = { text: TEXT };
const atHand = {
  playlistAtHand: (_id: string, _quality: string, viewer: string) => (viewer === VIEWER ? LISTED : undefined),
  segmentAtHand: (_id: string, _quality: string, segment: number) =>
    segment === 5 ? { bytes: SEGMENT_BYTES, lifetimeSeconds: 64 } : undefined,
};

async function answerOf(response: Response) {
  const { date: _date, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: await response.text() };
}

it.each([PLAYLIST, SEGMENT])('what is at hand is answered as the routes answer it: %s', async (path) => {
  await using quick = await startSidecar({ stream: atHand });
  await using thorough = await startSidecar();
  const expected = await answerOf(await thorough.fetch(path));
  expect(await answerOf(await quick.fetch(path))).toEqual(expected);
  expect(expected.status).toBe(200);
  expect(quick.calls.every((name) => name.endsWith('AtHand'))).toBe(true);
});

it.each<[string, string, RequestInit, number]>([
  ['HEAD', SEGMENT, { method: 'HEAD' }, 200],
  ['another method', SEGMENT, { method: 'POST' }, 405],
  ['a name of another channel', SEGMENT.replace(`/${CHANNEL}_`, '/other_'), {}, 400],
  ['a quality that there is not', SEGMENT.replaceAll('720p', '999p'), {}, 400],
  ['a viewer who is not known', PLAYLIST.replace(VIEWER, 'x'.repeat(22)), {}, 200],
  ['a query of another make', `${PLAYLIST}&a=b`, {}, 200],
])('goes the whole way: %s', async (_what, path, init, status) => {
  await using sidecar = await startSidecar({ stream: atHand });
  expect((await sidecar.fetch(path, init)).status).toBe(status);
  expect(sidecar.calls.filter((name) => !name.endsWith('AtHand'))).toHaveLength(
    status === 200 && init.method === undefined ? 1 : 0,
  );
});

test('a playlist that the client has is not sent again', async () => {
  await using sidecar = await startSidecar({ stream: atHand });
  const etag = (await sidecar.fetch(PLAYLIST)).headers.get('etag') ?? '';
  const again = await sidecar.fetch(PLAYLIST, { headers: { 'if-none-match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('while shutting down nothing is at hand', async () => {
  await using stopping = await startSidecar({ stream: atHand, isShuttingDown: () => true });
  expect((await stopping.fetch(PLAYLIST)).status).toBe(503);
});

test('requests that come at once over one connection are answered in turn, each time with the same headers', async () => {
  await using sidecar = await startSidecar({ stream: atHand });
  const socket = connect(sidecar.port, '127.0.0.1');
  const ask = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: a\r\n${more}\r\n`;
  socket.write(ask(PLAYLIST) + ask(SEGMENT) + ask('/nowhere') + ask(PLAYLIST) + ask(SEGMENT, 'Connection: close\r\n'));
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  await once(socket, 'close');
  const [nothing, ...answers] = received
    .split(/HTTP\/1\.1 (?=\d)/)
    .map((answer) => answer.replace(/^Date: .*\r\n/m, ''));
  expect(nothing).toBe('');
  expect(answers.map((answer) => answer.slice(0, 3))).toEqual(['200', '200', '404', '200', '200']);
  expect(answers[3]).toBe(answers[0]);
  expect(answers[4]?.replace('Connection: close\r\n', 'Connection: keep-alive\r\nKeep-Alive: timeout=30\r\n')).toBe(
    answers[1],
  );
  expect(answers[0]?.endsWith(`\r\n\r\n${TEXT}`)).toBe(true);
  expect(answers[1]?.endsWith(`\r\n\r\n${Buffer.from(SEGMENT_BYTES).toString('latin1')}`)).toBe(true);
});
