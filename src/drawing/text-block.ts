import type { TextBlock } from './set-text.ts';

/** Some scripts stack signs high. */
const LINE_HEIGHT = 1.45;
const BASELINE = 1.08;

export function heightOf({ size, lines }: TextBlock): number {
  return lines.length * size * LINE_HEIGHT;
}

/** Its lines as SVG, each in the middle of a picture of that width. */
export function renderBlock({ size, lines }: TextBlock, top: number, pictureWidth: number): string {
  return lines
    .map(({ width, svg }, index) => {
      const x = (pictureWidth - width * size) / 2;
      const y = top + (index * LINE_HEIGHT + BASELINE) * size;
      return `<g transform="translate(${x.toFixed(2)},${y.toFixed(2)}) scale(${size})">${svg}</g>`;
    })
    .join('');
}
