import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Pictures } from '../../../src/drawing/pictures.ts';
import { Developer } from '../../../src/reels/developer.ts';
import { ReelStore } from '../../../src/reels/reel-store.ts';
import { createGrid } from '../../../src/schedule/grid.ts';
import { silentLogger } from '../../../src/shared/logger.ts';
import { readReelSegment } from '../../../src/splice/reel-segment.ts';
import { Cards, type CardsOptions } from '../../../src/stream/cards/cards.ts';
import { launch } from '../../support/developed.ts';
import { until } from '../../support/until.ts';

const GRID = createGrid({ num: 25, den: 1 }, 1);
const FORMAT = { grid: GRID, quality: '480p', encoder: 'none' } as const;
const HOUR_MS = 3_600_000;

const pictures = new Pictures();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cards-'));
});
afterAll(async () => {
  pictures[Symbol.dispose]();
  await rm(folder, { recursive: true });
});

test('a card that cannot be drawn is tried again after a while, not each time that it is asked for', async () => {
  let now = 1_000_000;
  let drawn = 0;
  const directory = path.join(folder, 'undrawable');
  const store = await ReelStore.open({
    ...{ directory: path.join(directory, 'reels'), budgetBytes: 1e9, airsAgainIn: async () => [] },
  });
  const developer = new Developer({
    ...{ store, launch, preset: 'superfast', now: () => now, logger: silentLogger, tell: () => {} },
    markOf: async () => 'the same',
  });
  const draw = async () => {
    drawn++;
    throw new Error('no fonts');
  };
  const cards = await Cards.open({ directory: path.join(directory, 'cards'), draw, developer, store, now: () => now });
  const text = { heading: 'Films', label: 'Next at 20:00', title: 'Brazil' };
  const ask = () => expect(cards.prepare(text, FORMAT, 'today')).rejects.toThrow('no fonts');
  for (let times = 0; times < 3; times++) await ask();
  expect(drawn).toBe(1);
  now += 10_000;
  await ask();
  expect(drawn).toBe(2);
  await rm(directory, { recursive: true });
});

test('a card is drawn and developed once, its reel found again by the next process, and it is forgotten in the end', async () => {
  let now = 1_000_000;
  let runs = 0;
  const store = await ReelStore.open({
    directory: path.join(folder, 'reels'),
    budgetBytes: 1e9,
    airsAgainIn: async () => [],
  });
  const developer = new Developer({
    store,
    launch: (...run) => (runs++, launch(...run)),
    preset: 'superfast',
    now: () => now,
    logger: silentLogger,
    markOf: async () => 'the same',
    tell: () => {},
  });
  const directory = path.join(folder, 'cards');
  await mkdir(directory);
  await writeFile(path.join(directory, 'of-an-earlier-process.png'), '');
  const draw: CardsOptions['draw'] = (card) => pictures.card(card);
  const open = () => Cards.open({ directory, draw, developer, store, now: () => now });
  const text = { heading: '映画', label: 'Next at 20:00', title: 'Brazil' };
  const other = { ...text, title: 'Alien' };

  const cards = await open();
  expect(await readdir(folder)).toEqual(['reels']);
  const bytes = await until('the card is developed', () => cards.bytes(text, FORMAT, 'today'));
  expect(readReelSegment(GRID, 0, bytes).pictures).toHaveLength(25);
  expect(await readdir(directory)).toHaveLength(1);
  const [key] = cards.keys();
  await cards.prepare(text, FORMAT, 'today');
  expect(runs).toBe(1);

  now += HOUR_MS + 1;
  await until('another card is developed', () => cards.bytes(other, FORMAT, 'today'));
  expect(cards.keys().has(key ?? '')).toBe(false);
  expect(await readdir(directory)).toHaveLength(1);

  const later = await open();
  expect(await later.bytes(text, FORMAT, 'today')).toBeDefined();
  expect(runs).toBe(2);
  expect(await readdir(folder)).toEqual(['reels']);
  await developer.close();
});
