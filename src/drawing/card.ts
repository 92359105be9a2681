import { Fonts } from './fonts.ts';
import { setText } from './set-text.ts';
import { heightOf, renderBlock } from './text-block.ts';

/** What a card says: the channel's name, and below it a word on what comes, and its title. */
export interface CardText {
  readonly heading: string;
  readonly label: string;
  /** Empty where there is nothing to name. */
  readonly title: string;
}

/** Drawn once for all qualities: made smaller it stays sharp. */
export const CARD_WIDTH = 1920;
export const CARD_HEIGHT = 1080;

/** A little less than the 90 % that every television shows. */
const TEXT_WIDTH = CARD_WIDTH * 0.8;
const HEADING = { width: TEXT_WIDTH, largest: 132, smallest: 72, lines: 2 };
const LABEL = { width: TEXT_WIDTH, largest: 44, smallest: 32, lines: 1 };
const TITLE = { width: TEXT_WIDTH, largest: 68, smallest: 44, lines: 2 };
const BAR = { width: 150, height: 6, above: 36, below: 44 };

/** A card as SVG: dark and quiet, readable from across a room. Its texts are outlines, so that no font is needed. */
export function renderCard({ heading, label, title }: CardText): string {
  const fonts = new Fonts();
  const top = setText(heading, 'bold', HEADING, fonts);
  const middle = setText(label, 'regular', LABEL, fonts);
  const bottom = setText(title, 'regular', TITLE, fonts);
  const height = heightOf(top) + BAR.above + BAR.height + BAR.below + heightOf(middle) + heightOf(bottom);
  const barY = (CARD_HEIGHT - height) / 2 + heightOf(top) + BAR.above;
  const labelY = barY + BAR.height + BAR.below;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${CARD_WIDTH}" height="${CARD_HEIGHT}">
  <defs>
    <linearGradient id="sky" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#1d2b45"/><stop offset="1" stop-color="#0b1120"/>
    </linearGradient>
  </defs>
  <rect width="100%" height="100%" fill="url(#sky)"/>
  <g fill="#f4f1ea" stroke="#f4f1ea" stroke-width="0">${renderBlock(top, (CARD_HEIGHT - height) / 2, CARD_WIDTH)}</g>
  <rect x="${(CARD_WIDTH - BAR.width) / 2}" y="${barY}" width="${BAR.width}" height="${BAR.height}" fill="#e2a84b"/>
  <g fill="#9aa6bd">${renderBlock(middle, labelY, CARD_WIDTH)}</g>
  <g fill="#d8deea">${renderBlock(bottom, labelY + heightOf(middle), CARD_WIDTH)}</g>
</svg>`;
}
