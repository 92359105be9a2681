import { describe, expect, test } from '@jest/globals';
import { LocalDate, LocalDateTime, ZonedDateTime, ZoneId, ZoneOffset } from '@js-joda/core';
import '@js-joda/timezone';
import type { Airing } from '../../../src/schedule/airing.ts';
import { createGrid, segmentAt, segmentStartMs } from '../../../src/schedule/grid.ts';
import { Ledger } from '../../../src/schedule/programming/ledger.ts';
import { localTime } from '../../../src/schedule/programming/local-time.ts';
import { planBlocks } from '../../../src/schedule/programming/plan.ts';
import { item, libraryOf, scheduled } from './samples.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** js-joda brings time zone tables of its own: it does not ask Node. */
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata'];
const FIRST = LocalDate.of(2026, 1, 1);
const DAYS = 365;
/** Forward and back. */
const DAYS_OF_CHANGE: Readonly<Record<string, readonly string[]>> = {
  'Europe/Berlin': ['2026-03-29', '2026-10-25'],
  'America/New_York': ['2026-03-08', '2026-11-01'],
  'Australia/Lord_Howe': ['2026-10-04', '2026-04-05'],
};

/** What the wall clock shows there. */
function wallTime(zone: string, epochMs: number): LocalDateTime {
  return LocalDateTime.ofEpochSecond(
    Math.floor(epochMs / 1000) + ZoneId.of(zone).rules().offsetOfEpochMilli(epochMs).totalSeconds(),
    0,
    ZoneOffset.UTC,
  );
}

/** The first moment at which the wall clock shows a time or a later one: by trying every minute where it changes. */
function firstMoment(zone: string, wanted: LocalDateTime): number {
  const zoned = ZonedDateTime.of(wanted, ZoneId.of(zone)).toInstant().toEpochMilli();
  const rules = ZoneId.of(zone).rules();
  const [before, after] = [zoned - 3 * HOUR_MS, zoned + 3 * HOUR_MS].map((ms) => rules.offsetOfEpochMilli(ms));
  if (before?.equals(after)) return zoned;
  let moment = zoned - 3 * HOUR_MS;
  while (wallTime(zone, moment).isBefore(wanted)) moment += 60_000;
  return moment;
}

describe.each(ZONES)('in %s', (zone) => {
  const local = localTime(zone);

  test('every time of every day of a year is where an independent library has it', () => {
    let changes = 0;
    for (let day = 0; day < DAYS; day++) {
      const date = FIRST.plusDays(day);
      for (const minute of [0, 90, 120, 135, 150, 180, 1080, 1439]) {
        const wanted = date.atTime(Math.floor(minute / 60), minute % 60);
        const expected = firstMoment(zone, wanted);
        const found = local.instantOf(date.toEpochDay(), minute);
        if (found !== expected) expect([wanted.toString(), found]).toEqual([wanted.toString(), expected]);
        if (!wallTime(zone, found).equals(wanted)) changes++;
        if (local.dayAt(found) !== date.toEpochDay()) expect(local.dayAt(found)).toBe(date.toEpochDay());
      }
    }
    // In spring some times are skipped.
    expect(changes).toBe({ 'Europe/Berlin': 3, 'America/New_York': 3, 'Australia/Lord_Howe': 2 }[zone] ?? 0);
  });

  test('a year of dayparts begins at its local times, on the days when clocks change too', () => {
    const grid = createGrid({ num: 24000, den: 1001 }, 6);
    const programming = scheduled({
      default: { content: [{ kind: 'items', ids: ['long'] }] },
      dayparts: [
        {
          name: 'Night',
          times: [{ from: '02:15', to: '04:00' }],
          run_over: 'cut',
          content: [{ kind: 'items', ids: ['night'] }],
        },
        {
          name: 'Evening',
          times: [{ days: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'], from: '18:00', to: '20:00' }],
          programmes: 2,
          content: [{ kind: 'items', ids: ['one', 'two'] }],
        },
      ],
    });
    const library = libraryOf(
      item('long', { durationMs: 5_000_000 }),
      item('night', { durationMs: 2_000_000 }),
      item('one', { durationMs: 1_500_000 }),
      item('two', { durationMs: 1_600_000 }),
    );
    const begin = segmentAt(grid, firstMoment(zone, FIRST.atStartOfDay()));
    const ledger = new Ledger();
    const blocks = planBlocks({ channelId: 'c', grid, timeZone: zone, programming, library, ledger }, begin);
    const end = begin + Math.round((DAYS * DAY_MS) / 6006);
    const evenings: number[] = [];
    const nights: number[] = [];
    let last = begin;
    for (let at = begin; at < end;) {
      const airings = blocks.next().value;
      for (const airing of airings) {
        if (airing.startSegment !== last) expect(airing.startSegment).toBe(last);
        last = airing.stopSegment;
        if (airing.kind !== 'programme') continue;
        if (airing.itemId === 'one') evenings.push(airing.startSegment);
        if (airing.itemId === 'night' && !nights.some((start) => airing.startSegment - start < 2400))
          nights.push(airing.startSegment);
      }
      at = last;
    }
    const [expectedEvenings, expectedNights] = [[] as number[], [] as number[]];
    for (let day = 0; day < DAYS; day++) {
      const date = FIRST.plusDays(day);
      const firstFrom = (moment: number) => {
        const segment = segmentAt(grid, moment);
        return segmentStartMs(grid, segment) >= moment ? segment : segment + 1;
      };
      if (date.dayOfWeek().value() <= 5) expectedEvenings.push(firstFrom(firstMoment(zone, date.atTime(18, 0))));
      expectedNights.push(firstFrom(firstMoment(zone, date.atTime(2, 15))));
    }
    expect(evenings).toEqual(expectedEvenings.filter((segment) => segment < last));
    expect(nights).toEqual(expectedNights.filter((segment) => segment < last));
  });

  test('dayparts in an hour that a change of clocks leaves out come after it, in order, whole and once', () => {
    const grid = createGrid({ num: 25, den: 1 }, 2);
    const quarter = (name: string, from: string, to: string) => ({
      ...{ name, times: [{ from, to }], programmes: 1, run_over: 'cut', content: [{ kind: 'items', ids: [name] }] },
    });
    const programming = scheduled({
      default: { content: [{ kind: 'items', ids: ['long'] }] },
      dayparts: [quarter('first', '02:00', '02:15'), quarter('second', '02:15', '02:30')],
    });
    const library = libraryOf(
      item('long', { durationMs: 5_000_000 }),
      ...['first', 'second'].map((id) => item(id, { durationMs: 880_000 })),
    );
    const planned = (from: number, until: number) => {
      const airings: Airing[] = [];
      const ledger = new Ledger();
      for (const block of planBlocks({ channelId: 'c', grid, timeZone: zone, programming, library, ledger }, from)) {
        airings.push(...block);
        if ((airings.at(-1)?.stopSegment ?? from) >= until) return airings;
      }
      return airings;
    };
    for (const date of DAYS_OF_CHANGE[zone] ?? ['2026-06-01']) {
      // By js-joda's rule for times that there are not: later by as much as the clocks jump.
      const [midnight, first, second] = [0, 120, 135].map((minute) =>
        segmentAt(
          grid,
          ZonedDateTime.of(LocalDate.parse(date).atTime(Math.floor(minute / 60), minute % 60), ZoneId.of(zone))
            .toInstant()
            .toEpochMilli(),
        ),
      );
      const airings = planned(midnight!, midnight! + 5 * 1800);
      const shown = (itemId: string) =>
        airings.flatMap((airing) =>
          airing.kind === 'programme' && airing.itemId === itemId ? [[airing.startSegment, airing.stopSegment]] : [],
        );
      expect([date, shown('first'), shown('second')]).toEqual([
        ...[date, [[first, first! + 440]], [[second, second! + 440]]],
      ]);
      // Whoever begins to plan in between has the same from there on.
      const later = airings.findIndex(({ startSegment }) => startSegment === first);
      const [rest] = planned(first!, first! + 1);
      expect(rest).toMatchObject({ startSegment: first, stopSegment: airings[later]?.stopSegment, itemId: 'first' });
    }
  });
});

test.each([
  ['Asia/Kolkata', '2026-03-01T10:07:00Z', 30, '2026-03-01T10:30:00Z'],
  ['Asia/Kolkata', '2026-03-01T10:07:00Z', 60, '2026-03-01T10:30:00Z'],
  ['Europe/Berlin', '2026-03-01T10:00:00Z', 60, '2026-03-01T10:00:00Z'],
  ['Australia/Lord_Howe', '2026-01-01T10:01:00Z', 60, '2026-01-01T11:00:00Z'],
  // Clocks go back by half an hour: from 11 hours ahead of UTC to ten and a half, at 15:00.
  ['Australia/Lord_Howe', '2026-04-04T14:50:00Z', 60, '2026-04-04T15:30:00Z'],
])('in %s, from %s on, a multiple of %i minutes is %s', (zone, from, minutes, next) => {
  expect(new Date(localTime(zone).nextMultiple(Date.parse(from), minutes)).toISOString()).toBe(
    new Date(next).toISOString(),
  );
});
