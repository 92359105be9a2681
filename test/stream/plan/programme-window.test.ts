import { expect, test } from '@jest/globals';
import { createGrid } from '../../../src/schedule/grid.ts';
import { type PlannedAiring, type PlannedItem, ProgrammeWindow } from '../../../src/stream/plan/programme-window.ts';
import { filmFacts } from '../../support/developed.ts';

const GRID = createGrid({ num: 25, den: 1 }, 1);
const NOW_MS = 1_000_000;
const FILM = { id: 'film', title: 'Film', path: '/films/film.mkv', sizeBytes: 1, modifiedMs: 1, problem: null };

/** A window over one airing of an item that changes. */
function opened(item: PlannedItem) {
  let now = item;
  const airing: PlannedAiring['airing'] = {
    kind: 'programme',
    ...{ channelId: 'films', itemId: item.id, strand: '' },
    ...{ startSegment: 990, stopSegment: 1100, reelStart: 0, block: 990 },
  };
  const window = new ProgrammeWindow({ channelId: 'films', grid: GRID, planOf: async () => [{ airing, item: now }] });
  return async (newer: PlannedItem = now) => {
    now = newer;
    await window.load(NOW_MS);
    return window.at(1000)?.item;
  };
}

test('a file that is replaced while on air is what it was until somebody has looked into it', async () => {
  const facts = await filmFacts('mkvAt25');
  const item = { ...FILM, facts };
  const load = opened(item);
  expect(await load()).toEqual(item);
  const replaced = { ...item, sizeBytes: 2, modifiedMs: 2 };
  for (let times = 0; times < 2; times++) expect(await load({ ...replaced, facts: null })).toEqual(item);
  expect(await load(replaced)).toEqual(replaced);
});

test('a file that nobody could look into yet has no facts until then', async () => {
  const facts = await filmFacts('mkvAt25');
  const item = { ...FILM, facts: null };
  const load = opened(item);
  expect(await load()).toEqual(item);
  expect(await load({ ...item, facts })).toEqual({ ...item, facts });
});
