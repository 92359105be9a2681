const PACKET_SIZE = 188;
const PAT_PID = 0;

/** One transport packet, taken apart (ISO/IEC 13818-1, 2.4.3). */
export interface TransportPacket {
  readonly pid: number;
  readonly isStart: boolean;
  readonly counter: number;
  readonly isKey: boolean;
  /** The clock reference's base, in ticks. */
  readonly pcr: number | undefined;
  readonly payload: Buffer;
}

export function transportPackets(stream: Uint8Array): TransportPacket[] {
  const bytes = Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength);
  if (bytes.length % PACKET_SIZE !== 0) throw new Error(`${bytes.length} bytes are not whole packets`);
  return Array.from({ length: bytes.length / PACKET_SIZE }, (_, index) =>
    readPacket(bytes.subarray(index * PACKET_SIZE, (index + 1) * PACKET_SIZE)),
  );
}

/** What a reader has of a continuous stream, up to the segment that it may still be receiving. */
export function wholeSegments(stream: Buffer): Buffer {
  const packets = transportPackets(stream.subarray(0, stream.length - (stream.length % PACKET_SIZE)));
  // A segment begins with tables, and its first picture alone is a key.
  const lastKey = packets.findLastIndex(({ isKey }) => isKey);
  const end = packets.findLastIndex(({ pid }, index) => pid === PAT_PID && index < lastKey);
  return stream.subarray(0, Math.max(end, 0) * PACKET_SIZE);
}

/** The PES packets of a PID: header and data as they were sent. */
export function pesPackets(
  packets: readonly TransportPacket[],
  pid: number,
): { readonly bytes: Buffer; readonly first: TransportPacket }[] {
  const units: { first: TransportPacket; parts: Buffer[] }[] = [];
  for (const packet of packets.filter((each) => each.pid === pid)) {
    if (packet.isStart) units.push({ first: packet, parts: [] });
    units.at(-1)?.parts.push(packet.payload);
  }
  return units.map(({ first, parts }) => ({ first, bytes: Buffer.concat(parts) }));
}

/** The times of a PES packet in ticks of 33 bits; both are the same where it has only one. */
export function timesOf(pes: Buffer): { readonly pts: number; readonly dts: number } {
  const at = (offset: number) =>
    ((pes.readUInt8(offset) >> 1) & 7) * 2 ** 30 +
    (pes.readUInt16BE(offset + 1) >> 1) * 2 ** 15 +
    (pes.readUInt16BE(offset + 3) >> 1);
  const pts = at(9);
  return { pts, dts: (pes.readUInt8(7) & 0x40) === 0 ? pts : at(14) };
}

/** From one time to a later one, across the wrap. */
export function ticksBetween(earlier: number, later: number): number {
  const wrap = 2 ** 33;
  const step = (((later - earlier) % wrap) + wrap) % wrap;
  return step > wrap / 2 ? step - wrap : step;
}

function readPacket(packet: Buffer): TransportPacket {
  if (packet[0] !== 0x47) throw new Error('no sync byte');
  const head = packet.readUInt16BE(1);
  const control = packet.readUInt8(3);
  const adaptation = (control & 0x20) === 0 ? Buffer.alloc(0) : packet.subarray(5, 5 + packet.readUInt8(4));
  const flags = adaptation[0] ?? 0;
  return {
    pid: head & 0x1fff,
    isStart: (head & 0x4000) !== 0,
    counter: control & 15,
    isKey: (flags & 0x40) !== 0,
    pcr: (flags & 0x10) === 0 ? undefined : adaptation.readUInt32BE(1) * 2 + (adaptation.readUInt8(5) >> 7),
    payload:
      (control & 0x10) === 0 ? Buffer.alloc(0) : packet.subarray((control & 0x20) === 0 ? 4 : 5 + adaptation.length),
  };
}
