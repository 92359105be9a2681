import type { MediaClock } from './clock.ts';
import { inMs, TICKS_PER_SECOND } from './clock.ts';
import type { TellFault } from './faults.ts';
import type { Packet } from './packets.ts';

const MAX_INTERVAL_TICKS = TICKS_PER_SECOND / 10;

/** Judges the programme clock reference: always forward, at least every 100 ms (ISO/IEC 13818-1, 2.7.2). */
export class PcrJudge {
  lastTicks: number | undefined;

  constructor(
    private readonly tell: TellFault,
    private readonly clock: MediaClock,
  ) {}

  push(packet: Packet): void {
    if (packet.pcr === undefined) return;
    const ticks = this.clock.unwrap(packet.pcr);
    const step = ticks - (this.lastTicks ?? ticks);
    const at = this.clock.secondsAt(ticks);
    if (!packet.discontinuity && step < 0) this.tell('pcr_back', `the PCR goes back by ${inMs(step)}`, at);
    // The extension counts 1/300 of a tick; a hair more than 100 ms is rounding.
    if (!packet.discontinuity && step > MAX_INTERVAL_TICKS + 1) {
      this.tell('pcr_interval', `two PCRs are ${inMs(step)} apart; 100 ms are allowed`, at);
    }
    this.lastTicks = ticks;
  }

  end(mediaSeconds: number): void {
    if (this.lastTicks === undefined && mediaSeconds > 0) this.tell('pcr_missing', 'there is no PCR at all');
  }
}
