import type { Packet } from './packets.ts';

/** One PES packet, whole (ISO/IEC 13818-1, 2.4.3.6). */
export interface Pes {
  /** 33-bit time stamps as they are written. */
  readonly pts: number | undefined;
  readonly dts: number | undefined;
  readonly payload: Buffer;
  readonly randomAccess: boolean;
  /** The last PCR before its last byte, in ticks. */
  readonly pcrTicks: number | undefined;
  /** What is wrong with its header or length, in words. */
  readonly flaw: string | undefined;
}

/** Puts the PES packets of one PID together. */
export class PesReader {
  private parts: Buffer[] | undefined;
  private randomAccess = false;
  private pcrTicks: number | undefined;

  /** A PES packet has begun and not ended: what follows without a start belongs to it. */
  get isReading(): boolean {
    return this.parts !== undefined;
  }

  /** The PES packet that ends where this one's begins. */
  push(packet: Packet, pcrTicks: number | undefined): Pes | undefined {
    if (packet.payload === undefined) return undefined;
    const ended = packet.startsUnit ? this.end() : undefined;
    if (packet.startsUnit) {
      this.parts = [];
      this.randomAccess = packet.randomAccess;
    }
    this.parts?.push(packet.payload);
    this.pcrTicks = pcrTicks;
    return ended;
  }

  end(): Pes | undefined {
    if (this.parts === undefined) return undefined;
    const bytes = Buffer.concat(this.parts);
    this.parts = undefined;
    return { ...parsePes(bytes), randomAccess: this.randomAccess, pcrTicks: this.pcrTicks };
  }
}

function parsePes(bytes: Buffer): Pick<Pes, 'pts' | 'dts' | 'payload' | 'flaw'> {
  const nothing = { pts: undefined, dts: undefined, payload: Buffer.alloc(0) };
  if (bytes.length < 9 || bytes.readUIntBE(0, 3) !== 1) return { ...nothing, flaw: 'begins without its start code' };
  const stamps = bytes.readUInt8(7) >> 6;
  const payloadAt = 9 + bytes.readUInt8(8);
  const announced = bytes.readUInt16BE(4);
  const actual = bytes.length - 6;
  if (bytes.length < payloadAt) return { ...nothing, flaw: 'ends within its header' };
  const pts = (stamps & 2) !== 0 && payloadAt >= 14 ? readStamp(bytes, 9) : undefined;
  return {
    pts,
    dts: stamps === 3 && payloadAt >= 19 ? readStamp(bytes, 14) : pts,
    payload: bytes.subarray(payloadAt),
    flaw: announced === 0 || announced === actual ? undefined : `has ${actual} bytes instead of ${announced}`,
  };
}

function readStamp(bytes: Buffer, at: number): number {
  const high = (bytes.readUInt8(at) >> 1) & 0x07;
  return high * 2 ** 30 + (bytes.readUInt16BE(at + 1) >> 1) * 2 ** 15 + (bytes.readUInt16BE(at + 3) >> 1);
}
