import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ReelStore, type StoredSegment } from '../../src/reels/reel-store.ts';

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);
const PIECE_BYTES = 100;

let directory: string;
/** How soon segments air again, by "key/number"; what is not named is not planned. */
let airsIn: Record<string, number>;
/** How often the plan was asked. */
let asked: number;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'reels-'));
  airsIn = {};
  asked = 0;
});
afterEach(() => rm(directory, { recursive: true }));

async function openStore(
  budgetBytes = 10 * PIECE_BYTES,
  onRead: (found: 'hit' | 'miss') => void = () => {},
): Promise<ReelStore> {
  const airsAgainIn = async (segments: readonly StoredSegment[]) => {
    asked++;
    return segments.map(({ key, reelSegment }) => airsIn[`${key[0]}/${reelSegment}`] ?? Infinity);
  };
  return ReelStore.open({ directory, budgetBytes, airsAgainIn, onRead });
}

/** Hands in a piece that a run has made. */
async function hand(
  store: ReelStore,
  key: string,
  reelSegment: number,
  content = 'x'.repeat(PIECE_BYTES),
): Promise<void> {
  const file = path.join(store.runsDirectory, `${reelSegment}-${Math.random()}.ts`);
  await writeFile(file, content);
  await store.take(key, reelSegment, file);
}

/** What lies on the disk, as "key/number". */
async function onDisk(): Promise<string[]> {
  const names = await readdir(directory, { recursive: true });
  return names
    .filter((name) => /^[ab]+\/\d+\.ts$/.test(name))
    .map((name) => `${name[0]}/${path.parse(name).name}`)
    .sort();
}

test('what had to be developed for its first reading is a miss, all else a hit', async () => {
  const reads: string[] = [];
  const store = await openStore(undefined, (found) => reads.push(found));
  await hand(store, A, 0);
  for (let time = 0; time < 3; time++) await store.read(A, 0);
  await store.read(A, 1);
  expect(reads).toEqual(['miss', 'hit', 'hit']);
  const again = await openStore(undefined, (found) => reads.push(found));
  await again.read(A, 0);
  expect(reads.at(-1)).toBe('hit');
});

test('a disk that fills up is made room on: what airs last goes, what must stay does not', async () => {
  const store = await openStore();
  airsIn = { 'a/0': 0, 'a/1': 5000, 'a/2': 9000, 'b/0': 7000 };
  for (const [key, reelSegment] of [
    [A, 0],
    [A, 1],
    [A, 2],
    [B, 0],
    [B, 1],
  ] as const)
    await hand(store, key, reelSegment);
  await store.prune(2 * PIECE_BYTES - 10);
  expect(await onDisk()).toEqual(['a/0', 'a/1', 'b/0']);
  await store.prune(1000 * PIECE_BYTES);
  expect(await onDisk()).toEqual(['a/0']);
});

test('what was taken in is there, and nothing else', async () => {
  const store = await openStore();
  await hand(store, A, 3, 'three');
  expect(String(await store.read(A, 3))).toBe('three');
  expect(await store.read(A, 4)).toBeUndefined();
  expect(await store.read(B, 3)).toBeUndefined();
  expect([store.has(A, 3), store.has(A, 4), store.has(B, 3), store.bytes]).toEqual([true, false, false, 5]);
});

test('the first developed segment of a range is found', async () => {
  const store = await openStore();
  await hand(store, A, 5);
  await hand(store, A, 7);
  expect(store.firstDevelopedFrom(A, 0, 9)).toBe(5);
  expect(store.firstDevelopedFrom(A, 6, 9)).toBe(7);
  expect(store.firstDevelopedFrom(A, 6, 7)).toBeUndefined();
});

describe('of two runs that hand in the same segment', () => {
  test('the first one wins', async () => {
    const store = await openStore();
    await hand(store, A, 0, 'first');
    await hand(store, A, 0, 'second one');
    expect(String(await store.read(A, 0))).toBe('first');
    expect(store.bytes).toBe(5);
  });

  test('one wins when both come at once', async () => {
    const store = await openStore();
    await Promise.all([hand(store, A, 0, 'this'), hand(store, A, 0, 'that'), hand(store, A, 0, 'else')]);
    expect(store.bytes).toBe(4);
    expect(await onDisk()).toEqual(['a/0']);
  });
});

describe('the budget', () => {
  test('is kept to directly after a piece was taken in', async () => {
    const store = await openStore(5 * PIECE_BYTES);
    for (let segment = 0; segment < 12; segment++) {
      airsIn[`a/${segment}`] = 1000 - segment;
      await hand(store, A, segment);
      expect(store.bytes).toBeLessThanOrEqual(5 * PIECE_BYTES);
      expect(await onDisk()).toHaveLength(store.bytes / PIECE_BYTES);
    }
  });

  test('is kept to when many come at once', async () => {
    const store = await openStore(5 * PIECE_BYTES);
    await Promise.all(Array.from({ length: 20 }, (_, segment) => hand(store, segment % 2 === 0 ? A : B, segment)));
    expect(store.bytes).toBeLessThanOrEqual(5 * PIECE_BYTES);
    expect(await onDisk()).toHaveLength(store.bytes / PIECE_BYTES);
  });

  test('is made room in by what will not air again, then by what airs again last', async () => {
    const store = await openStore(4 * PIECE_BYTES);
    airsIn = { 'a/0': 5000, 'a/2': 9000, 'b/0': 100, 'b/1': 100, 'b/2': 100 };
    for (const segment of [0, 1, 2]) await hand(store, A, segment);
    await hand(store, B, 0);
    await hand(store, B, 1);
    expect(await onDisk()).not.toContain('a/1');
    await hand(store, B, 2);
    expect(await onDisk()).not.toContain('a/2');
    expect(await onDisk()).toContain('a/0');
  });

  test('does not take in a piece that airs later than all that is there', async () => {
    const store = await openStore(2 * PIECE_BYTES);
    airsIn = { 'a/0': 10, 'a/1': 20, 'a/2': 30 };
    for (const segment of [0, 1, 2]) await hand(store, A, segment);
    expect(await onDisk()).toEqual(['a/0', 'a/1']);
    expect(store.has(A, 2)).toBe(false);
  });

  test('gives way to what is on air, which stays', async () => {
    const store = await openStore(2 * PIECE_BYTES);
    airsIn = { 'a/0': 0, 'a/1': 0, 'a/2': 0, 'b/0': 1 };
    await hand(store, B, 0);
    for (const segment of [0, 1, 2]) await hand(store, A, segment);
    expect(await onDisk()).toEqual(['a/0', 'a/1', 'a/2']);
  });

  test('of nothing keeps what is on air and lets it go afterwards', async () => {
    const store = await openStore(0);
    airsIn = { 'a/0': 0, 'a/1': 0 };
    for (const segment of [0, 1, 2]) await hand(store, A, segment);
    expect(await onDisk()).toEqual(['a/0', 'a/1']);
    airsIn = { 'a/1': 0 };
    await store.prune();
    expect(await onDisk()).toEqual(['a/1']);
  });

  test('is not the plan’s trouble with each new piece', async () => {
    const store = await openStore(1000 * PIECE_BYTES);
    for (let segment = 0; segment < 1010; segment++) {
      airsIn[`a/${segment}`] = 1 + Math.abs(segment - 1009);
      await hand(store, A, segment);
    }
    expect(asked).toBe(1);
  });

  test('does not lose a piece while the plan cannot be asked', async () => {
    const airsAgainIn = async () => Promise.reject(new Error('no plan'));
    const store = await ReelStore.open({ directory, budgetBytes: 0, airsAgainIn });
    await hand(store, A, 0);
    expect(store.has(A, 0)).toBe(true);
  });
});

describe('a segment whose file is lost', () => {
  test('is not there any more, and can be taken in again', async () => {
    const store = await openStore();
    await hand(store, A, 0);
    await rm(path.join(directory, A, '0.ts'));
    expect(await store.read(A, 0)).toBeUndefined();
    expect([store.has(A, 0), store.bytes]).toEqual([false, 0]);
    await hand(store, A, 0, 'again');
    expect(String(await store.read(A, 0))).toBe('again');
  });

  test('is not there any more when all of its folder is gone', async () => {
    const store = await openStore();
    await hand(store, A, 0);
    await hand(store, A, 1);
    await rm(path.join(directory, A), { recursive: true });
    expect(await store.read(A, 0)).toBeUndefined();
    await hand(store, A, 0, 'again');
    expect(String(await store.read(A, 0))).toBe('again');
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? test.skip : test)('is not there any more when it may not be read', async () => {
    const store = await openStore();
    await hand(store, A, 0);
    await chmod(path.join(directory, A, '0.ts'), 0);
    expect(await store.read(A, 0)).toBeUndefined();
  });

  test('is removed when what it holds turns out to be broken', async () => {
    const store = await openStore();
    await hand(store, A, 0);
    await store.discard(A, 0);
    expect([store.has(A, 0), store.bytes, await onDisk()]).toEqual([false, 0, []]);
  });
});

describe('a store that is opened again', () => {
  test('knows what is there and what it weighs', async () => {
    const before = await openStore();
    await hand(before, A, 12, 'twelve');
    await hand(before, B, 0, 'nil');
    const store = await openStore();
    expect([store.has(A, 12), store.has(B, 0), store.has(B, 12), store.bytes]).toEqual([true, true, false, 9]);
  });

  test('empties the folders of runs and touches nothing that it does not know', async () => {
    const before = await openStore();
    await mkdir(path.join(before.runsDirectory, 'run'));
    await writeFile(path.join(before.runsDirectory, 'run', '0.ts'), 'half');
    await mkdir(path.join(directory, 'mine'));
    await writeFile(path.join(directory, 'mine', '0.ts'), 'mine');
    const store = await openStore();
    expect(await readdir(store.runsDirectory)).toEqual([]);
    expect(await readFile(path.join(directory, 'mine', '0.ts'), 'utf8')).toBe('mine');
    expect(store.bytes).toBe(0);
  });

  test('comes down to a budget that has become smaller', async () => {
    const before = await openStore();
    for (const segment of [0, 1, 2, 3]) await hand(before, A, segment);
    const store = await openStore(2 * PIECE_BYTES);
    await store.prune();
    expect(store.bytes).toBeLessThanOrEqual(2 * PIECE_BYTES);
  });
});

test('folders of reels of which nothing is left do not pile up', async () => {
  const store = await openStore();
  await hand(store, A, 0);
  await hand(store, A, 1);
  await store.discard(A, 0);
  await access(path.join(directory, A));
  await store.discard(A, 1);
  await mkdir(path.join(directory, B));
  await openStore();
  expect(await readdir(directory)).toEqual(['runs']);
});
