import { expect, it } from '@jest/globals';
import { type ReelFormat, type ReelJob, testJob } from '../../../src/reels/reel-job.ts';
import { createGrid } from '../../../src/schedule/grid.ts';
import { type PlannedAiring, ProgrammeWindow } from '../../../src/stream/plan/programme-window.ts';
import { workToDo } from '../../../src/stream/admission/work-to-do.ts';

const FORMAT: ReelFormat = { grid: createGrid({ num: 25, den: 1 }, 2), quality: '480p', encoder: 'none' };
const COST = { cpuSeconds: 0.5, wallSeconds: 0.3 };
const FIRST = 1000;
const NOW_MS = FIRST * 2000;

/** Items of so many segments one after another; the first has been on air for one. */
async function windowOf(items: readonly (readonly [id: string, segments: number])[]): Promise<ProgrammeWindow> {
  let startSegment = FIRST - 1;
  const planned = items.map(([id, segments]): PlannedAiring => {
    const place = { channelId: 'one', startSegment, stopSegment: startSegment + segments, block: startSegment };
    startSegment += segments;
    return {
      airing: { ...place, kind: 'programme', itemId: id, strand: '', reelStart: 0 },
      item: { id, title: id, path: id, sizeBytes: 1, modifiedMs: 1, facts: null, problem: null },
    };
  });
  const window = new ProgrammeWindow({ channelId: 'one', grid: FORMAT.grid, planOf: async () => planned });
  await window.load(NOW_MS);
  return window;
}

it.each<[string, [string, number][], Record<string, number[]>, [inSeconds: number, seconds: number][]]>([
  [
    'all that is not developed, from now on',
    [
      ['a', 5],
      ['b', 3],
    ],
    {},
    [
      [0, 8],
      [8, 6],
    ],
  ],
  [
    'no more than what is missing, from the first of it',
    [
      ['a', 5],
      ['b', 3],
    ],
    { a: [0, 1, 2, 3, 4], b: [1] },
    [[8, 4]],
  ],
  ['nothing of what is in reels', [['a', 5]], { a: [0, 1, 2, 3, 4] }, []],
  [
    'what is shown twice once',
    [
      ['a', 3],
      ['b', 2],
      ['a', 3],
    ],
    { a: [0] },
    [
      [0, 4],
      [4, 4],
    ],
  ],
  ['no more than an hour', [['a', 5000]], {}, [[0, 3600]]],
  [
    'nothing of a file that cannot be read',
    [
      ['unread', 5],
      ['b', 1],
    ],
    {},
    [[8, 2]],
  ],
])('the work to do is %s', async (_, items, developed, expected) => {
  const reels = {
    jobOf: ({ id }: { id: string }): ReelJob | undefined =>
      id === 'unread' ? undefined : { ...testJob(FORMAT, 5), key: id, itemId: id },
    has: (key: string, reelSegment: number) => developed[key]?.includes(reelSegment) ?? false,
    costOf: () => COST,
  };
  const work = workToDo(await windowOf(items), { format: FORMAT, preset: 'veryfast' }, reels, NOW_MS);
  expect(work).toEqual(expected.map(([inSeconds, seconds]) => ({ inSeconds, seconds, cost: COST })));
});
