import { inspectH264 } from './h264.ts';
import type { Packet } from './packets.ts';
import type { ElementaryStream, Programme } from './tables.ts';

const PAT_PID = 0;

/**
 * Chooses the packets of a continuous stream that a decoder gets: from the first key picture on, and, when the judge
 * has seen enough, up to the end of the picture and the sound that are being read. Cut anywhere else, a faultless
 * stream would make the decoder complain.
 */
export class DecoderFeed {
  private readonly begun = new Set<number>();
  private readonly ended = new Set<number>();
  private isClosing = false;

  /** From now on each stream ends where its next picture or sound begins. */
  close(): void {
    this.isClosing = true;
  }

  isDone(programme: Programme | undefined): boolean {
    const pids = [programme?.picture?.pid, programme?.sound?.pid];
    return this.isClosing && pids.every((pid) => pid === undefined || !this.begun.has(pid) || this.ended.has(pid));
  }

  keeps(packet: Packet, programme: Programme | undefined): boolean {
    if (packet.pid === PAT_PID || packet.pid === programme?.pmtPid) return true;
    const { picture, sound } = programme ?? {};
    if (packet.pid === picture?.pid) return this.keepsUnit(packet, beginsDecoding(packet, picture));
    const pictureBegan = picture === undefined || this.begun.has(picture.pid);
    if (packet.pid === sound?.pid) return this.keepsUnit(packet, pictureBegan && packet.startsUnit);
    return packet.pid === programme?.pcrPid;
  }

  private keepsUnit({ pid, startsUnit }: Packet, begins: boolean): boolean {
    if (begins) this.begun.add(pid);
    if (this.isClosing && startsUnit) this.ended.add(pid);
    return this.begun.has(pid) && !this.ended.has(pid);
  }
}

function beginsDecoding(packet: Packet, stream: ElementaryStream): boolean {
  if (!packet.startsUnit || packet.payload === undefined) return false;
  if (packet.randomAccess || stream.codec.name !== 'H.264') return true;
  // Muxers may leave the random access indicator out; parameter sets stand at the very beginning of a picture.
  const { key, parameterSets } = inspectH264(packet.payload);
  return key || parameterSets.length > 0;
}
