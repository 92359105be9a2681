import { expect, it } from '@jest/globals';
import sharp from 'sharp';
import { LOGO_SIZE, renderLogo } from '../../src/drawing/logo.ts';
import { pngOf } from '../../src/drawing/png.ts';

/** Where the text is: white on a dark colour. */
async function textOf(name: string) {
  const { data, info } = await sharp(await pngOf(renderLogo(name, 1)))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect([info.width, info.height]).toEqual([LOGO_SIZE, LOGO_SIZE]);
  const places = [...data.entries()].filter(([index, value]) => index % info.channels === 0 && value > 200);
  const columns = places.map(([index]) => (index / info.channels) % LOGO_SIZE);
  return { ink: places.length, left: Math.min(...columns), right: Math.max(...columns) };
}

it.each([
  ['a short name', 'TV'],
  ['a long name', 'The Channel Of Films That Nobody Has Ever Seen Before And Never Will'],
  ['a long word', 'Donaudampfschifffahrtselektrizität'],
  ['Chinese', '深夜电影频道'],
  ['Arabic', 'قناة الأفلام'],
])('a logo shows %s whole', async (_, name) => {
  const { ink, left, right } = await textOf(name);
  expect(ink).toBeGreaterThan(500);
  expect(left).toBeGreaterThan(LOGO_SIZE * 0.04);
  expect(right).toBeLessThan(LOGO_SIZE * 0.96);
});

it('has one of a few colours for every shade', () => {
  expect(renderLogo('TV', 8)).toBe(renderLogo('TV', 0));
  expect(renderLogo('TV', 1)).not.toBe(renderLogo('TV', 0));
  expect(renderLogo('', 3)).toContain('<svg');
});
