import { Fonts } from './fonts.ts';
import { setText } from './set-text.ts';
import { heightOf, renderBlock } from './text-block.ts';

/** Square: hosts show it on tiles of any shape. */
export const LOGO_SIZE = 512;

const NAME = { width: LOGO_SIZE * 0.84, largest: 132, smallest: 44, lines: 4 };
/** Upper and lower colour; white is readable on each. */
const COLOURS = [
  ['#0f766e', '#0b4f4a'],
  ['#1d4ed8', '#17307e'],
  ['#7c3aed', '#45208a'],
  ['#be185d', '#7a1140'],
  ['#b45309', '#6f3306'],
  ['#15803d', '#0c4d25'],
  ['#b91c1c', '#701212'],
  ['#0369a1', '#063f61'],
] as const;

/** A channel's name as its logo, in SVG. The same `shade` is the same colour; there are few. */
export function renderLogo(name: string, shade: number): string {
  const block = setText(name, 'bold', NAME, new Fonts());
  const [top, bottom] = COLOURS[shade % COLOURS.length] ?? COLOURS[0];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LOGO_SIZE}" height="${LOGO_SIZE}">
  <defs>
    <linearGradient id="fill" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="${top}"/><stop offset="1" stop-color="${bottom}"/>
    </linearGradient>
  </defs>
  <rect width="100%" height="100%" rx="72" fill="url(#fill)"/>
  <g fill="#fff" stroke="#fff" stroke-width="0">${renderBlock(block, (LOGO_SIZE - heightOf(block)) / 2, LOGO_SIZE)}</g>
</svg>`;
}
