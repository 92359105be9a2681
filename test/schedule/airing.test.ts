import { expect, test } from '@jest/globals';
import { type Airing, airingAt, reelSegmentAt } from '../../src/schedule/airing.ts';

const airing = (itemId: string, startSegment: number, stopSegment: number, reelStart = 0): Airing => {
  const place = { channelId: 'x', startSegment, stopSegment, reelStart, block: startSegment };
  return { ...place, kind: 'programme', itemId, strand: '' };
};
const [a, b, c] = [airing('a', 10, 20), airing('b', 20, 21), airing('c', 30, 40)];

test.each([
  [9, undefined],
  [10, a],
  [19, a],
  [20, b],
  [21, undefined],
  [29, undefined],
  [30, c],
  [39, c],
  [40, undefined],
])('segment %i is found among airings with gaps', (segment, expected) => {
  expect(airingAt([a, b, c], segment)).toBe(expected);
});

test('an airing may begin in the middle of a reel', () => {
  expect(reelSegmentAt(airing('a', 881_900_000, 881_900_650, 7), 881_900_123)).toBe(130);
});
