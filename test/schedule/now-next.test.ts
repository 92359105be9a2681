import { expect, test } from '@jest/globals';
import { nowNext } from '../../src/schedule/now-next.ts';

const [a, b, c] = [
  { startMs: 10, stopMs: 20 },
  { startMs: 20, stopMs: 21 },
  { startMs: 30, stopMs: 40 },
];

test.each([
  [9, { kind: 'nothing', next: a }],
  [10, { kind: 'on-air', now: a, next: b }],
  [19, { kind: 'on-air', now: a, next: b }],
  [20, { kind: 'on-air', now: b, next: c }],
  [21, { kind: 'nothing', next: c }],
  [39, { kind: 'on-air', now: c, next: undefined }],
  [40, { kind: 'nothing', next: undefined }],
])('at %i ms it is told what is on and what is next', (atMs, expected) => {
  expect(nowNext([a, b, c], atMs)).toEqual(expected);
});

test('where nothing is planned nothing is on', () => {
  expect(nowNext([], 5)).toEqual({ kind: 'nothing', next: undefined });
});
