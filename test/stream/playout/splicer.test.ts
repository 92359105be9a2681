import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { testJob } from '../../../src/reels/reel-job.ts';
import { ReelStore } from '../../../src/reels/reel-store.ts';
import { createGrid } from '../../../src/schedule/grid.ts';
import { Splicer } from '../../../src/stream/playout/splicer.ts';

const JOB = testJob({ grid: createGrid({ num: 25, den: 1 }, 1), quality: '480p', encoder: 'none' }, 1);
const AIRING = { startSegment: 100, stopSegment: 101, reelStart: 0 };

let folder: string;
let store: ReelStore;
let splicer: Splicer;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'splicer-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  const directory = await mkdtemp(path.join(folder, 'reels-'));
  store = await ReelStore.open({ directory, budgetBytes: 1e6, airsAgainIn: async () => [] });
  splicer = new Splicer({ store, audioLanguages: [], canToneMap: false });
  const piece = path.join(store.runsDirectory, 'piece');
  await writeFile(piece, 'half a segment');
  await store.take(JOB.key, 0, piece);
});

const content = () => splicer.itemContent(100, JOB, AIRING, undefined);

test('a segment of which the disk has lost a part is removed, to be developed again', async () => {
  expect(await content()).toBeUndefined();
  expect(store.has(JOB.key, 0)).toBe(false);
});

test('a segment that cannot be read just now is told, and kept', async () => {
  const file = path.join(store.runsDirectory, '..', JOB.key, '0.ts');
  await rm(file);
  await symlink(file, file);
  await expect(content()).rejects.toMatchObject({ code: 'ELOOP' });
  expect(store.has(JOB.key, 0)).toBe(true);
});
