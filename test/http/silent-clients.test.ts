import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { until } from '../support/until.ts';
import { CHANNEL, startSidecar } from './sidecar.ts';

const SILENT_MS = 400;

/** A sidecar whose stream has something to send at all times, and how many watch it. */
async function endless() {
  let watching = 0;
  const piece = Buffer.alloc(1_000_000, 0x47);
  const sidecar = await startSidecar({
    silentMs: SILENT_MS,
    stream: {
      watch: async (_id, _quality, signal) => {
        watching += 1;
        signal.addEventListener('abort', () => (watching -= 1));
        return (async function* () {
          while (!signal.aborted) yield piece;
        })();
      },
    },
  });
  return { sidecar, watching: () => watching, [Symbol.asyncDispose]: () => sidecar[Symbol.asyncDispose]() };
}

const REQUEST = `GET /stream/${CHANNEL}.ts HTTP/1.1\r\nHost: a\r\n\r\n`;

test('a viewer that reads nothing for long is dropped, one that reads slowly is not', async () => {
  await using opened = await endless();
  const { sidecar, watching } = opened;
  const silent = connect(sidecar.port, '127.0.0.1').pause();
  const slow = connect(sidecar.port, '127.0.0.1').pause();
  let bytes = 0;
  slow.on('data', (chunk) => {
    bytes += chunk.length;
    slow.pause();
  });
  const reading = setInterval(() => slow.resume(), 5);
  for (const socket of [silent, slow]) socket.write(REQUEST);
  await until('both watch', () => watching() === 2);
  await until('one is dropped', () => watching() === 1);
  // Long enough for the other to have been dropped, too.
  const before = bytes;
  await until('it has read on', () => bytes > before + 5_000_000);
  expect([watching(), slow.destroyed]).toEqual([1, false]);
  clearInterval(reading);
  slow.destroy();
  silent.destroy();
  await until('nobody watches', () => watching() === 0);
});

test('a player that was stopped in its tracks is freed like one that has died', async () => {
  await using opened = await endless();
  const { sidecar, watching } = opened;
  const player = `require('node:net').connect(${sidecar.port}, '127.0.0.1').on('data', () => {}).write(${JSON.stringify(REQUEST)})`;
  const child = spawn(process.execPath, ['-e', player], { stdio: 'ignore' });
  try {
    await until('it watches', () => watching() === 1);
    child.kill('SIGSTOP');
    await until('it is freed', () => watching() === 0);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

const tcp = await readFile('/proc/net/tcp', 'utf8').catch(() => undefined);
const onLinux = tcp === undefined ? test.skip : test;

onLinux('whoever keeps a connection without a request is asked whether it is still there', async () => {
  await using sidecar = await startSidecar();
  const socket = connect(sidecar.port, '127.0.0.1');
  socket.write(`HEAD / HTTP/1.1\r\nHost: a\r\n\r\n`);
  await once(socket, 'data');
  // Of the server's end of the connection: the timer that runs, 02 where that is the one of keep-alive.
  const port = sidecar.port.toString(16).toUpperCase().padStart(4, '0');
  const ofServer = new RegExp(`^ *\\d+: 0100007F:${port} 0100007F:[0-9A-F]{4} 01 \\S+ (\\d\\d):`, 'm');
  const timer = await until('the connection is listed', async () =>
    ofServer.exec(await readFile('/proc/net/tcp', 'utf8'))?.at(1),
  );
  expect(timer).toBe('02');
  socket.destroy();
});
