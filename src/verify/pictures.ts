import type { TellFault } from './faults.ts';
import type { MediaClock } from './clock.ts';
import { inMs } from './clock.ts';
import { StepCount } from './steps.ts';

/** H.264 reorders at most 16 pictures; more than this waiting means that decode times are wrong, not that all is well. */
const MAX_WAITING = 64;

interface TimedPicture {
  readonly ptsTicks: number;
  readonly dtsTicks: number;
  /** The last PCR before the picture's last byte. */
  readonly pcrTicks: number | undefined;
}

/** Judges the times of pictures: steps of presentation and decoding, and the order of the two. */
export class PictureJudge {
  count = 0;
  firstTicks: number | undefined;
  private readonly presented = new StepCount();
  private readonly decoded = new StepCount();
  private readonly waiting: number[] = [];
  private lastPresented: number | undefined;
  private lastDecoded: number | undefined;

  constructor(
    private readonly tell: TellFault,
    private readonly clock: MediaClock,
  ) {}

  add({ ptsTicks, dtsTicks, pcrTicks }: TimedPicture): void {
    this.count++;
    const at = this.clock.secondsAt(dtsTicks);
    if (ptsTicks < dtsTicks) {
      this.tell('pts_before_dts', `a picture is shown ${inMs(dtsTicks - ptsTicks)} before it is decoded`, at);
    }
    if (pcrTicks !== undefined && pcrTicks > dtsTicks) {
      this.tell('pcr_late', `a picture arrives ${inMs(pcrTicks - dtsTicks)} after its decode time (PCR over DTS)`, at);
    }
    this.decode(dtsTicks, at);
    this.waiting.push(ptsTicks);
    this.waiting.sort((a, b) => a - b);
    // What comes later in decode order is shown at its own DTS at the earliest.
    while ((this.waiting[0] ?? Infinity) < dtsTicks || this.waiting.length > MAX_WAITING) this.present();
  }

  /** Ticks of one picture, as far as is known. */
  frameTicks(): number | undefined {
    return this.presented.usual();
  }

  /** `cut`: the source goes on, so pictures that are shown before the last ones may not have been read. */
  end(cut: boolean): void {
    if (cut) this.waiting.length = 0;
    while (this.waiting.length > 0) this.present();
    const frame = this.presented.usual() ?? 0;
    for (const { ticks, firstAtSeconds, count } of this.presented.odd()) {
      this.tell('picture_step', describePictureStep(ticks, frame), firstAtSeconds, count);
    }
    for (const { ticks, firstAtSeconds, count } of this.decoded.odd()) {
      const sentence = `decode times step by ${ticks} ticks (${inMs(ticks)}) instead of ${round(this.decoded.usual() ?? 0)}`;
      this.tell('decode_step', sentence, firstAtSeconds, count);
    }
  }

  private decode(dtsTicks: number, at: number): void {
    const step = dtsTicks - (this.lastDecoded ?? dtsTicks);
    if (this.lastDecoded !== undefined) {
      if (step > 0) this.decoded.add(step, at);
      else
        this.tell('decode_order', `a decode time is ${inMs(step)} ${step < 0 ? 'before' : 'after'} the last one`, at);
    }
    this.lastDecoded = dtsTicks;
  }

  private present(): void {
    const ticks = this.waiting.shift();
    if (ticks === undefined) return;
    this.firstTicks ??= ticks;
    if (this.lastPresented !== undefined) {
      this.presented.add(ticks - this.lastPresented, this.clock.secondsAt(ticks));
    }
    this.lastPresented = ticks;
  }
}

function describePictureStep(ticks: number, frame: number): string {
  const step = `two pictures are ${ticks} ticks (${inMs(ticks)}) apart instead of ${round(frame)}`;
  const frames = Math.round(ticks / frame);
  if (ticks === 0) return 'two pictures are shown at the same time';
  if (ticks < 0) return `a picture is shown ${inMs(ticks)} before one that should have been over: times go back`;
  if (ticks < frame) return `${step}: they overlap`;
  return frames < 2 ? step : `${step}: ${frames - 1} missing`;
}

function round(ticks: number): string {
  return Number(ticks.toFixed(2)).toString();
}
