import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Where ffmpeg's muxer puts its streams. */
export const PMT_PID = 0x1000;
export const PICTURE_PID = 0x100;
export const SOUND_PID = 0x101;

const PACKET_SIZE = 188;

export function ffmpeg(...args: string[]): void {
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...args]);
}

/** Writes a small faultless stream: 25 pictures a second, a key picture each second, AAC at 48 kHz. */
export function makeStream(file: string, seconds: number, ...more: string[]): void {
  const picture = ['-f', 'lavfi', '-i', `testsrc2=s=160x120:r=25:d=${seconds}`];
  const sound = ['-f', 'lavfi', '-i', `sine=r=48000:d=${seconds}`];
  const codecs = [
    '-c:v',
    'libx264',
    '-preset',
    'superfast',
    '-g',
    '25',
    '-sc_threshold',
    '0',
    '-bf',
    '2',
    '-c:a',
    'aac',
  ];
  const mux = ['-muxpreload', '0', '-muxdelay', '0.5', '-pcr_period', '20'];
  ffmpeg(...picture, ...sound, ...codecs, ...mux, ...more, '-f', 'mpegts', file);
}

/** Cuts a stream at its key pictures into `<name>.m3u8` and `<name>0.ts` … with dates; returns the playlist's path. */
export function makeHls(stream: string, folder: string, name: string, ...more: string[]): string {
  const playlist = path.join(folder, `${name}.m3u8`);
  const hls = ['-f', 'hls', '-hls_time', '1', '-hls_list_size', '0'];
  ffmpeg('-i', stream, '-c', 'copy', ...hls, '-hls_flags', 'program_date_time', ...more, playlist);
  return playlist;
}

export function packetsOf(bytes: Buffer): Buffer[] {
  const count = Math.floor(bytes.length / PACKET_SIZE);
  return Array.from({ length: count }, (_, i) => Buffer.from(bytes.subarray(i * PACKET_SIZE, (i + 1) * PACKET_SIZE)));
}

export function pidOf(packet: Buffer): number {
  return packet.readUInt16BE(1) & 0x1fff;
}

/** The places of a PID's packets, one list for each PES packet. */
export function unitsOf(packets: Buffer[], pid: number): number[][] {
  const units: number[][] = [];
  packets.forEach((packet, place) => {
    if (pidOf(packet) !== pid) return;
    if ((packet.readUInt8(1) & 0x40) !== 0) units.push([place]);
    else units.at(-1)?.push(place);
  });
  return units;
}

/** Counts each PID's packets anew, so that surgery leaves no trace in the continuity counters. */
export function renumber(packets: Buffer[]): Buffer {
  const next = new Map<number, number>();
  for (const packet of packets) {
    const carriesPayload = (packet.readUInt8(3) & 0x10) !== 0;
    const counter = next.get(pidOf(packet)) ?? 0;
    packet.writeUInt8((packet.readUInt8(3) & 0xf0) | (carriesPayload ? counter : (counter + 15) & 15), 3);
    if (carriesPayload) next.set(pidOf(packet), (counter + 1) & 15);
  }
  return Buffer.concat(packets);
}

/** Puts other packets in the place of a unit; the first stands where the unit began. */
export function replaceUnit(packets: Buffer[], unit: number[], replacement: Buffer[]): Buffer[] {
  return packets.flatMap((packet, place) => {
    if (place === unit[0]) return replacement;
    return unit.includes(place) ? [] : [packet];
  });
}

/** The PES packet of a unit. */
export function pesOf(packets: Buffer[], unit: number[]): Buffer {
  return Buffer.concat(unit.map((place) => payloadOf(packets[place]!)));
}

export function payloadOf(packet: Buffer): Buffer {
  return packet.subarray((packet.readUInt8(3) & 0x20) !== 0 ? 5 + packet.readUInt8(4) : 4);
}

/** Packs a PES packet anew; its length is set and the last transport packet stuffed. */
export function pack(pid: number, pes: Buffer): Buffer[] {
  pes.writeUInt16BE(pes.length - 6, 4);
  const packets: Buffer[] = [];
  for (let at = 0; at < pes.length; at += 184) {
    const part = pes.subarray(at, at + 184);
    const header = Buffer.from([0x47, (at === 0 ? 0x40 : 0) | (pid >> 8), pid & 0xff, part.length < 184 ? 0x30 : 0x10]);
    packets.push(Buffer.concat([header, stuffing(184 - part.length), part]));
  }
  return packets;
}

function stuffing(length: number): Buffer {
  if (length < 2) return Buffer.alloc(length);
  const bytes = Buffer.alloc(length, 0xff);
  bytes.writeUInt8(length - 1, 0);
  bytes.writeUInt8(0, 1);
  return bytes;
}

/** The AAC frames of a sound PES packet, its header first. */
export function soundFramesOf(pes: Buffer): { header: Buffer; frames: Buffer[] } {
  const headerLength = 9 + pes.readUInt8(8);
  const frames: Buffer[] = [];
  for (let at = headerLength; at < pes.length;) {
    const length = (pes.readUInt32BE(at + 3) >>> 13) & 0x1fff;
    frames.push(Buffer.from(pes.subarray(at, at + length)));
    at += length;
  }
  return { header: Buffer.from(pes.subarray(0, headerLength)), frames };
}

/** No other picture is decoded from this one: nal_ref_idc of its slices is 0. */
export function isDisposable(pes: Buffer): boolean {
  const slice = pes.indexOf(Buffer.from([0, 0, 1, 0x01]));
  return slice >= 0 && pes.indexOf(Buffer.from([0, 0, 1, 0x41])) < 0;
}

export function hasPcr(packet: Buffer): boolean {
  return (packet.readUInt8(3) & 0x20) !== 0 && packet.readUInt8(4) > 0 && (packet.readUInt8(5) & 0x10) !== 0;
}

/** Adds to the 33-bit base of a packet's PCR. */
export function movePcr(packet: Buffer, ticks: number): void {
  const base = packet.readUInt32BE(6) * 2 + (packet.readUInt8(10) >> 7) + ticks;
  packet.writeUInt32BE(Math.floor(base / 2), 6);
  packet.writeUInt8((packet.readUInt8(10) & 0x7f) | ((base % 2) << 7), 10);
}
