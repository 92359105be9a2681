import { HEADER_BYTES, PACKET_BYTES, PAYLOAD_BYTES, SYNC_BYTE } from './mpegts.ts';
import { PCR_FIELD_BYTES, type Pes, wrapTicks } from './pes.ts';

/** Writes transport packets into a buffer of known size, each PID counted from 0. */
export class PacketWriter {
  readonly #bytes: Buffer;
  readonly #counters = new Map<number, number>();
  #end = 0;

  constructor(packets: number) {
    this.#bytes = Buffer.allocUnsafe(packets * PACKET_BYTES);
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#end);
  }

  /** A table that fits one packet. */
  writeSection(pid: number, section: Buffer): void {
    const at = this.#beginPacket(pid, true, false);
    this.#bytes.writeUInt8(0, at);
    section.copy(this.#bytes, at + 1);
    this.#bytes.fill(0xff, at + 1 + section.length, this.#end);
  }

  /** A PES packet in exactly `packets` transport packets; its header is whole in the first. */
  writePes(pid: number, pes: Pes, packets: number): void {
    // All of it where its last packet ends, and from there its shares forwards, without a view of each.
    const end = this.#end + packets * PACKET_BYTES;
    let next = end - pes.bytes;
    this.#lay([pes.header, ...pes.data], next);
    for (let left = packets; left > 0; left--) {
      const isFirst = left === packets;
      const clock = isFirst ? pes.clock : null;
      const room = PAYLOAD_BYTES - (clock === null ? 0 : PCR_FIELD_BYTES);
      // Full packets first, as long as a byte remains for each that follows.
      const take = Math.min(room, end - next - (left - 1));
      const stuffing = PAYLOAD_BYTES - take;
      const at = this.#beginPacket(pid, isFirst, stuffing > 0);
      if (stuffing > 0) this.#writeAdaptation(at, stuffing, clock);
      this.#bytes.copyWithin(at + stuffing, next, next + take);
      next += take;
    }
  }

  #lay(parts: readonly Uint8Array[], from: number): void {
    let at = from;
    for (const part of parts) {
      this.#bytes.set(part, at);
      at += part.length;
    }
  }

  /** Writes the header; returns where the packet goes on. */
  #beginPacket(pid: number, isStart: boolean, hasAdaptation: boolean): number {
    const at = this.#end;
    const counter = this.#counters.get(pid) ?? 0;
    this.#counters.set(pid, (counter + 1) & 15);
    this.#bytes.writeUInt8(SYNC_BYTE, at);
    this.#bytes.writeUInt16BE((isStart ? 0x4000 : 0) | pid, at + 1);
    this.#bytes.writeUInt8((hasAdaptation ? 0x30 : 0x10) | counter, at + 3);
    this.#end = at + PACKET_BYTES;
    return at + HEADER_BYTES;
  }

  #writeAdaptation(at: number, size: number, clock: Pes['clock']): void {
    this.#bytes.writeUInt8(size - 1, at);
    if (size === 1) return;
    this.#bytes.fill(0xff, at + 2, at + size);
    if (clock === null) {
      this.#bytes.writeUInt8(0, at + 1);
      return;
    }
    this.#bytes.writeUInt8((clock.isKey ? 0x40 : 0) | 0x10, at + 1);
    const base = wrapTicks(clock.pcr);
    this.#bytes.writeUInt32BE(Math.floor(base / 2), at + 2);
    // The low bit of the base, six reserved bits, and an extension of zero.
    this.#bytes.writeUInt16BE(((base % 2) << 15) | 0x7e00, at + 6);
  }
}
