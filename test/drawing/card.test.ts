import { expect, it } from '@jest/globals';
import { execa } from 'execa';
import { CARD_HEIGHT, CARD_WIDTH, renderCard } from '../../src/drawing/card.ts';
import { pngOf } from '../../src/drawing/png.ts';

/** Brighter than the background anywhere. */
const INK = 90;

/** Where there is ink: the first and the last column and row. */
async function inkOf(card: { heading: string; label: string; title: string }) {
  const args = ['-v', 'error', '-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'gray', 'pipe:1'];
  const input = await pngOf(renderCard(card));
  const { stdout } = await execa('ffmpeg', args, { input, encoding: 'buffer' });
  expect(stdout).toHaveLength(CARD_WIDTH * CARD_HEIGHT);
  const bounds = { left: CARD_WIDTH, right: 0, top: CARD_HEIGHT, bottom: 0 };
  for (let index = 0; index < stdout.length; index++) {
    if ((stdout[index] ?? 0) < INK) continue;
    const x = index % CARD_WIDTH;
    const y = (index - x) / CARD_WIDTH;
    if (x < bounds.left) bounds.left = x;
    if (x > bounds.right) bounds.right = x;
    if (y < bounds.top) bounds.top = y;
    if (y > bounds.bottom) bounds.bottom = y;
  }
  return bounds;
}

it.each([
  ['a short name', 'X', ''],
  ['long names', 'The Name Of A Channel That Never Ends '.repeat(9), 'A Title That Never Ends Either '.repeat(30)],
  ['long words', 'Donaudampfschifffahrtselektrizität'.repeat(4), 'https://example.org/'.repeat(20)],
  ['Chinese without spaces', '深夜电影频道'.repeat(12), '霸王别姬'.repeat(40)],
  ['Arabic', 'قناة الأفلام العربية '.repeat(6), 'ألف ليلة وليلة (2019) '.repeat(12)],
  ['signs stacked high', 'ที่นั่น ผู้ '.repeat(9), 'မြန်မာ '.repeat(40)],
  ['what nobody can see', '\u0000\ud800 \n<&>"\'', '\u202e\ufffe'],
])('a card with %s stays within what every television shows', async (_, heading, title) => {
  const { left, right, top, bottom } = await inkOf({ heading, label: 'Next at 20:00', title });
  expect(left).toBeGreaterThanOrEqual(CARD_WIDTH * 0.05);
  expect(right).toBeLessThanOrEqual(CARD_WIDTH * 0.95);
  expect(top).toBeGreaterThanOrEqual(CARD_HEIGHT * 0.05);
  expect(bottom).toBeLessThanOrEqual(CARD_HEIGHT * 0.95);
  // In the middle, as far as letters are.
  expect(Math.abs(left + right - CARD_WIDTH)).toBeLessThan(CARD_WIDTH * 0.02);
});
