import { inMs, TICKS_PER_SECOND } from './clock.ts';
import type { TellFault } from './faults.ts';
import type { ListedSegment } from './segment.ts';
import { nameOf } from './segment.ts';

/** What of a segment is left when its bytes have been read. */
export interface Span {
  readonly segment: ListedSegment;
  readonly atSeconds: number;
  /** The earliest and the latest presentation time of its pictures. */
  readonly firstTicks: number;
  readonly lastTicks: number;
}

/** Judges EXTINF and dates of the segments between two discontinuities against what their pictures say. */
export function judgeSpans(spans: readonly Span[], frameTicks: number, tell: TellFault): void {
  for (const span of spans) judgeDuration(span, frameTicks, tell);
  judgeDates(spans, frameTicks, tell);
}

function judgeDuration({ segment, atSeconds, firstTicks, lastTicks }: Span, frameTicks: number, tell: TellFault): void {
  const lastsSeconds = (lastTicks - firstTicks + frameTicks) / TICKS_PER_SECOND;
  const off = segment.durationSeconds - lastsSeconds;
  if (Math.abs(off) * TICKS_PER_SECOND <= frameTicks / 2) return;
  const said = `EXTINF of ${nameOf(segment)} says ${segment.durationSeconds} s`;
  tell('extinf', `${said}, but its pictures last ${lastsSeconds.toFixed(3)} s`, atSeconds);
}

function judgeDates(spans: readonly Span[], frameTicks: number, tell: TellFault): void {
  // Compared with the first date, not only the one before: a small step in each segment adds up.
  let anchor: { ticks: number; dateMs: number } | undefined;
  for (const { segment, atSeconds, firstTicks } of spans) {
    if (segment.dateMs === undefined) continue;
    const now = { ticks: firstTicks, dateMs: segment.dateMs };
    anchor ??= now;
    const offMs = now.dateMs - anchor.dateMs - ((now.ticks - anchor.ticks) * 1000) / TICKS_PER_SECOND;
    const offTicks = (offMs * TICKS_PER_SECOND) / 1000;
    if (Math.abs(offTicks) <= frameTicks / 2) continue;
    const side = offMs > 0 ? 'later' : 'earlier';
    tell('date', `the date of ${nameOf(segment)} is ${inMs(offTicks)} ${side} than its pictures say`, atSeconds);
    anchor = now;
  }
}
