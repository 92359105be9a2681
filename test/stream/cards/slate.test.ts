import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CardText } from '../../../src/drawing/card.ts';
import { Pictures } from '../../../src/drawing/pictures.ts';
import { Developer } from '../../../src/reels/developer.ts';
import { ReelStore } from '../../../src/reels/reel-store.ts';
import { createGrid } from '../../../src/schedule/grid.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { Cards } from '../../../src/stream/cards/cards.ts';
import { type PlannedAiring, ProgrammeWindow } from '../../../src/stream/plan/programme-window.ts';
import { Slate } from '../../../src/stream/cards/slate.ts';
import { launch } from '../../support/developed.ts';
import { until } from '../../support/until.ts';

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
  const nothing = { facts: null, problem: null };
  const item = { id: title, title, path: `/films/${title}.mkv`, sizeBytes: 1, modifiedMs: 1, ...nothing };
  const span = { startSegment, stopSegment: startSegment + 10, reelStart: 0, block: startSegment };
  return { item, airing: { ...span, kind: 'programme', channelId: CHANNEL, itemId: title, strand: '' } };
}

interface Shown {
  readonly planned: readonly PlannedAiring[];
  /** Hears what is drawn. */
  readonly onDraw?: (text: CardText) => void;
}

async function slateOf(name: string, { planned, onDraw = () => {} }: Shown) {
  const now = () => 1_000_000;
  const store = await ReelStore.open({
    directory: path.join(folder, name, 'reels'),
    budgetBytes: 1e9,
    airsAgainIn: async () => [],
  });
  const developer = new Developer({
    ...{ store, launch, now, preset: 'superfast', logger: silentLogger },
    markOf: async () => 'the same',
    tell: () => {},
  });
  const directory = path.join(folder, name, 'cards');
  const draw = (text: CardText) => (onDraw(text), pictures.card(text));
  const cards = await Cards.open({ directory, draw, developer, store, now });
  const window = new ProgrammeWindow({ channelId: CHANNEL, grid: GRID, planOf: async () => planned });
  await window.load(1_000_000);
  const slate = new Slate({
    ...{ grid: GRID, window, cards, channelName: () => 'Films', timeZone: () => 'UTC' },
    formatAt: () => ({ grid: GRID, quality: '480p', encoder: 'none' }),
    canBeHad: () => true,
  });
  return { slate, cards, store, developer, directory };
}

function offAir(startSegment: number): PlannedAiring {
  const span = { startSegment, stopSegment: startSegment + 10, reelStart: 0, block: startSegment };
  return { item: undefined, airing: { ...span, kind: 'off-air', channelId: CHANNEL } };
}

test.each([
  ['that it is off air where nothing comes', [offAir(1000)], { label: 'Off air', title: '' }],
  ['what comes after it is off air', [offAir(1000), airing(1010, 'Next')], { label: 'Next at 00:16', title: 'Next' }],
])('a card says %s', async (_what, planned, words) => {
  const drawn: CardText[] = [];
  const { slate, developer } = await slateOf(words.label, { planned, onDraw: (text) => drawn.push(text) });
  await until('it is there', () => slate.bytes(1000, 'today', { isStarting: false }));
  await until('nothing is developed any more', async () => developer.running === 0);
  expect(drawn).toContainEqual({ heading: 'Films', ...words });
});

test('where no card can be drawn that says what is next, the one that fits at any time is shown', async () => {
  const planned = [airing(1000, 'On'), airing(1010, 'Next')];
  const { slate, cards, store, developer, directory } = await slateOf('broken', { planned });
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
