import type { TellFault } from './faults.ts';
import type { Packet } from './packets.ts';

const NULL_PID = 0x1fff;

interface Last {
  readonly packet: Packet;
  readonly repeated: boolean;
}

/** Follows the continuity counter of every PID (ISO/IEC 13818-1, 2.4.3.3). */
export class ContinuityJudge {
  private readonly lastOf = new Map<number, Last>();

  constructor(private readonly tell: TellFault) {}

  /** False for the lawful second copy of a packet, whose payload must not be read again. */
  judge(packet: Packet, atSeconds: number): boolean {
    if (packet.pid === NULL_PID) return true;
    const last = this.lastOf.get(packet.pid);
    const isCopy = last !== undefined && !last.repeated && isCopyOf(packet, last.packet);
    this.lastOf.set(packet.pid, { packet, repeated: isCopy });
    if (isCopy) return false;
    if (last === undefined || packet.discontinuity) return true;
    const expected = packet.payload === undefined ? last.packet.counter : (last.packet.counter + 1) & 0x0f;
    if (packet.counter !== expected) {
      const pid = `0x${packet.pid.toString(16)}`;
      const what = `the continuity counter of PID ${pid} goes from ${last.packet.counter} to ${packet.counter}`;
      const why = packet.payload === undefined ? 'a packet without payload must not count' : 'packets are missing';
      this.tell('continuity', `${what} instead of ${expected}: ${why}`, atSeconds);
    }
    return true;
  }
}

function isCopyOf(packet: Packet, last: Packet): boolean {
  if (packet.payload === undefined || last.payload === undefined) return false;
  return (
    packet.counter === last.counter && packet.startsUnit === last.startsUnit && packet.payload.equals(last.payload)
  );
}
