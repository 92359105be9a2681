import assert from 'node:assert/strict';
import type { Airing, ProgrammeAiring } from '../../../src/schedule/airing.ts';
import { type Grid, segmentDuration, segmentsIn } from '../../../src/schedule/grid.ts';
import type { Content } from '../../../src/schedule/programming/content.ts';
import type { ProgrammeItem, ProgrammeLibrary } from '../../../src/schedule/programming/library.ts';
import type { Daypart, Scheduled, Strand } from '../../../src/schedule/programming/programming.ts';
import type { FillerUse } from '../../../src/schedule/programming/fillers.ts';
import { compileQuery } from '../../../src/schedule/programming/query.ts';
import { START_MS } from './arbitrary.ts';
import type { Coverage } from './coverage.ts';

export interface Case {
  readonly library: ProgrammeLibrary;
  readonly programming: Scheduled;
  readonly grid: Grid;
  readonly timeZone: string;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** The zones' wall clocks in June. */
const OFFSET_MINUTES: Record<string, number> = {
  ...{ UTC: 0, 'Europe/Berlin': 120, 'America/New_York': -240, 'Asia/Kolkata': 330 },
};
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** What is to occur. */
export const KINDS = [
  ...['items', 'show', 'season', 'films', 'collection', 'query'].map((kind) => `content ${kind}`),
  ...['as_listed', 'season_episode', 'air_date', 'shuffle', 'rotate', 'random'].map((kind) => `order ${kind}`),
  ...['kept apart', 'at a distance', 'with an end'].map((what) => `order ${what}`),
  ...['default', 'weekly', 'dated', 'hard', 'soft', 'filled before', 'cut before', 'so many programmes'].map(
    (what) => `daypart ${what}`,
  ),
  ...['gap', 'pad', 'between', 'mid-roll at chapters', 'mid-roll at commercials', 'card'].map(
    (what) => `filler ${what}`,
  ),
  ...['in parts', 'leaves later', 'has left', 'skipped', 'off air', 'not begun'],
];

interface Occurrence {
  readonly daypart: Daypart;
  readonly isDated: boolean;
  readonly rank: number;
  readonly start: number;
  readonly stop: number;
}

/** Holds a plan against its programming, by means that planning does not use. */
export function checkPlan(given: Case, airings: readonly Airing[], coverage: Coverage): void {
  const { library, grid, programming } = given;
  const seen = new Set<string>();
  const items = new Map(library.items.map((item) => [item.id, item]));
  const lengths = new Map(
    library.items.flatMap((item) => [item, ...item.parts].map((one) => [one.id, one.durationMs])),
  );
  const segmentMs = segmentDuration(grid) * 1000;
  const firstFrom = (ms: number) => Math.ceil(ms / segmentMs - 1e-5);
  const occurrences = occurrencesOf(given, firstFrom);
  const winnerAt = (segment: number) => occurrences.find(({ start, stop }) => start <= segment && segment < stop);
  const starts = occurrences.filter((one) => winnerAt(one.start) === one).sort((a, b) => a.start - b.start);
  const late = ({ daypart }: Occurrence) => Math.ceil((daypart.late_minutes * MINUTE_MS) / segmentMs - 1e-9);
  /** Where one is over, or another one comes between. */
  const bounds = occurrences.flatMap(({ start, stop }) => [start, stop]);
  const stopOf = ({ daypart, start }: Occurrence) =>
    bounds
      .filter((bound) => bound > start)
      .filter((bound) => winnerAt(bound)?.daypart !== daypart || winnerAt(bound)?.start !== start)
      .reduce((a, b) => Math.min(a, b), Infinity);
  const latestOf = new Map(starts.map((one) => [one, Math.min(one.start + late(one), stopOf(one) - 1)]));
  const limitFrom = (segment: number) =>
    starts
      .filter(({ start }) => start > segment)
      .map((one) => ({ segment: latestOf.get(one)!, cut: one.daypart.run_over === 'cut' }))
      .reduce((a, b) => (b.segment < a.segment ? b : a), { segment: Infinity, cut: false });
  const nameOf = (strand: Strand) => ('name' in strand ? (strand as Daypart).name : '');
  const strands = new Map(
    [programming.default, ...programming.dayparts].flatMap((strand) => (strand ? [[nameOf(strand), strand]] : [])),
  );

  // Contiguous, on the grid, in the library.
  let last: Airing | undefined;
  for (const airing of airings) {
    assert.ok(Number.isInteger(airing.startSegment) && airing.stopSegment > airing.startSegment);
    if (last !== undefined) assert.equal(airing.startSegment, last.stopSegment);
    last = airing;
    if (airing.kind !== 'programme' && airing.kind !== 'filler') continue;
    const durationMs = lengths.get(airing.itemId) ?? null;
    assert.ok(durationMs !== null);
    assert.ok(airing.reelStart + airing.stopSegment - airing.startSegment <= segmentsIn(grid, durationMs));
  }

  // What begins on time does so, and what may be late before it is over.
  const begun = airings.map(({ startSegment }) => startSegment);
  const [first, end] = [airings[0]!.startSegment, airings.at(-1)!.stopSegment];
  for (const one of starts) {
    const latest = latestOf.get(one)!;
    if (one.start <= first || latest >= end || one.start < begins()) continue;
    assert.ok(begun.some((segment) => one.start <= segment && segment <= latest));
    if (one.daypart.late_minutes === 0) seen.add('daypart hard');
  }

  const shown = new Map<string, { item: ProgrammeItem; start: number }[]>();
  const able = new Map<FillerUse | undefined, readonly ProgrammeItem[]>();
  const fillersShown = new Map<string, number>();
  for (const block of blocksOf(airings)) {
    const start = block[0]!.startSegment;
    const winner = winnerAt(start);
    const programme = block[0]!;
    const parts = block.filter((airing) => airing.kind === 'programme');
    const lastPart = block.findLastIndex((airing) => airing.kind === 'programme');
    checkFillers(block, lastPart);
    if (programme.kind === 'off-air') seen.add(programme.stopSegment === begins() ? 'not begun' : 'off air');
    if (programme.kind !== 'programme') {
      assert.equal(block.length, 1);
      if (programme.kind !== 'off-air') {
        seen.add(programme.kind === 'card' ? 'filler card' : 'filler gap');
        const next = limitFrom(start);
        if (next.segment < Infinity && !next.cut) seen.add('daypart filled before');
      }
      continue;
    }
    assert.ok(start >= begins());
    const strand = strands.get(programme.strand)!;
    const item = items.get(programme.itemId)!;
    assert.ok(['', winner?.daypart.name].includes(programme.strand));
    assert.ok(isThere(item, start));
    if (item.leavesMs !== null) seen.add('leaves later');
    if (poolOf(strand).some((other) => other.durationMs !== null && !isThere(other, start))) seen.add('has left');
    const before = shown.get(programme.strand) ?? [];
    shown.set(programme.strand, [...before, { item, start }]);
    seen.add(`order ${strand.order.kind}`);
    if (!strand.loop) seen.add('order with an end');

    const members = strand.content.filter((one) => isIn(one, item, library, start * segmentMs));
    assert.ok(members.length > 0);
    for (const { kind } of members) seen.add(`content ${kind}`);

    if (winner === undefined) seen.add('daypart default');
    else if (winner.daypart.name === programme.strand) {
      seen.add(winner.isDated ? 'daypart dated' : 'daypart weekly');
      if (winner.daypart.late_minutes > 0 && start > winner.start && before.at(-1)?.start !== undefined) {
        if (!before.some((one) => one.start >= winner.start)) seen.add('daypart soft');
      }
      const count = [...before, { start }].filter((one) => one.start >= winner.start).length;
      if (winner.daypart.programmes !== undefined && start < winner.stop) {
        assert.ok(count <= winner.daypart.programmes);
        if (count === winner.daypart.programmes) seen.add('daypart so many programmes');
      }
    }

    // It ends in time, and whole unless it was cut.
    const stop = block[lastPart]!.stopSegment;
    const limit = limitFrom(start);
    assert.ok(stop <= limit.segment);
    const isCut = limit.cut && block.at(-1)!.stopSegment === limit.segment;
    checkParts(strand, item, parts, isCut);
    const lastShown = parts.at(-1)!;
    if (isCut && endOf(lastShown) < segmentsIn(grid, lengths.get(lastShown.itemId)!)) seen.add('daypart cut before');
    if (!isCut) checkPad(strand, block, stop);
  }
  for (const [name, programmes] of shown) checkOrder(name, programmes);
  coverage.add(seen);

  function begins(): number {
    return programming.start_at === undefined ? -Infinity : firstFrom(Date.parse(programming.start_at));
  }

  function isThere({ leavesMs }: ProgrammeItem, segment: number): boolean {
    return leavesMs === null || segment * segmentMs < leavesMs;
  }

  /** All files of an item, one after the other; the last that is shown may be cut. */
  function checkParts(strand: Strand, item: ProgrammeItem, parts: readonly ProgrammeAiring[], isCut: boolean): void {
    const further = parts.filter(({ itemId }) => itemId !== item.id);
    checkFirst(strand, item, parts.slice(0, parts.length - further.length), isCut && further.length === 0);
    for (const [index, part] of further.entries()) {
      seen.add('in parts');
      const { id, durationMs } = item.parts[index]!;
      assert.deepEqual([part.itemId, part.reelStart], [id, 0]);
      const isLast = index === further.length - 1;
      if (!isCut || !isLast) assert.equal(lengthOf(part), segmentsIn(grid, durationMs));
    }
    if (!isCut) assert.equal(further.length, item.parts.length);
  }

  /** Every segment once and in order; breaks at the nearest boundary to a mark; all but what is marked as to be skipped. */
  function checkFirst(strand: Strand, item: ProgrammeItem, parts: readonly ProgrammeAiring[], isCut: boolean): void {
    const total = segmentsIn(grid, item.durationMs!);
    const left: number[] = [];
    let reached = 0;
    const leaveOut = (until: number) => {
      for (let segment = reached; segment < until; segment++) left.push(segment);
    };
    for (const part of parts) {
      assert.equal(part.itemId, item.id);
      assert.ok(part.reelStart >= reached);
      leaveOut(part.reelStart);
      reached = endOf(part);
    }
    if (!isCut) leaveOut(total);
    const skipped = item.markedSegments.filter(({ kind }) => strand.skip.some((wanted) => wanted === kind));
    if (parts.length > 0 && left.length > 0) {
      seen.add('skipped');
      for (const segment of left) {
        const isMarked = skipped.some(
          ({ startMs, endMs }) =>
            startMs <= segment * segmentMs + 1e-3 &&
            (endMs >= (segment + 1) * segmentMs - 1e-3 || endMs >= item.durationMs! - segmentMs / 2),
        );
        const isBetween = skipped.length > 1;
        assert.ok(isMarked || isBetween);
      }
    }
    if (skipped.length === 0) assert.equal(left.length, 0);
    for (const [index, part] of parts.slice(1).entries()) {
      const isAfterSkip = skipped.length > 0 && endOf(parts[index]!) < part.reelStart;
      const marks =
        strand.mid_roll?.at === 'chapters'
          ? item.chapters
          : item.markedSegments.filter(({ kind }) => kind === 'commercial');
      const isAtMark = marks.some(({ startMs }) => Math.abs(startMs / segmentMs - part.reelStart) <= 0.5 + 1e-6);
      assert.ok(isAfterSkip || isAtMark);
      if (isAtMark && strand.mid_roll !== undefined) seen.add(`filler mid-roll at ${strand.mid_roll.at}`);
    }
  }

  function fillersFor(use: FillerUse | undefined): readonly ProgrammeItem[] {
    const found =
      able.get(use) ??
      programming.filler
        .filter((filler) => use === undefined || filler.use.includes(use))
        .flatMap(({ content }) => library.items.filter((item) => content.some((one) => isIn(one, item, library, 0))));
    able.set(use, found);
    return found;
  }

  function checkFillers(block: readonly Airing[], lastPart: number): void {
    for (const [index, airing] of block.entries()) {
      if (airing.kind !== 'filler') continue;
      const use = index < lastPart ? 'mid_roll' : lastPart === -1 ? 'gaps' : undefined;
      const candidates = fillersFor(use);
      assert.ok(candidates.map(({ id }) => id).includes(airing.itemId));
      assert.ok(isThere(items.get(airing.itemId)!, block[0]!.startSegment));
      // No other that is as short was shown less recently; after a programme it is open which list it is from.
      const ordinal = (id: string) => fillersShown.get(id) ?? -1;
      const length = lengthOf(airing);
      const isWhole = length === segmentsIn(grid, items.get(airing.itemId)!.durationMs!);
      if (use !== undefined && isWhole) {
        const start = block[0]!.startSegment;
        for (const other of candidates.filter((one) => one.durationMs !== null && isThere(one, start))) {
          if (segmentsIn(grid, other.durationMs!) <= length) {
            assert.ok(ordinal(other.id) >= ordinal(airing.itemId));
          }
        }
      }
      fillersShown.set(airing.itemId, airing.startSegment);
      if (lastPart !== -1 && index > lastPart) {
        const strand = strands.get((block[0] as ProgrammeAiring).strand);
        if (strand?.between !== undefined) seen.add('filler between');
      }
    }
  }

  /** After padding the next one begins at the first segment of a quarter, half or full hour, or of another daypart. */
  function checkPad(strand: Strand, block: readonly Airing[], stop: number): void {
    const [from, until] = [block[0]!.startSegment, block.at(-1)!.stopSegment];
    const isElsewhere = winnerAt(until) !== winnerAt(from) || winnerAt(stop) !== winnerAt(from);
    if (strand.pad_minutes === undefined || isElsewhere) return;
    const offsetMs = OFFSET_MINUTES[given.timeZone]! * MINUTE_MS;
    const stepMs = strand.pad_minutes * MINUTE_MS;
    const multipleMs = Math.floor((until * segmentMs + offsetMs + 1) / stepMs) * stepMs - offsetMs;
    const isPrecise = until === firstFrom(multipleMs);
    const isBound = starts.some(({ start }) => start === until) || occurrences.some((one) => one.stop === until);
    assert.ok(isPrecise || isBound);
    if (until > stop) seen.add('filler pad');
  }

  function checkOrder(name: string, programmes: readonly { item: ProgrammeItem; start: number }[]): void {
    const strand = strands.get(name)!;
    const ids = programmes.map(({ item }) => item.id);
    const pool = poolOf(strand);
    const airable = pool.filter(({ durationMs }) => durationMs !== null);
    const isSteady = strand.content.every((one) => !JSON.stringify(one).includes('added_within'));
    if (!isSteady) return;
    const { order } = strand;
    const isFree = starts.every(({ daypart }) => daypart.run_over === 'cut');
    if (!strand.loop && order.kind !== 'random' && isFree) assert.equal(new Set(ids).size, ids.length);
    if (order.kind === 'as_listed' || order.kind === 'season_episode' || order.kind === 'air_date') {
      checkSequence(pool, programmes);
    }
    const isForGood = airable.every(({ leavesMs }) => leavesMs === null);
    if (order.kind === 'rotate' && isFree && strand.loop && isForGood) {
      const groups = new Set(airable.map(({ show }) => show));
      for (let index = 1; index < programmes.length; index++) {
        const round = programmes.slice(index, index + groups.size).map(({ item }) => item.show);
        assert.equal(new Set(round).size, round.length);
      }
      for (const group of groups) {
        checkSequence(
          pool.filter(({ show }) => show === group),
          programmes.filter(({ item }) => item.show === group),
        );
      }
    }
    if (order.kind !== 'shuffle' && order.kind !== 'random') return;
    // An item without a length takes part in the counting of distance.
    const apart = Math.min(order.distance, airable.length - 1);
    if (isFree && apart > 0) {
      for (const [index, { item, start }] of programmes.entries()) {
        // When others have left, one may be all that there is.
        if (airable.filter((one) => isThere(one, start)).length <= apart) continue;
        assert.ok(!ids.slice(Math.max(0, index - apart), index).includes(item.id));
      }
      if (ids.length > apart) seen.add('order at a distance');
    }
    if (order.kind !== 'shuffle' || !isFree) return;
    let turn = new Set<string>();
    for (const { item, start } of programmes) {
      if (turn.has(item.id)) {
        for (const other of airable.filter((one) => isThere(one, start))) assert.ok(turn.has(other.id));
        turn = new Set();
      }
      turn.add(item.id);
    }
    const counts = new Map<string, number>();
    for (const { show } of airable) if (show !== null) counts.set(show, (counts.get(show) ?? 0) + 1);
    const most = Math.max(0, ...counts.values());
    if (order.shows_apart && order.distance === 0 && most <= airable.length / 2 && isForGood) {
      for (const [index, { item }] of programmes.entries()) {
        const previous = programmes[index - 1]?.item;
        if (item.show !== null && previous !== undefined) assert.notEqual(previous.show, item.show);
      }
    }
    if (order.shows_apart && counts.size > 0) seen.add('order kept apart');
  }

  /** One after the other; what is left out could not have been shown. */
  function checkSequence(
    sequence: readonly ProgrammeItem[],
    programmes: readonly { item: ProgrammeItem; start: number }[],
  ): void {
    let place = -1;
    for (const { item, start } of programmes) {
      const next = sequence.findIndex(({ id }) => id === item.id);
      const passed =
        next > place ? sequence.slice(place + 1, next) : [...sequence.slice(place + 1), ...sequence.slice(0, next)];
      for (const other of passed) {
        // With skipped parts it may be shorter than its length, but not by more than they last.
        if (other.durationMs === null || !isThere(other, start)) continue;
        const files = [other.durationMs, ...other.parts.map(({ durationMs }) => durationMs)];
        const segments = files.reduce((sum, durationMs) => sum + segmentsIn(grid, durationMs), 0);
        assert.ok(segments > limitFrom(start).segment - start);
      }
      place = next;
    }
  }

  function poolOf({ content, order }: Strand): ProgrammeItem[] {
    const listed = content.flatMap((one) =>
      one.kind === 'items'
        ? one.ids.flatMap((id) => items.get(id) ?? [])
        : library.items.filter((item) => isIn(one, item, library, START_MS)),
    );
    const unique = [...new Set(listed)];
    if (order.kind === 'air_date') {
      const date = (item: ProgrammeItem) => item.originalAirDate ?? String(item.year ?? 9999);
      return unique.toSorted((a, b) => (date(a) < date(b) ? -1 : date(a) > date(b) ? 1 : bySeason(a, b)));
    }
    if (order.kind !== 'season_episode' && order.kind !== 'rotate') return unique;
    const shows = [...new Set(unique.map(({ show }) => show))];
    return unique.toSorted((a, b) => shows.indexOf(a.show) - shows.indexOf(b.show) || bySeason(a, b));
  }
}

function bySeason(a: ProgrammeItem, b: ProgrammeItem): number {
  const rank = ({ season, episode }: ProgrammeItem) => (season || 99) * 1000 + (episode ?? 999);
  return rank(a) - rank(b);
}

const compiled = new WeakMap<Content, ReturnType<typeof compileQuery>>();

function isIn(content: Content, item: ProgrammeItem, library: ProgrammeLibrary, atMs: number): boolean {
  switch (content.kind) {
    case 'items':
      return content.ids.includes(item.id);
    case 'show':
      return item.show === content.show;
    case 'season':
      return item.show === content.show && item.season === content.season;
    case 'films':
      return item.kind === 'film';
    case 'collection':
      return library.collections.some(({ itemIds }) => itemIds.includes(item.id));
    case 'query': {
      const matches = compiled.get(content) ?? compileQuery(content.where);
      compiled.set(content, matches);
      return matches(item, Math.floor(atMs / DAY_MS) * DAY_MS);
    }
  }
}

function occurrencesOf({ programming, timeZone }: Case, firstFrom: (ms: number) => number): Occurrence[] {
  const offsetMs = OFFSET_MINUTES[timeZone]! * MINUTE_MS;
  const found: Occurrence[] = [];
  for (const [rank, daypart] of programming.dayparts.entries()) {
    for (const { days, dates, from, to } of daypart.times) {
      for (let dayMs = START_MS - 4 * DAY_MS; dayMs < START_MS + 7 * DAY_MS; dayMs += DAY_MS) {
        const date = new Date(dayMs).toISOString().slice(0, 10);
        if (!days.some((day) => day === WEEKDAYS[new Date(dayMs).getUTCDay()])) continue;
        const isDay = (range: { from: string; to: string }) => {
          const short = date.slice(-range.from.length);
          const isAfter = short >= range.from;
          const isBefore = short <= range.to;
          return range.from > range.to ? isAfter || isBefore : isAfter && isBefore;
        };
        if (dates !== undefined && !dates.some(isDay)) continue;
        const startMs = dayMs + minutesOf(from) * MINUTE_MS - offsetMs;
        const lengthMs = ((minutesOf(to) - minutesOf(from) + 1440) % 1440 || 1440) * MINUTE_MS;
        const [start, stop] = [firstFrom(startMs), firstFrom(startMs + lengthMs)];
        found.push({ daypart, isDated: dates !== undefined, rank, start, stop });
      }
    }
  }
  return found.sort((a, b) => Number(b.isDated) - Number(a.isDated) || a.rank - b.rank || a.start - b.start);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

function lengthOf({ startSegment, stopSegment }: Airing): number {
  return stopSegment - startSegment;
}

/** The first reel segment after it. */
function endOf(part: ProgrammeAiring): number {
  return part.reelStart + lengthOf(part);
}

function blocksOf(airings: readonly Airing[]): Airing[][] {
  const blocks: Airing[][] = [];
  for (const airing of airings) {
    if (blocks.at(-1)?.[0]?.block === airing.block) blocks.at(-1)!.push(airing);
    else blocks.push([airing]);
  }
  return blocks;
}
