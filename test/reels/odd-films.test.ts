import { it } from '@jest/globals';
import type { FrameRate } from '../../src/schedule/frame-rate.ts';
import { expectSameFromEveryRun } from '../support/film-check.ts';
import type { FilmName } from '../support/films.ts';

const FILM_RATE: FrameRate = { num: 24000, den: 1001 };

it.each<[string, FilmName, { rate?: FrameRate; segmentSeconds?: number }?]>([
  ['sound that starts at 7 s', 'lateSound'],
  ['sound that ends at 11 of 20 s', 'shortSound', { segmentSeconds: 4 }],
  ['a hole of 4 s in its sound', 'holeInSound'],
  ['a variable frame rate', 'variableRate', { rate: { num: 25, den: 1 } }],
  ['one picture a second', 'slides'],
  ['cover art', 'coverArt'],
  ['an end that is cut off', 'cutOff'],
  ['an end that is cut off between pictures that refer to one another', 'cutOffAmid'],
  ['interlaced pictures', 'interlaced'],
  ['HDR10 pictures of 10 bit', 'hdr'],
  ['pictures that lie on their side', 'rotated'],
  ['anamorphic pictures', 'anamorphic'],
  ['MPEG-PS as its container', 'programStream'],
  ['WebM as its container', 'webm'],
  ['pictures that begin 5 s after the sound', 'latePicture'],
  ['one key picture and no index', 'longGroup'],
  ['an edit list', 'edited'],
])('a film with %s is the same pictures and sound whichever run developed them', async (_, name, options = {}) => {
  await expectSameFromEveryRun(name, options.rate ?? FILM_RATE, options.segmentSeconds);
});
