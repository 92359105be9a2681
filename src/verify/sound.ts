import type { SoundFrame } from './adts.ts';
import { AdtsReader } from './adts.ts';
import type { MediaClock } from './clock.ts';
import { inMs, TICKS_PER_SECOND } from './clock.ts';
import type { TellFault } from './faults.ts';

/** Time stamps are whole ticks: at 44.1 kHz a frame is not, and two roundings may differ by one. */
const ROUNDING_TICKS = 1.01;

/** Judges AAC: every frame follows the last one without gap or overlap. */
export class SoundJudge {
  count = 0;
  sampleRate: number | undefined;
  firstTicks: number | undefined;
  private channels: number | undefined;
  private readonly reader = new AdtsReader();
  /** When the next frame is due, fractions kept. */
  private dueTicks: number | undefined;

  constructor(
    private readonly tell: TellFault,
    private readonly clock: MediaClock,
  ) {}

  /** The payload of a PES packet; `ptsTicks` belongs to the first frame that begins in it. */
  add(payload: Buffer, ptsTicks: number | undefined, pcrTicks: number | undefined): void {
    const at = ptsTicks === undefined ? this.clock.seconds() : this.clock.secondsAt(ptsTicks);
    const { frames, strayBytes } = this.reader.push(payload);
    if (strayBytes > 0) this.tell('sound_broken', `${strayBytes} bytes of sound belong to no AAC frame`, at);
    if (ptsTicks !== undefined && pcrTicks !== undefined && pcrTicks > ptsTicks) {
      this.tell('pcr_late', `sound arrives ${inMs(pcrTicks - ptsTicks)} after it is due (PCR over PTS)`, at);
    }
    for (const frame of frames.filter(({ carriedOver }) => carriedOver)) this.countFrame(frame, at);
    if (ptsTicks !== undefined) this.compare(ptsTicks, at);
    for (const frame of frames.filter(({ carriedOver }) => !carriedOver)) this.countFrame(frame, at);
  }

  private compare(ptsTicks: number, at: number): void {
    this.firstTicks ??= ptsTicks;
    const off = ptsTicks - (this.dueTicks ?? ptsTicks);
    const tolerance = Number.isInteger(this.dueTicks ?? 0) ? 0 : ROUNDING_TICKS;
    if (this.dueTicks !== undefined && Math.abs(off) <= tolerance) return;
    const size = `${Number(Math.abs(off).toFixed(2))} ticks (${inMs(off)}${this.inFrames(off)})`;
    if (off > 0) this.tell('sound_gap', `the sound has a gap of ${size}`, at);
    if (off < 0) this.tell('sound_overlap', `a sound frame begins ${size} before the last one ends`, at);
    this.dueTicks = ptsTicks;
  }

  private countFrame(frame: SoundFrame, at: number): void {
    this.count++;
    if (this.sampleRate !== undefined && (this.sampleRate !== frame.sampleRate || this.channels !== frame.channels)) {
      const now = `${frame.sampleRate} Hz in layout ${frame.channels}`;
      this.tell(
        'sound_changed',
        `the sound changes from ${this.sampleRate} Hz in layout ${this.channels} to ${now}`,
        at,
      );
    }
    this.sampleRate = frame.sampleRate;
    this.channels = frame.channels;
    if (this.dueTicks !== undefined) this.dueTicks += (frame.samples * TICKS_PER_SECOND) / frame.sampleRate;
  }

  private inFrames(ticks: number): string {
    const frames = (Math.abs(ticks) * (this.sampleRate ?? 0)) / TICKS_PER_SECOND / 1024;
    return Number.isInteger(frames) ? `, ${frames} ${frames === 1 ? 'frame' : 'frames'}` : '';
  }
}
