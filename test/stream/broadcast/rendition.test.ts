import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createGrid } from '../../../src/schedule/grid.ts';
import { createSegmentDirectories } from '../../../src/segments/cleanup.ts';
import { SegmentMemory } from '../../../src/segments/segment-memory.ts';
import { Rendition } from '../../../src/stream/broadcast/rendition.ts';
import { until } from '../../support/until.ts';

const GRID = createGrid({ num: 25, den: 1 }, 2);
const WINDOW = 4;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rendition-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** A process after the one before was killed: all that is left of that is its tree. */
async function processOn(tree: string) {
  await createSegmentDirectories(tree, 'films');
  const rendition = new Rendition({
    ...{ streamsDirectory: tree, channelId: 'films', quality: '480p', grid: GRID, windowSegments: WINDOW },
    memory: new SegmentMemory({ limitBytes: 1e6 }),
    onListed: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  return {
    rendition,
    async publish(...segments: number[]): Promise<string> {
      for (const segment of segments) {
        await rendition.publish(segment, Buffer.from(`${segment}`));
        rendition.segmentSeen();
        await until('it is listed', () => rendition.playlist?.text.includes(`_${segment}.ts`));
      }
      return inShort(rendition.playlist?.text ?? '');
    },
  };
}

/** Its two counts, and what it lists, "|" for a discontinuity. */
function inShort(playlist: string): string {
  const count = (tag: string) => new RegExp(`#EXT-X-${tag}:(\\d+)`).exec(playlist)?.[1] ?? '-';
  const listed = playlist.match(/^(?:#EXT-X-DISCONTINUITY$|480p\/.*_(\d+)\.ts)$/gm) ?? [];
  const words = listed.map((line) => (line.startsWith('#') ? '|' : (/_(\d+)\.ts$/.exec(line)?.[1] ?? '')));
  return `${count('MEDIA-SEQUENCE')} ${count('DISCONTINUITY-SEQUENCE')}: ${words.join(' ')}`;
}

test('after a restart players meet the discontinuities that they were told of, and no fewer', async () => {
  const tree = await mkdtemp(path.join(folder, 'tree-'));
  const before = await processOn(tree);
  await before.publish(100, 101);
  await before.rendition.restartAt(110);
  await before.publish(110, 111, 112, 113, 114);
  await before.rendition.restartAt(120);
  expect(await before.publish(120, 121)).toBe('120 1: | 120 121');

  const after = await processOn(tree);
  expect(await after.rendition.adopt(122)).toBe(122);
  expect(await after.publish(122)).toBe('120 1: | 120 121 122');
  expect(await after.publish(123, 124)).toBe('121 2: 121 122 123 124');
});

test('what a restarted process cannot go on with is followed by a discontinuity', async () => {
  const tree = await mkdtemp(path.join(folder, 'tree-'));
  await (await processOn(tree)).publish(100, 101);

  const after = await processOn(tree);
  expect(await after.rendition.adopt(130)).toBeUndefined();
  expect(await after.publish(130, 131)).toBe('130 -: | 130 131');
  await after.publish(132, 133, 134);
  const left = await readdir(path.join(tree, 'films', '480p'));
  expect(left.filter((name) => /_10\d\.ts$/.test(name))).toEqual([]);
});

test('where only time was left out, players go on as if they had been away', async () => {
  const tree = await mkdtemp(path.join(folder, 'tree-'));
  const { rendition, publish } = await processOn(tree);
  const skipTo = (segment: number, isSameEncoder = true) => rendition.restartAt(segment, { isSameEncoder });
  await publish(100, 101);
  await skipTo(200);
  expect(await publish(200, 201)).toBe('200 -: 200 201');
  await skipTo(300, false);
  // Before anybody was told of it.
  await skipTo(310);
  expect(await publish(310, 311)).toBe('310 -: | 310 311');
  // A day.
  await skipTo(100_000);
  expect(await publish(100_000)).toBe('100000 1: | 100000');
  await skipTo(99_000);
  expect(await publish(99_000)).toBe('99000 2: | 99000');
});

test('where numbers go back, players that go on all the same meet a discontinuity that they have not met before', async () => {
  const { rendition, publish } = await processOn(await mkdtemp(path.join(folder, 'tree-')));
  await publish(200, 201);
  await rendition.restartAt(210);
  expect(await publish(210, 211)).toBe('210 -: | 210 211');
  await rendition.restartAt(150);
  expect(await publish(150, 151)).toBe('150 1: | 150 151');
  expect(await publish(152, 153, 154)).toBe('151 2: 151 152 153 154');
  await rendition.restartAt(120);
  expect(await publish(120)).toBe('120 2: | 120');
});
