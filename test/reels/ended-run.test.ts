import { expect, it } from '@jest/globals';
import { endedRun } from '../../src/reels/ended-run.ts';
import { createGrid } from '../../src/schedule/grid.ts';

const FORMAT = { grid: createGrid({ num: 25, den: 1 }, 2), quality: '480p', encoder: 'none' } as const;
const GOOD = { isUnwanted: false, hung: false, elapsedMs: 1000 };

it.each([
  ['that handed in all', { ...GOOD, taken: 20 }, 'whole', 20],
  ['that nobody waited for any more', { ...GOOD, taken: 15, isUnwanted: true }, 'unwanted', 10],
  ['that stood still', { ...GOOD, taken: 15, hung: true }, 'hung', 10],
  ['that stood still when it had handed in all', { ...GOOD, taken: 20, hung: true }, 'whole', 20],
  ['that left something out', { ...GOOD, taken: 13, elapsedMs: 12_000 }, 'failed', 0.5],
  ['that is too short to tell how fast it was', { ...GOOD, taken: 12 }, 'failed', undefined],
])('tells how a run ended %s', (_how, { taken, isUnwanted, hung, elapsedMs }, outcome, realTimeFactor) => {
  const range = { from: 10, until: 20 };
  expect(endedRun({ format: FORMAT, range }, { taken, isUnwanted }, { hung, elapsedMs })).toEqual({
    ...{ quality: '480p', outcome, realTimeFactor },
  });
});
