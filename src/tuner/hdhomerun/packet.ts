import { crc32 } from 'node:zlib';

/** Types of packets, as libhdhomerun numbers them. */
export const DISCOVER_REQUEST = 2;
export const DISCOVER_REPLY = 3;
export const GET_SET_REQUEST = 4;
export const GET_SET_REPLY = 5;

/** Tags of what a packet carries. */
export const TAG = {
  deviceType: 0x01,
  deviceId: 0x02,
  name: 0x03,
  value: 0x04,
  error: 0x05,
  tunerCount: 0x10,
  lineupUrl: 0x27,
  baseUrl: 0x2a,
  deviceAuth: 0x2b,
  deviceTypes: 0x2d,
} as const;

export interface Packet {
  readonly type: number;
  /** What it carries, by tag. */
  readonly fields: ReadonlyMap<number, Buffer>;
}

const HEADER_BYTES = 4;
const CRC_BYTES = 4;

/** One packet: type and length (big-endian), tag-length-value fields, CRC-32 (little-endian). */
export function encodePacket(type: number, fields: readonly (readonly [number, Buffer])[]): Buffer {
  const body = Buffer.concat(fields.flatMap(([tag, value]) => [Buffer.from([tag, ...lengthBytes(value)]), value]));
  const packet = Buffer.alloc(HEADER_BYTES + body.length + CRC_BYTES);
  packet.writeUInt16BE(type, 0);
  packet.writeUInt16BE(body.length, 2);
  body.copy(packet, HEADER_BYTES);
  packet.writeUInt32LE(crc32(packet.subarray(0, -CRC_BYTES)), packet.length - CRC_BYTES);
  return packet;
}

/** The packet that these bytes are, or undefined for anything else. Of a field that comes twice the last counts. */
export function decodePacket(bytes: Buffer): Packet | undefined {
  if (bytes.length < HEADER_BYTES + CRC_BYTES || bytes.length !== packetBytes(bytes)) return undefined;
  if (crc32(bytes.subarray(0, -CRC_BYTES)) !== bytes.readUInt32LE(bytes.length - CRC_BYTES)) return undefined;
  const fields = new Map<number, Buffer>();
  const end = bytes.length - CRC_BYTES;
  for (let at = HEADER_BYTES; at < end;) {
    const tag = bytes[at] ?? 0;
    const first = bytes[at + 1] ?? 0;
    const isLong = first >= 0x80;
    const length = isLong ? (first & 0x7f) | ((bytes[at + 2] ?? 0) << 7) : first;
    const from = at + (isLong ? 3 : 2);
    at = from + length;
    if (at > end) return undefined;
    fields.set(tag, bytes.subarray(from, at));
  }
  return { type: bytes.readUInt16BE(0), fields };
}

/** How long the packet is in all that begins with these bytes; of interest where packets come in a stream. */
export function packetBytes(bytes: Buffer): number {
  return bytes.length < HEADER_BYTES ? HEADER_BYTES : HEADER_BYTES + bytes.readUInt16BE(2) + CRC_BYTES;
}

function lengthBytes({ length }: Buffer): number[] {
  return length < 0x80 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
}
