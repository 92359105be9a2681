/** Ticks of a time stamp in one second, and where its 33 bits wrap (ISO/IEC 13818-1, 2.4.3.6). */
export const TICKS_PER_SECOND = 90_000;
const WRAP = 2 ** 33;

/** Turns 33-bit time stamps into ticks that run on across the wrap, and ticks into seconds of what was read. */
export class MediaClock {
  private near: number | undefined;
  private first: number | undefined;
  private latest = 0;

  /** `offsetSeconds` is the media read before this clock's first time stamp. */
  constructor(private readonly offsetSeconds: number) {}

  /** The time stamp as the number of ticks that lies nearest to the last one seen. */
  unwrap(stamp: number): number {
    const near = this.near ?? stamp;
    this.near = stamp + Math.round((near - stamp) / WRAP) * WRAP;
    return this.near;
  }

  /** Something is shown or heard at this time. */
  reach(ticks: number): void {
    this.latest = Math.max(ticks, this.latest);
    this.first ??= ticks;
  }

  /** Seconds since the judge began to read. */
  secondsAt(ticks: number): number {
    return this.offsetSeconds + Math.max(0, ticks - (this.first ?? ticks)) / TICKS_PER_SECOND;
  }

  /** How far the media has come; `lastsTicks` is how long the last of it is shown. */
  seconds(lastsTicks = 0): number {
    return this.secondsAt(this.latest + lastsTicks);
  }
}

/** Ticks as milliseconds, for sentences. */
export function inMs(ticks: number): string {
  return `${Math.abs((ticks * 1000) / TICKS_PER_SECOND).toFixed(1)} ms`;
}
