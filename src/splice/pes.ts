import { TICKS_WRAP } from '../schedule/grid.ts';
import { PAYLOAD_BYTES } from './mpegts.ts';

/** Bytes of adaptation field that carry the programme clock reference. */
export const PCR_FIELD_BYTES = 8;

/** A PES packet to be: header and data, with what its first transport packet says. */
export interface Pes {
  readonly header: Buffer;
  readonly data: readonly Uint8Array[];
  readonly bytes: number;
  /** Clock reference in ticks, and whether a decoder can start here; null where the PID carries no clock. */
  readonly clock: { readonly pcr: number; readonly isKey: boolean } | null;
}

/** A picture: both times always, so that the header's size is known beforehand. */
export function picturePes(data: Uint8Array, time: { pts: number; dts: number; pcr: number; isKey: boolean }): Pes {
  const header = pesHeader(0xe0, 10, 0);
  header.writeUInt8(0xc0, 7);
  writeTimestamp(header, 9, 3, time.pts);
  writeTimestamp(header, 14, 1, time.dts);
  return { header, data: [data], bytes: header.length + data.length, clock: { pcr: time.pcr, isKey: time.isKey } };
}

/** Several sound frames under the time of the first. */
export function soundPes(frames: readonly Uint8Array[], pts: number): Pes {
  const dataBytes = frames.reduce((sum, frame) => sum + frame.length, 0);
  const header = pesHeader(0xc0, 5, dataBytes);
  header.writeUInt8(0x80, 7);
  writeTimestamp(header, 9, 2, pts);
  return { header, data: frames, bytes: header.length + dataBytes, clock: null };
}

/** The fewest transport packets that hold it. */
export function packetsOf(pes: Pes): number {
  const first = PAYLOAD_BYTES - (pes.clock === null ? 0 : PCR_FIELD_BYTES);
  return 1 + Math.max(0, Math.ceil((pes.bytes - first) / PAYLOAD_BYTES));
}

/** 33 bits, however long the channel has been on air. */
export function wrapTicks(ticks: number): number {
  return ((ticks % TICKS_WRAP) + TICKS_WRAP) % TICKS_WRAP;
}

function pesHeader(streamId: number, timeBytes: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(9 + timeBytes);
  header.writeUIntBE(1, 0, 3);
  header.writeUInt8(streamId, 3);
  // Zero means "until the next one", allowed for pictures alone (ISO/IEC 13818-1, 2.4.3.7).
  header.writeUInt16BE(dataBytes === 0 ? 0 : dataBytes + header.length - 6, 4);
  header.writeUInt8(0x84, 6);
  header.writeUInt8(timeBytes, 8);
  return header;
}

function writeTimestamp(header: Buffer, at: number, prefix: number, ticks: number): void {
  const wrapped = wrapTicks(ticks);
  header.writeUInt8((prefix << 4) | (Math.floor(wrapped / 2 ** 30) << 1) | 1, at);
  header.writeUInt16BE(((Math.floor(wrapped / 2 ** 15) & 0x7fff) << 1) | 1, at + 1);
  header.writeUInt16BE(((wrapped % 2 ** 15) << 1) | 1, at + 3);
}
