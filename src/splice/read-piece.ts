import { TICKS_PER_SOUND_FRAME } from '../schedule/grid.ts';
import { AppError } from '../shared/errors.ts';
import {
  COUNTER_VALUES,
  HEADER_BYTES,
  PACKET_BYTES,
  PAYLOAD_BYTES,
  PICTURE_PID,
  SOUND_PID,
  SYNC_BYTE,
} from './mpegts.ts';

/** A picture in decode order: an access unit with the times at which it is shown and decoded, in ticks. */
export interface PiecePicture {
  readonly pts: number;
  readonly dts: number;
  readonly isKey: boolean;
  readonly data: Uint8Array;
}

/** One AAC frame with its ADTS header, and its time in ticks. */
export interface PieceSoundFrame {
  readonly pts: number;
  readonly data: Uint8Array;
}

export interface Piece {
  readonly pictures: readonly PiecePicture[];
  readonly soundFrames: readonly PieceSoundFrame[];
}

/**
 * Reads the pictures and sound frames of a piece as ffmpeg wrote it, one PES packet after another. Throws
 * `invalid_mpegts` where it is none.
 */
export function readPiece(bytes: Uint8Array): Piece {
  // A copy, in which payloads are moved together: a piece has thousands, too many for a view of each.
  const buffer = Buffer.from(bytes);
  if (buffer.length % PACKET_BYTES !== 0) {
    throw invalid(`${buffer.length} bytes are not whole packets`);
  }
  const pictures: PiecePicture[] = [];
  const soundFrames: PieceSoundFrame[] = [];
  const counters = new Map<number, number>();
  let open: { readonly pid: number; readonly from: number; readonly isKey: boolean } | undefined;
  let end = 0;

  const close = (): void => {
    if (open === undefined) return;
    const { pts, dts, data } = readPes(buffer.subarray(open.from, end));
    if (open.pid === PICTURE_PID) pictures.push({ pts, dts, isKey: open.isKey, data });
    else soundFrames.push(...splitAdts(pts, data));
  };

  for (let at = 0; at < buffer.length; at += PACKET_BYTES) {
    if (buffer[at] !== SYNC_BYTE) throw invalid(`no sync byte at ${at}`);
    const pid = buffer.readUInt16BE(at + 1) & 0x1fff;
    if (pid !== PICTURE_PID && pid !== SOUND_PID) continue;
    const control = buffer.readUInt8(at + 3);
    const adaptationBytes = (control & 0x20) !== 0 ? 1 + buffer.readUInt8(at + HEADER_BYTES) : 0;
    if (adaptationBytes > PAYLOAD_BYTES) throw invalid(`an adaptation field is too long at ${at}`);
    if ((buffer.readUInt8(at + 1) & 0x40) !== 0) {
      close();
      const isRandomAccess = adaptationBytes > 1 && (buffer.readUInt8(at + 5) & 0x40) !== 0;
      open = { pid, from: end, isKey: isRandomAccess };
    }
    if ((control & 0x10) === 0) continue;
    const counter = control & 15;
    if (counter !== ((counters.get(pid) ?? counter - 1) + 1) % COUNTER_VALUES)
      throw invalid(`a packet is missing at ${at}`);
    counters.set(pid, counter);
    if (open?.pid !== pid) throw invalid(`a packet is not where its PES packet is at ${at}`);
    buffer.copyWithin(end, at + HEADER_BYTES + adaptationBytes, at + PACKET_BYTES);
    end += PAYLOAD_BYTES - adaptationBytes;
  }
  close();
  return { pictures, soundFrames };
}

function readPes(packet: Buffer): { pts: number; dts: number; data: Buffer } {
  if (packet.length < 14 || packet.readUIntBE(0, 3) !== 1)
    throw invalid('a PES packet does not begin with its start code');
  if ((packet.readUInt8(7) & 0x80) === 0) throw invalid('a PES packet has no time');
  const declared = packet.readUInt16BE(4);
  if (declared !== 0 && packet.length < declared + 6) throw invalid('a PES packet is cut off');
  const pts = readTimestamp(packet, 9);
  const dts = (packet.readUInt8(7) & 0x40) === 0 || packet.length < 19 ? pts : readTimestamp(packet, 14);
  return { pts, dts, data: packet.subarray(9 + packet.readUInt8(8)) };
}

function readTimestamp(bytes: Buffer, at: number): number {
  const high = (bytes.readUInt8(at) >> 1) & 0x07;
  const middle = bytes.readUInt16BE(at + 1) >> 1;
  const low = bytes.readUInt16BE(at + 3) >> 1;
  return high * 2 ** 30 + middle * 2 ** 15 + low;
}

/** A PES packet of sound holds several AAC frames; only the first has a time (ISO/IEC 14496-3, 1.A.2.2). */
function splitAdts(pts: number, data: Buffer): PieceSoundFrame[] {
  const frames: PieceSoundFrame[] = [];
  for (let at = 0; at < data.length;) {
    if (at + 7 > data.length || (data.readUInt16BE(at) & 0xfff6) !== 0xfff0) throw invalid('sound is not AAC in ADTS');
    const bytes = (data.readUInt32BE(at + 3) >>> 13) & 0x1fff;
    if (bytes < 7 || at + bytes > data.length) throw invalid('an AAC frame is cut off');
    frames.push({ pts: pts + frames.length * TICKS_PER_SOUND_FRAME, data: data.subarray(at, at + bytes) });
    at += bytes;
  }
  return frames;
}

function invalid(what: string): AppError {
  return new AppError('invalid_mpegts', `not an MPEG-TS piece as ffmpeg writes it: ${what}`);
}
