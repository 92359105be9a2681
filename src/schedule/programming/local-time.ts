const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;

/** The clock on the wall somewhere: instants are milliseconds since the epoch, days are counted from 1970-01-01. */
export interface LocalTime {
  /** The local date of an instant. */
  dayAt(epochMs: number): number;
  /**
   * The first instant of a day at which the wall clock shows this minute or a later one. So a time that is skipped is
   * the moment of the change, one that comes twice is the first, and a later minute is never an earlier instant.
   */
  instantOf(day: number, minute: number): number;
  /**
   * The same by a clock that was not put forward until then: where 02:15 is skipped it is 03:15 (RFC 5545, 3.3.5), so
   * what lies in a skipped hour keeps its order and length.
   */
  unskippedInstantOf(day: number, minute: number): number;
  /** The first instant, this one or later, at which the wall clock shows a whole multiple of so many minutes. */
  nextMultiple(epochMs: number, minutes: number): number;
}

/** The wall clock of an IANA time zone, by the tables that come with Node. */
export function localTime(timeZone: string): LocalTime {
  const offsetAt = offsetsOf(timeZone);

  function instantOf(day: number, minute: number): number {
    const wallMs = day * DAY_MS + minute * MINUTE_MS;
    // Offsets are within a day of UTC, and changes are further apart than two days.
    const [before, after] = [offsetAt(wallMs - DAY_MS), offsetAt(wallMs + DAY_MS)];
    if (before === after) return wallMs - before;
    const changeMs = changeBetween(wallMs - DAY_MS, wallMs + DAY_MS, offsetAt);
    return wallMs < changeMs + before ? wallMs - before : Math.max(changeMs, wallMs - after);
  }

  return {
    instantOf,
    unskippedInstantOf(day, minute) {
      const wallMs = day * DAY_MS + minute * MINUTE_MS;
      return wallMs - offsetAt(wallMs - DAY_MS);
    },
    dayAt: (epochMs) => Math.floor((epochMs + offsetAt(epochMs)) / DAY_MS),
    nextMultiple(epochMs, minutes) {
      const stepMs = minutes * MINUTE_MS;
      const next = (offset: number) => Math.ceil((epochMs + offset) / stepMs) * stepMs - offset;
      const first = next(offsetAt(epochMs));
      // Where the clock changes before then, multiples are elsewhere afterwards.
      return (first + offsetAt(first)) % stepMs === 0 ? first : next(offsetAt(first));
    },
  };
}

function changeBetween(fromMs: number, toMs: number, offsetAt: OffsetAt): number {
  let [low, high] = [fromMs, toMs];
  const before = offsetAt(low);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

type OffsetAt = (epochMs: number) => number;

/** By time zone, and there are few: to ask for one takes as long as to plan a day. */
const zones = new Map<string, OffsetAt>();
/** Quarters of an hour of several years. */
const MOST_KNOWN = 100_000;

/** How far the wall clock is ahead of UTC, in milliseconds. */
function offsetsOf(timeZone: string): OffsetAt {
  const offsetAt = zones.get(timeZone) ?? offsetsBy(formatOf(timeZone));
  zones.set(timeZone, offsetAt);
  return offsetAt;
}

/** Of all that it can be asked to say, what takes least to be made. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
}

/** "12/24/2026, GMT-03:30"; where there is none, some versions say just GMT. */
const OFFSET = /GMT([+-])(\d+):(\d+)(?::(\d+))?$/;

function offsetsBy(format: Intl.DateTimeFormat): OffsetAt {
  const known = new Map<number, number>();
  const readAt = (epochMs: number): number => {
    const [, sign, hours = 0, minutes = 0, seconds = 0] = OFFSET.exec(format.format(epochMs)) ?? [];
    const offset = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
    return sign === '-' ? -offset : offset;
  };
  return (epochMs) => {
    // Clocks change at whole quarters of an hour, and asking takes long.
    const quarterMs = Math.floor(epochMs / QUARTER_MS) * QUARTER_MS;
    const offset = known.get(quarterMs) ?? readAt(quarterMs);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(quarterMs, offset);
    return offset;
  };
}
