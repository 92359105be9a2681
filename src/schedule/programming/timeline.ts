import { type Grid, segmentAt, segmentsOf, segmentStartMs } from '../grid.ts';
import type { LocalTime } from './local-time.ts';
import { type Daypart, dayOfWeek } from './programming.ts';

/** For how long one rule holds, in segments: a daypart, or the default where there is none. */
export interface Span {
  readonly daypart: Daypart | undefined;
  readonly start: number;
  /** Mutable only while the timeline finds that it goes on for another day. */
  stop: number;
  /** Where the daypart began; `start`, unless another one came between. */
  readonly occurrence: number;
}

/** Where a programme must have ended, and whether it may be cut there. */
export interface Limit {
  readonly segment: number;
  readonly cut: boolean;
}

/** When a daypart would be on. */
interface Occurrence {
  readonly daypart: Daypart;
  readonly rank: number;
  readonly isDated: boolean;
  readonly start: number;
  readonly stop: number;
}

const DAY_MS = 86_400_000;
const DAY_MINUTES = 1440;
/** Longer than any programme. */
const AHEAD_DAYS = 3;

/** When each daypart is on, day after day, on a channel's grid. */
export class Timeline {
  readonly #grid: Grid;
  readonly #local: LocalTime;
  readonly #dayparts: readonly Daypart[];
  readonly #spans: Span[] = [];
  #nextDay: number | undefined;
  #knownUntil = -Infinity;
  #lastDay: { readonly day: number; readonly occurrences: readonly Occurrence[] } | undefined;

  constructor(options: { readonly grid: Grid; readonly local: LocalTime; readonly dayparts: readonly Daypart[] }) {
    this.#grid = options.grid;
    this.#local = options.local;
    this.#dayparts = options.dayparts;
  }

  /** The span that a segment is in. Segments must not go back by more than a day. */
  at(segment: number): Span {
    const index = this.#indexAt(segment);
    return this.#spans[index] ?? { daypart: undefined, start: segment, stop: Infinity, occurrence: segment };
  }

  /** Where a programme that begins at a segment must have ended: what comes then may begin only so late. */
  limitFrom(from: number): Limit {
    for (let index = this.#indexAt(from) + 1; index < this.#spans.length; index++) {
      const span = this.#spans[index];
      // What goes on after something else came between waits for as long as that takes.
      if (span?.daypart === undefined || span.start !== span.occurrence) continue;
      const latest = span.start + segmentsOf(this.#grid, span.daypart.late_minutes * 60);
      // However late it may be, it begins before it is over: no later one can set an earlier limit.
      return { segment: Math.min(latest, span.stop - 1), cut: span.daypart.run_over === 'cut' };
    }
    return { segment: Infinity, cut: false };
  }

  #indexAt(segment: number): number {
    if (this.#dayparts.length === 0) return -1;
    if (segment >= this.#knownUntil) this.#readOn(segment);
    let [low, high] = [0, this.#spans.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#spans[middle]?.start ?? Infinity) <= segment) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #readOn(segment: number): void {
    const day = this.#local.dayAt(segmentStartMs(this.#grid, segment));
    this.#nextDay ??= day - AHEAD_DAYS;
    while (this.#nextDay <= day + AHEAD_DAYS) this.#append(this.#nextDay++);
    this.#knownUntil = this.#segmentOf(day + 1, 0);
  }

  #append(day: number): void {
    const before = this.#lastDay?.day === day - 1 ? this.#lastDay.occurrences : this.#occurrencesOn(day - 1);
    this.#lastDay = { day, occurrences: this.#occurrencesOn(day) };
    const occurrences = [...before, ...this.#lastDay.occurrences].sort(
      (a, b) => Number(b.isDated) - Number(a.isDated) || a.rank - b.rank || a.start - b.start,
    );
    const [midnight, end] = [this.#segmentOf(day, 0), this.#segmentOf(day + 1, 0)];
    const inside = occurrences
      .flatMap(({ start, stop }) => [start, stop])
      .filter((bound) => bound > midnight && bound < end);
    const bounds = [...new Set([midnight, ...inside, end])].sort((a, b) => a - b);
    for (const [index, start] of bounds.slice(0, -1).entries()) {
      const found = occurrences.find((occurrence) => occurrence.start <= start && start < occurrence.stop);
      const stop = bounds[index + 1] ?? end;
      const last = this.#spans.at(-1);
      const goesOn = found === undefined ? last?.daypart === undefined : last?.occurrence === found.start;
      if (last !== undefined && last.daypart === found?.daypart && goesOn) last.stop = stop;
      else this.#spans.push({ daypart: found?.daypart, start, stop, occurrence: found?.start ?? start });
    }
  }

  #occurrencesOn(day: number): Occurrence[] {
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    return this.#dayparts.flatMap((daypart, rank) =>
      daypart.times.flatMap(({ days, dates, from, to }) => {
        const weekday = dayOfWeek(day);
        if (weekday === undefined || !days.includes(weekday)) return [];
        if (dates !== undefined && !dates.some((range) => isWithin(date, range))) return [];
        const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)];
        const until = toMinute > fromMinute ? toMinute : toMinute + DAY_MINUTES;
        return [{ daypart, rank, isDated: dates !== undefined, ...this.#stretch(day, fromMinute, until) }];
      }),
    );
  }

  /** From a local time to another. What lies wholly in an hour that a change of clocks leaves out comes after it. */
  #stretch(day: number, from: number, to: number): Pick<Occurrence, 'start' | 'stop'> {
    const [start, stop] = [this.#segmentOf(day, from), this.#segmentOf(day, to)];
    if (start < stop) return { start, stop };
    const moved = (minute: number) =>
      firstSegmentFrom(this.#grid, this.#local.unskippedInstantOf(...dayAndMinute(day, minute)));
    return { start: moved(from), stop: moved(to) };
  }

  /** The first segment that begins at a local time or after it. */
  #segmentOf(day: number, minute: number): number {
    return firstSegmentFrom(this.#grid, this.#local.instantOf(...dayAndMinute(day, minute)));
  }
}

/** The first segment that begins at a moment or after it. */
export function firstSegmentFrom(grid: Grid, epochMs: number): number {
  const segment = segmentAt(grid, epochMs);
  return segmentStartMs(grid, segment) >= epochMs ? segment : segment + 1;
}

/** A minute may be of the next day. */
function dayAndMinute(day: number, minute: number): [day: number, minute: number] {
  return [day + Math.floor(minute / DAY_MINUTES), minute % DAY_MINUTES];
}

/** Dates without a year may go across its end: 12-24 to 01-06. */
function isWithin(date: string, { from, to }: { readonly from: string; readonly to: string }): boolean {
  const compared = date.slice(-from.length);
  return from <= to ? from <= compared && compared <= to : from <= compared || compared <= to;
}

function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}
