import { type Grid, segmentDuration, segmentsIn } from '../grid.ts';
import type { ProgrammeItem } from './library.ts';
import type { Strand } from './programming.ts';

/** Reel segments from … to-1 of an item or of a further file of it. */
export interface Part {
  readonly itemId: string;
  readonly from: number;
  readonly to: number;
  /** Filler goes before it. */
  readonly afterBreak: boolean;
}

/** What of an item is shown, in order; nothing for one that cannot be aired. */
export function partsOf(grid: Grid, item: ProgrammeItem, strand: Strand): Part[] {
  if (item.durationMs === null) return [];
  const further = item.parts.map(({ id, durationMs }) => ({
    ...{ itemId: id, from: 0, to: segmentsIn(grid, durationMs), afterBreak: false },
  }));
  return [...partsOfFirst(grid, item, strand).map((part) => ({ itemId: item.id, ...part })), ...further];
}

function partsOfFirst(grid: Grid, item: ProgrammeItem, { skip, mid_roll: midRoll }: Strand): Omit<Part, 'itemId'>[] {
  const kept = keptOf(grid, item, skip);
  if (midRoll === undefined) return kept.map((part) => ({ ...part, afterBreak: false }));
  const spacing = Math.max(1, Math.round((midRoll.min_minutes * 60) / segmentDuration(grid)));
  const end = kept.at(-1)?.to ?? 0;
  const breaks = new Set<number>();
  let last = kept[0]?.from ?? 0;
  for (const mark of marksOf(grid, item, midRoll.at)) {
    if (mark - last < spacing || end - mark < spacing) continue;
    breaks.add(mark);
    last = mark;
  }
  return kept.flatMap((part) => split(part, breaks));
}

/** How many segments all parts last together. */
export function lengthOf(parts: readonly Part[]): number {
  return parts.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** All but the whole segments that lie in marked stretches. */
function keptOf(grid: Grid, item: ProgrammeItem, skip: Strand['skip']): { from: number; to: number }[] {
  const { durationMs } = item;
  if (durationMs === null) return [];
  const total = segmentsIn(grid, durationMs);
  const segmentMs = segmentDuration(grid) * 1000;
  const skipped = item.markedSegments
    .filter(({ kind }) => skip.some((wanted) => wanted === kind))
    .map(({ startMs, endMs }) => ({
      from: Math.max(0, Math.ceil(startMs / segmentMs)),
      // What runs to the end of the item does so whatever its last segment lacks: a file may last longer than its marks by
      // less than a picture, which would be held for a whole segment.
      to: endMs >= durationMs - segmentMs / 2 ? total : Math.floor(endMs / segmentMs),
    }))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from);
  const kept: { from: number; to: number }[] = [];
  let from = 0;
  for (const stretch of [...skipped, { from: total, to: total }]) {
    if (stretch.from > from) kept.push({ from, to: Math.min(stretch.from, total) });
    from = Math.max(from, stretch.to);
  }
  // An item that is nothing but an intro is shown all the same.
  return kept.length === 0 ? [{ from: 0, to: total }] : kept;
}

/** The reel segment boundaries nearest to where a break could be, in order. */
function marksOf(grid: Grid, item: ProgrammeItem, at: 'chapters' | 'commercials'): number[] {
  const marks = at === 'chapters' ? item.chapters : item.markedSegments.filter(({ kind }) => kind === 'commercial');
  const segmentMs = segmentDuration(grid) * 1000;
  return marks.map(({ startMs }) => Math.round(startMs / segmentMs)).sort((a, b) => a - b);
}

/** A break within what is skipped is where it ends. */
function split({ from, to }: { from: number; to: number }, breaks: Set<number>): Omit<Part, 'itemId'>[] {
  const inside = [...breaks].filter((mark) => mark < to);
  for (const mark of inside) breaks.delete(mark);
  const bounds = [...new Set([from, ...inside.filter((mark) => mark > from), to])];
  return bounds.slice(0, -1).map((start, index) => ({
    from: start,
    to: bounds[index + 1] ?? to,
    afterBreak: index > 0 || inside.some((mark) => mark <= from),
  }));
}
