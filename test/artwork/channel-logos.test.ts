import { afterAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { ChannelLogos, type ChannelLogosOptions } from '../../src/artwork/channel-logos.ts';
import { Pictures } from '../../src/drawing/pictures.ts';

const ID = '2b1f6c0e-3f0a-5a41-9f35-0c4e4a6f8d11';

const pictures = new Pictures();
afterAll(() => pictures[Symbol.dispose]());

function logosBeside(given: ChannelLogosOptions['given']): ChannelLogos {
  return new ChannelLogos({ given, draw: (name, shade) => pictures.logo(name, shade) });
}

test('a channel without a logo has its name drawn, anew when it is another', async () => {
  const logos = logosBeside(async () => undefined);
  const drawn = await logos.picture({ id: ID, name: 'Films' });
  expect(await sharp(drawn).metadata()).toMatchObject({ format: 'png' });
  expect(await logos.picture({ id: ID, name: 'Films' })).toBe(drawn);
  expect(await logos.picture({ id: ID, name: 'Shows' })).not.toEqual(drawn);
});

test('what a person has given goes before that', async () => {
  const given = Buffer.from('a picture');
  const logos = logosBeside(async (id) => (id === ID ? given : undefined));
  expect(await logos.picture({ id: ID, name: 'Films' })).toBe(given);
  expect(await logos.picture({ id: 'other', name: 'Films' })).not.toEqual(given);
});
