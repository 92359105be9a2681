import { expect, it } from '@jest/globals';
import { type ToldAiring, toldOf } from '../../src/schedule/told.ts';

const part = (itemId: string, start: number, stop: number, block = start): ToldAiring => ({
  ...{ kind: 'programme', itemId, start, stop, block },
});
const offAir = (start: number, stop: number): ToldAiring => ({
  ...{ kind: 'off-air', itemId: null, start, stop, block: start },
});

it.each([
  ['nothing of nothing', [], 10, []],
  ['a programme up to its end', [part('a', 0, 10)], 10, ['a 0-10-10']],
  [
    'what follows it until the next one as its own',
    [part('a', 0, 8), part('b', 10, 20)],
    25,
    ['a 0-8-10', 'b 10-20-25'],
  ],
  ['a film in two parts once', [part('a', 0, 5), part('a2', 5, 9, 0)], 10, ['a 0-9-10']],
  [
    'a programme with its breaks once',
    [part('a', 0, 3), part('a', 5, 8, 0), part('b', 9, 12)],
    12,
    ['a 0-8-9', 'b 9-12-12'],
  ],
  ['no part whose beginning is not there', [part('a', 5, 8, 0), part('b', 9, 12)], 12, ['b 9-12-12']],
  ['that nothing is on', [part('a', 0, 8), offAir(10, 20)], 20, ['a 0-8-10', 'off-air 10-20-20']],
  ['the same item again as another one', [part('a', 0, 5), part('a', 5, 10)], 10, ['a 0-5-5', 'a 5-10-10']],
  ['a programme that is cut where it is cut', [part('a', 0, 8), part('b', 6, 9)], 9, ['a 0-6-6', 'b 6-9-9']],
])('tells %s', (_what, airings, until, told) => {
  const lines = toldOf(airings, until).map(
    ({ kind, itemId, start, end, stop }) => `${itemId ?? kind} ${start}-${end}-${stop}`,
  );
  expect(lines).toEqual(told);
});
