import { expect, it } from '@jest/globals';
import { LONG_AGO } from '../../../src/playlist/listed-before.ts';
import { Listed } from '../../../src/stream/broadcast/listed.ts';

const SIX_HOURS = 6 * 3600;

it.each<[what: string, at: number, isSameEncoder: boolean, goesOn: boolean, discontinuities: number[]]>([
  ['nearly six hours were left out', 100 + SIX_HOURS - 1, true, true, [90]],
  ['six hours were left out', 100 + SIX_HOURS, true, true, [90, 100 + SIX_HOURS]],
  ['the encoder is another one', 101, false, true, [90, 101]],
  ['the number was listed already', 100, true, false, [LONG_AGO, 100]],
])('players that were told of one discontinuity are told right where %s', (_, at, isSameEncoder, goesOn, expected) => {
  const listed = new Listed(1);
  listed.breakAt(90);
  listed.tell(100);
  expect(listed.beginAnewAt(at, { isSameEncoder })).toBe(goesOn);
  expect(listed.discontinuities).toEqual(expected);
});

it.each([
  ['nothing was listed at all', undefined, 200, []],
  ['the last one was never listed', 150, 200, [200]],
])('nobody is told of more than one discontinuity where %s', (_, brokenAt, at, expected) => {
  const listed = new Listed(1);
  if (brokenAt !== undefined) {
    listed.tell(100);
    listed.breakAt(brokenAt);
  }
  listed.beginAnewAt(at, { isSameEncoder: true });
  expect(listed.discontinuities).toEqual(expected);
});
