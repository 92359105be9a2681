import { expect, it, test } from '@jest/globals';
import type { FrameRate } from '../../src/schedule/frame-rate.ts';
import { createGrid } from '../../src/schedule/grid.ts';
import { develop, filmJob } from '../support/developed.ts';
import { expectSameFromEveryRun } from '../support/film-check.ts';
import { FILMS, UNLIKE_FILMS } from '../support/films.ts';

const FILM_RATE: FrameRate = { num: 24000, den: 1001 };
const RATES: Readonly<Partial<Record<string, FrameRate>>> = {
  mkvAt25: { num: 25, den: 1 },
  tsAt2997: { num: 30000, den: 1001 },
};

it.each(UNLIKE_FILMS.map((name) => [FILMS[name].fileName, name] as const))(
  '%s is the same pictures and sound whichever run developed them',
  async (_, name) => {
    // As many runs of each: short films in short segments.
    await expectSameFromEveryRun(name, RATES[name] ?? FILM_RATE, FILMS[name].seconds > 6 ? 2 : 1);
  },
);

test('no segment is longer than another, so a run hands in all that it was asked for and nothing else', async () => {
  const job = await filmJob('mp4At24', createGrid(FILM_RATE, 2));
  const { pieces, outcome } = await develop(job, { from: 1, until: 3 });
  expect([...pieces.keys()]).toEqual([1, 2]);
  expect(outcome).toMatchObject({ exitCode: 0, taken: 3, problem: undefined, isUnwanted: false });
});
