import { PAT_PID, PICTURE_PID, PMT_PID, SOUND_PID } from './mpegts.ts';

const STREAM_TYPE_H264 = 0x1b;
const STREAM_TYPE_AAC_ADTS = 0x0f;

/** Program association table: one programme, its map at PMT_PID (ISO/IEC 13818-1, 2.4.4.3). */
export const PAT_SECTION = section([0x00, 0xb0, 13, 0x00, 0x01, 0xc1, 0x00, 0x00, 0x00, 0x01, ...pid(PMT_PID)]);

/** Program map table: H.264 pictures that carry the clock, AAC sound (ISO/IEC 13818-1, 2.4.4.8). */
export const PMT_SECTION = section([
  ...[0x02, 0xb0, 23, 0x00, 0x01, 0xc1, 0x00, 0x00, ...pid(PICTURE_PID), 0xf0, 0x00],
  ...[STREAM_TYPE_H264, ...pid(PICTURE_PID), 0xf0, 0x00],
  ...[STREAM_TYPE_AAC_ADTS, ...pid(SOUND_PID), 0xf0, 0x00],
]);

/** The tables of every segment, in the order in which they are sent. */
export const TABLES = [
  { pid: PAT_PID, section: PAT_SECTION },
  { pid: PMT_PID, section: PMT_SECTION },
] as const;

function pid(value: number): [number, number] {
  return [0xe0 | (value >> 8), value & 0xff];
}

function section(body: readonly number[]): Buffer {
  const bytes = Buffer.alloc(body.length + 4);
  bytes.set(body);
  bytes.writeUInt32BE(crc32(body), body.length);
  return bytes;
}

/** The CRC of MPEG tables: polynomial 0x04c11db7, most significant bit first, no final inversion. */
function crc32(bytes: readonly number[]): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
