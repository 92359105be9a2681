import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Pictures } from '../../src/drawing/pictures.ts';
import { Developer } from '../../src/reels/developer.ts';
import { ReelStore } from '../../src/reels/reel-store.ts';
import { createGrid } from '../../src/schedule/grid.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { Cards } from '../../src/stream/cards.ts';
import { type PlannedAiring, ProgrammeWindow } from '../../src/stream/programme-window.ts';
import { Slate } from '../../src/stream/slate.ts';
import { launch } from '../support/developed.ts';
import { until } from '../support/until.ts';

const GRID = createGrid({ num: 25, den: 1 }, 1);
const CHANNEL = 'films';

const pictures = new Pictures();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'slate-'));
});
afterAll(async () => {
  pictures[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

function airing(startSegment: number, title: string): PlannedAiring {
  const item = { id: title, title, path: `/films/${title}.mkv`, sizeBytes: 1, modifiedMs: 1, facts: null };
  const span = { startSegment, stopSegment: startSegment + 10, reelStart: 0, block: startSegment };
  return { item, airing: { ...span, kind: 'programme', channelId: CHANNEL, itemId: title, strand: '' } };
}

test('where no card can be drawn that says what is next, the one that fits at any time is shown', async () => {
  const now = () => 1_000_000;
  const store = await ReelStore.open({
    directory: path.join(folder, 'reels'),
    budgetBytes: 1e9,
    airsAgainIn: async () => [],
  });
  const developer = new Developer({
    ...{ store, launch, now, preset: 'superfast', logger: silentLogger },
    markOf: async () => 'the same',
    tell: () => {},
  });
  const directory = path.join(folder, 'cards');
  const cards = await Cards.open({ directory, draw: (text) => pictures.card(text), developer, store, now });
  const planOf = async () => [airing(1000, 'On'), airing(1010, 'Next')];
  const window = new ProgrammeWindow({ channelId: CHANNEL, grid: GRID, planOf });
  await window.load(1_000_000);
  const slate = new Slate({
    ...{ grid: GRID, window, cards, channelName: () => 'Films', timeZone: () => 'UTC' },
    formatAt: () => ({ grid: GRID, quality: '480p', encoder: 'none' }),
    canBeHad: () => true,
  });
  await until('the card that fits at any time is there', async () => {
    await slate.prepare(1000, 'today');
    return store.bytes > 0 && developer.running === 0;
  });
  // Nothing can be written there any more.
  await rm(directory, { recursive: true });
  await writeFile(directory, '');
  const bytes = await slate.bytes(1000, 'today', { isStarting: false });
  const [standby = ''] = cards.keys();
  expect(bytes).toEqual(await store.read(standby, 0));
});
