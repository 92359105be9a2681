import { describe, expect, it, test } from '@jest/globals';
import { discoverReply, getSetReply, looksFor } from '../../../src/tuner/hdhomerun/discovery.ts';
import { decodePacket, encodePacket, TAG } from '../../../src/tuner/hdhomerun/packet.ts';

const DEVICE = { id: '10A1B2C7', name: 'Sidecast', tunerCount: 3 };
/** What Jellyfin broadcasts, byte by byte. */
const JELLYFIN = Buffer.from('0002000c0104ffffffff0204ffffffff73cc7d8f', 'hex');

test('Jellyfin’s broadcast is a search for any tuner', () => {
  const packet = decodePacket(JELLYFIN)!;
  expect(packet.type).toBe(2);
  expect(looksFor(packet, DEVICE.id)).toBe(true);
});

test('what is written is what was seen on the wire', () => {
  const any = Buffer.from('ffffffff', 'hex');
  expect(
    encodePacket(2, [
      [1, any],
      [2, any],
    ]),
  ).toEqual(JELLYFIN);
});

describe('a search is for this device where', () => {
  const search = (fields: Record<number, string>) =>
    decodePacket(
      encodePacket(
        2,
        Object.entries(fields).map(([tag, hex]) => [Number(tag), Buffer.from(hex, 'hex')]),
      ),
    )!;
  it.each([
    ['it asks for tuners', { [TAG.deviceType]: '00000001' }, true],
    ['it names the id', { [TAG.deviceType]: '00000001', [TAG.deviceId]: '10a1b2c7' }, true],
    ['it asks for several kinds', { [TAG.deviceTypes]: '0000000500000001' }, true],
    ['not: it asks for storage', { [TAG.deviceType]: '00000005' }, false],
    ['not: it names another', { [TAG.deviceType]: '00000001', [TAG.deviceId]: '10a1b2c8' }, false],
  ])('%s', (_what, fields, expected) => expect(looksFor(search(fields), DEVICE.id)).toBe(expected));
});

test('the reply says where the device is and how many tuners it has', () => {
  const long = `http://${'a'.repeat(150)}:8765`;
  const { type, fields } = decodePacket(discoverReply(DEVICE, long))!;
  expect(type).toBe(3);
  expect(fields.get(TAG.deviceId)?.toString('hex')).toBe('10a1b2c7');
  expect(fields.get(TAG.tunerCount)?.[0]).toBe(3);
  expect(String(fields.get(TAG.baseUrl))).toBe(long);
  expect(String(fields.get(TAG.lineupUrl))).toBe(`${long}/lineup.json`);
});

describe('a value that is asked for', () => {
  const ask = (name: string, value?: string) => {
    const fields: [number, Buffer][] = [[TAG.name, Buffer.from(`${name}\0`)]];
    if (value !== undefined) fields.push([TAG.value, Buffer.from(`${value}\0`)]);
    const reply = decodePacket(getSetReply(decodePacket(encodePacket(4, fields))!, ['7', undefined]))!;
    return String(reply.fields.get(TAG.value) ?? reply.fields.get(TAG.error)).replace('\0', '');
  };
  it.each([
    ['/sys/hwmodel', 'HDHR4-2US'],
    ['/tuner0/status', 'ch=7 lock=8vsb ss=100 snq=100 seq=100 bps=0 pps=0'],
    ['/tuner1/status', 'ch=none lock=none ss=0 snq=0 seq=0 bps=0 pps=0'],
    ['/tuner2/status', 'ERROR: unknown getset variable'],
    ['constructor', 'ERROR: unknown getset variable'],
  ])('%s is "%s"', (name, expected) => expect(ask(name)).toBe(expected));
  it('cannot be set', () => expect(ask('/tuner0/channel', 'auto:7')).toBe('ERROR: nothing can be set'));
});

describe('no packet are bytes', () => {
  it.each([
    ['none', ''],
    ['cut short', '0002000c0104ffffffff0204ffffff'],
    ['with a wrong checksum', '0002000c0104ffffffff0204ffffffff73cc7d8e'],
    ['with more behind them', '0002000c0104ffffffff0204ffffffff73cc7d8f00'],
  ])('%s', (_what, hex) => expect(decodePacket(Buffer.from(hex, 'hex'))).toBeUndefined());

  it('whose field is longer than they are', () => {
    const packet = encodePacket(2, [[1, Buffer.from('ffffffff', 'hex')]]);
    const broken = encodePacket(2, []);
    expect(decodePacket(packet)).toBeDefined();
    const body = Buffer.from('0109ffffffff', 'hex');
    const lying = Buffer.concat([broken.subarray(0, 2), Buffer.from([0, body.length]), body]);
    expect(decodePacket(Buffer.concat([lying, crcOf(lying)]))).toBeUndefined();
  });
});

function crcOf(bytes: Buffer): Buffer {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const out = Buffer.alloc(4);
  out.writeUInt32LE((crc ^ 0xffffffff) >>> 0);
  return out;
}
