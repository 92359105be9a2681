import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createGrid } from '../../../src/schedule/grid.ts';
import { SegmentMemory } from '../../../src/segments/segment-memory.ts';
import { continuousSegments } from '../../../src/stream/broadcast/continuous.ts';
import { Rendition } from '../../../src/stream/broadcast/rendition.ts';
import { CHANNEL, startSidecar } from '../../http/sidecar.ts';
import { until } from '../../support/until.ts';

const SEGMENT_BYTES = 1_000_000;
/** Newest segments that are kept in memory (and one that was asked for a moment ago), and all that are in the tree. */
const HOT = 4;
const WINDOW = 6;
const IN_TREE = 2 * WINDOW + 2 + 1;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'continuous-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A rendition whose segment n is full of the byte n, and its continuous stream behind the real HTTP side. */
async function onAir() {
  const memory = new SegmentMemory({ limitBytes: 64e6 });
  const rendition = new Rendition({
    streamsDirectory: folder,
    channelId: CHANNEL,
    quality: '720p',
    grid: createGrid({ num: 25, den: 1 }, 2),
    windowSegments: WINDOW,
    memory,
    onListed: () => {},
    onFailure: (error) => {
      throw error;
    },
  });
  await mkdir(path.join(folder, CHANNEL, '720p'), { recursive: true });
  let cur = 1;
  let skips = 0;
  const sidecar = await startSidecar({
    stream: {
      watch: async (_id, _quality, signal) =>
        continuousSegments(rendition, { signal, onAir: () => cur, onSkip: () => (skips += 1) }),
    },
  });
  /** Time passes: the next segments come, each two before it is on air. */
  const publish = async (newest: number) => {
    for (; cur <= newest - 2; cur++) await rendition.publish(cur + 2, Buffer.alloc(SEGMENT_BYTES, cur + 2));
  };
  for (const segment of [1, 2]) await rendition.publish(segment, Buffer.alloc(SEGMENT_BYTES, segment));
  return {
    memory,
    rendition,
    publish,
    url: `${sidecar.url}/stream/${CHANNEL}.ts`,
    skips: () => skips,
    async [Symbol.asyncDispose]() {
      await rendition.close();
      await sidecar[Symbol.asyncDispose]();
    },
  };
}

/** A player that can be paused: which segments it was given, and whether each came whole. */
async function watch(url: string) {
  const response = await new Promise<IncomingMessage>((resolve) => get(url, { agent: false }, resolve));
  const segments: { n: number; bytes: number }[] = [];
  response.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length;) {
      const n = chunk[at] ?? 0;
      const last = segments.at(-1);
      const missing = last?.n === n ? SEGMENT_BYTES - last.bytes : 0;
      const part = chunk.subarray(at, at + (missing || SEGMENT_BYTES));
      // Another segment begins too early.
      if (part.at(-1) !== n) segments.push({ n: -1, bytes: 0 });
      if (missing > 0 && last !== undefined) last.bytes += part.length;
      else segments.push({ n, bytes: part.length });
      at += part.length;
    }
  });
  response.on('error', () => {});
  return {
    response,
    segments,
    has: (n: number) =>
      until(`segment ${n} has come`, () => segments.at(-1)?.n === n && segments.at(-1)?.bytes === SEGMENT_BYTES),
  };
}

test('a paused viewer is given the rest of its segment, then what is on air, and costs no memory meanwhile', async () => {
  await using stream = await onAir();
  const [paused, steady] = [await watch(stream.url), await watch(stream.url)];
  await Promise.all([paused.has(2), steady.has(2)]);
  paused.response.pause();
  for (let newest = 3; newest <= 60; newest++) {
    await stream.publish(newest);
    await steady.has(newest);
  }
  expect(stream.memory.bytes).toBeLessThanOrEqual((HOT + 1) * SEGMENT_BYTES);
  expect([stream.skips(), steady.segments.map(({ n }) => n)]).toEqual([
    0,
    Array.from({ length: 60 }, (_, at) => at + 1),
  ]);

  paused.response.resume();
  await paused.has(60);
  expect(stream.skips()).toBe(1);
  // Whole segments, one after another, but for the one place where it skipped what has left the tree.
  expect(paused.segments.every(({ bytes }) => bytes === SEGMENT_BYTES)).toBe(true);
  const numbers = paused.segments.map(({ n }) => n);
  const steps = numbers.slice(1).map((n, at) => n - (numbers[at] ?? 0));
  expect(steps.filter((step) => step !== 1)).toHaveLength(1);
  expect(Math.max(...steps)).toBeGreaterThan(IN_TREE);
  expect(numbers.slice(-2)).toEqual([59, 60]);
  paused.response.destroy();
  steady.response.destroy();

  await stream.rendition.close();
  expect(stream.memory.bytes).toBe(0);
});

test('a viewer that falls back, but not out of the tree, is given all that it missed', async () => {
  await using stream = await onAir();
  const viewer = await watch(stream.url);
  await viewer.has(2);
  viewer.response.pause();
  await stream.publish(IN_TREE);
  viewer.response.resume();
  await viewer.has(IN_TREE);
  expect(viewer.segments).toEqual(Array.from({ length: IN_TREE }, (_, at) => ({ n: at + 1, bytes: SEGMENT_BYTES })));
  expect(stream.skips()).toBe(0);
  viewer.response.destroy();
});
