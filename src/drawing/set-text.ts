import { fitLines, type Room } from './fit-lines.ts';
import type { Fonts, Weight } from './fonts.ts';
import { graphemeEnds, type Outlines, Paragraph } from './paragraph.ts';

/** Lines that fit into their room, ready to be drawn. */
export interface TextBlock {
  readonly size: number;
  readonly lines: readonly Outlines[];
}

/** Sets a text in any script into a room: wrapped, made smaller, and in the end cut off with an ellipsis. */
export function setText(text: string, weight: Weight, room: Room, fonts: Fonts): TextBlock {
  const plain = sayable(text);
  const whole = fitted(plain, weight, room, fonts);
  if (whole !== undefined) return whole;
  const ends = graphemeEnds(plain);
  let low = 0;
  let high = ends.length - 1;
  let best: TextBlock = { size: room.smallest, lines: [] };
  while (low <= high) {
    const middle = (low + high) >> 1;
    const block = fitted(`${plain.slice(0, ends[middle]).trimEnd()}…`, weight, room, fonts);
    if (block === undefined) high = middle - 1;
    else {
      best = block;
      low = middle + 1;
    }
  }
  return best;
}

function fitted(text: string, weight: Weight, room: Room, fonts: Fonts): TextBlock | undefined {
  const paragraph = new Paragraph(text, weight, fonts);
  const fit = fitLines(paragraph.words(), (span) => paragraph.widthOf(span), room);
  return fit && { size: fit.size, lines: fit.lines.map((line) => paragraph.outlinesOf(line)) };
}

/** Nobody reads more of it from a card. */
const LONGEST = 400;

/** Without what nobody can see: control characters, halves of pairs, line breaks. */
function sayable(text: string): string {
  return text
    .slice(0, LONGEST)
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF\s]+/gu, ' ')
    .trim();
}
