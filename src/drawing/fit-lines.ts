import type { Span } from './paragraph.ts';

/** The room for a text: its width, and how large and how long it may be in it. */
export interface Room {
  readonly width: number;
  /** The largest size and the smallest one, in the unit of the width. */
  readonly largest: number;
  readonly smallest: number;
  readonly lines: number;
}

/** Lines, all of one size. */
export interface Fitted {
  readonly size: number;
  readonly lines: readonly Span[];
}

/** As large as this before a second line is begun, and so on. */
const ONE_LINE_DOWN_TO = 0.7;
const STEPS = 8;

/**
 * Breaks words into as few lines as look well, all of about the same length; undefined where they do not fit. `widthOf`
 * is in em.
 */
export function fitLines(words: readonly Span[], widthOf: (span: Span) => number, room: Room): Fitted | undefined {
  if (words.length === 0) return { size: room.largest, lines: [] };
  for (let count = 1; count <= room.lines; count++) {
    const isLast = count === room.lines;
    const smallest = isLast ? room.smallest : Math.max(room.smallest, room.largest * ONE_LINE_DOWN_TO);
    for (let step = 0; step <= STEPS; step++) {
      const size = room.largest + ((smallest - room.largest) * step) / STEPS;
      const limit = room.width / size;
      const lines = brokenAt(words, widthOf, limit);
      if (lines !== undefined && lines.length <= count) return { size, lines: balanced(words, widthOf, limit, lines) };
    }
  }
  return undefined;
}

/** As many words on each line as it holds; undefined where one word is wider than a line. */
function brokenAt(words: readonly Span[], widthOf: (span: Span) => number, limit: number): Span[] | undefined {
  const lines: Span[] = [];
  for (const word of words) {
    if (widthOf(word) > limit) return undefined;
    const line = lines.at(-1);
    const longer = { from: line?.from ?? word.from, to: word.to };
    if (line !== undefined && widthOf(longer) <= limit) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The narrowest lines of the same number. */
function balanced(words: readonly Span[], widthOf: (span: Span) => number, limit: number, lines: readonly Span[]) {
  if (lines.length < 2) return lines;
  let best = lines;
  for (let narrower = limit * 0.97; ; narrower *= 0.97) {
    const next = brokenAt(words, widthOf, narrower);
    if (next === undefined || next.length > lines.length) return best;
    best = next;
  }
}
