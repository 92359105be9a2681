import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { deviceIdOf } from '../../../src/tuner/hdhomerun/device-id.ts';
import { HDHOMERUN_PORT, HdHomeRunResponder } from '../../../src/tuner/responders/hdhomerun.ts';
import { execa } from 'execa';

const DEVICES = [
  {
    id: deviceIdOf(Uint8Array.from([1, 2, 3])),
    name: 'Sidecast',
    tunerCount: 2,
    port: 8765,
    showing: () => ['7', undefined],
  },
  {
    id: deviceIdOf(Uint8Array.from([4, 5, 6])),
    name: 'Children',
    tunerCount: 1,
    port: 8766,
    showing: () => [undefined],
  },
];

const hasJudge = spawnSync('hdhomerun_config').error === undefined;
const withJudge = hasJudge ? test : test.skip;

withJudge('hdhomerun_config finds every device and asks the first for its values', async () => {
  const responder = await HdHomeRunResponder.open('127.0.0.1', DEVICES);
  try {
    const found = await execa('hdhomerun_config', ['discover', '127.0.0.1'], { reject: false });
    for (const { id } of DEVICES) expect(found.stdout).toContain(`hdhomerun device ${id} found at 127.0.0.1`);
    const ask = async (name: string) =>
      (await execa('hdhomerun_config', ['127.0.0.1', 'get', name], { reject: false })).stdout;
    expect(await ask('/sys/hwmodel')).toBe('HDHR4-2US');
    expect(await ask('/tuner0/status')).toMatch(/^ch=7 lock=8vsb/);
    expect(await ask('/tuner1/status')).toMatch(/^ch=none lock=none/);
  } finally {
    await responder.close();
  }
});

test('says where its HTTP side is, as the asker reaches it, and only in answer to a proper search', async () => {
  const responder = await HdHomeRunResponder.open('127.0.0.1', DEVICES);
  const asker = createSocket('udp4');
  const answers: string[] = [];
  asker.on('message', (bytes) => answers.push(String(bytes)));
  try {
    for (const bytes of ['', 'GET / HTTP/1.1\r\n\r\n']) asker.send(bytes, HDHOMERUN_PORT, '127.0.0.1');
    asker.send(Buffer.from('0002000c0104ffffffff0204ffffffff73cc7d8f', 'hex'), HDHOMERUN_PORT, '127.0.0.1');
    while (answers.length < 2) await once(asker, 'message');
    expect(answers[0]).toContain('http://127.0.0.1:8765/lineup.json');
    expect(answers[1]).toContain('http://127.0.0.1:8766/lineup.json');
  } finally {
    asker.close();
    await responder.close();
  }
});

test('hangs up on whoever talks nonsense', async () => {
  const responder = await HdHomeRunResponder.open('127.0.0.1', DEVICES);
  try {
    const socket = connect(HDHOMERUN_PORT, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.padEnd(40_000, 'x'));
    socket.on('error', () => {});
    await once(socket, 'close');
  } finally {
    await responder.close();
  }
});

test('a port that is taken is said, and nothing stays open', async () => {
  const first = await HdHomeRunResponder.open('127.0.0.1', DEVICES);
  await expect(HdHomeRunResponder.open('127.0.0.1', DEVICES)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await first.close();
  await (await HdHomeRunResponder.open('127.0.0.1', DEVICES)).close();
});
