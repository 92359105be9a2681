const PACKET_SIZE = 188;
const SYNC_BYTE = 0x47;

/** One transport packet, taken apart (ISO/IEC 13818-1, 2.4.3). */
export interface Packet {
  readonly bytes: Buffer;
  readonly pid: number;
  /** A PES packet or a section begins in the payload. */
  readonly startsUnit: boolean;
  readonly transportError: boolean;
  readonly scrambled: boolean;
  readonly counter: number;
  readonly payload: Buffer | undefined;
  readonly discontinuity: boolean;
  readonly randomAccess: boolean;
  /** 33 bits of 90 kHz and a fraction from the 27 MHz extension. */
  readonly pcr: number | undefined;
}

/** Cuts a stream of bytes into transport packets, and finds its way back where it is out of step. */
export class PacketReader {
  private rest: Buffer = Buffer.alloc(0);
  private position = 0;

  /** `onLost` hears where in the source bytes were skipped, and how many. */
  constructor(private readonly onLost: (position: number, skipped: number) => void) {}

  push(chunk: Uint8Array): Packet[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const packets: Packet[] = [];
    let at = 0;
    while (this.rest.length - at >= PACKET_SIZE) {
      if (this.rest[at] === SYNC_BYTE) {
        packets.push(parsePacket(this.rest.subarray(at, at + PACKET_SIZE)));
        at += PACKET_SIZE;
        continue;
      }
      const next = this.findSync(at);
      if (next === undefined) break;
      this.onLost(this.position + at, next - at);
      at = next;
    }
    this.position += at;
    this.rest = this.rest.subarray(at);
    return packets;
  }

  /** The source, or a segment of it, ends here: what is left is no whole packet. */
  end(): void {
    if (this.rest.length > 0) this.onLost(this.position, this.rest.length);
    this.position += this.rest.length;
    this.rest = Buffer.alloc(0);
  }

  /** The next place with two sync bytes a packet apart; undefined while that needs more bytes. */
  private findSync(from: number): number | undefined {
    const fits = (at: number) => this.rest[at] === SYNC_BYTE && this.rest[at + PACKET_SIZE] === SYNC_BYTE;
    if (fits(from + PACKET_SIZE)) return from + PACKET_SIZE;
    const last = this.rest.length - PACKET_SIZE - 1;
    if (last < from + PACKET_SIZE) return undefined;
    let at = from + 1;
    while (at <= last && !fits(at)) at++;
    return at;
  }
}

function parsePacket(bytes: Buffer): Packet {
  const control = bytes.readUInt8(3);
  const hasAdaptation = (control & 0x20) !== 0;
  const adaptationLength = hasAdaptation ? bytes.readUInt8(4) : 0;
  const flags = adaptationLength > 0 ? bytes.readUInt8(5) : 0;
  const payloadAt = hasAdaptation ? 5 + adaptationLength : 4;
  return {
    bytes,
    pid: bytes.readUInt16BE(1) & 0x1fff,
    startsUnit: (bytes.readUInt8(1) & 0x40) !== 0,
    transportError: (bytes.readUInt8(1) & 0x80) !== 0,
    scrambled: (control & 0xc0) !== 0,
    counter: control & 0x0f,
    payload: (control & 0x10) !== 0 ? bytes.subarray(Math.min(payloadAt, PACKET_SIZE)) : undefined,
    discontinuity: (flags & 0x80) !== 0,
    randomAccess: (flags & 0x40) !== 0,
    pcr: (flags & 0x10) !== 0 && adaptationLength >= 7 ? readPcr(bytes) : undefined,
  };
}

function readPcr(bytes: Buffer): number {
  const base = bytes.readUInt32BE(6) * 2 + (bytes.readUInt8(10) >> 7);
  return base + (bytes.readUInt16BE(10) & 0x1ff) / 300;
}
