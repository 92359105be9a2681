import { expect, test } from '@jest/globals';
import sharp from 'sharp';
import { ChannelLogos } from '../../src/artwork/channel-logos.ts';

const ID = '2b1f6c0e-3f0a-5a41-9f35-0c4e4a6f8d11';

test('a channel without a logo has its name drawn, anew when it is another', async () => {
  const logos = new ChannelLogos(async () => undefined);
  const drawn = await logos.picture({ id: ID, name: 'Films' });
  expect(await sharp(drawn).metadata()).toMatchObject({ format: 'png' });
  expect(await logos.picture({ id: ID, name: 'Films' })).toBe(drawn);
  expect(await logos.picture({ id: ID, name: 'Shows' })).not.toEqual(drawn);
});

test('what a person has given goes before that', async () => {
  const given = Buffer.from('a picture');
  const logos = new ChannelLogos(async (id) => (id === ID ? given : undefined));
  expect(await logos.picture({ id: ID, name: 'Films' })).toBe(given);
  expect(await logos.picture({ id: 'other', name: 'Films' })).not.toEqual(given);
});
