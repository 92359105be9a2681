import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { execa } from 'execa';
import { type Showing as Aired, airingAt, reelSegmentAt } from '../../src/schedule/airing.ts';
import type { FrameRate } from '../../src/schedule/frame-rate.ts';
import { createGrid, type Grid, segmentAt, segmentDuration } from '../../src/schedule/grid.ts';
import { readReelSegment, type ReelSegment } from '../../src/splice/reel-segment.ts';
import { soundSlotsOf } from '../../src/splice/slots.ts';
import { spliceSegment } from '../../src/splice/splice-segment.ts';
import { verify } from '../../src/verify/verify.ts';
import { readBarCodes } from '../support/barcode.ts';
import { develop, filmJob } from '../support/developed.ts';
import { FILMS, type FilmName, UNLIKE_FILMS } from '../support/films.ts';
import { parameterSets } from '../support/nal-units.ts';
import { beepsIn, RAW_MONO, sourceBeeps, sourcePictures } from '../support/source.ts';
import { pesPackets, ticksBetween, timesOf, transportPackets } from '../support/transport.ts';

/** Where the 33 bits of the time stamps wrap for the 19,000th time, in ms since the epoch: in May 2027. */
const WRAP_MS = (19_000 * 2 ** 33) / 90;
const TODAY_MS = Date.parse('2026-03-04T05:06:07Z');
/** Half a sound slot, and what a lossy codec smears. */
const SOUND_OFFSET_SECONDS = 0.0107 + 0.0003;

/** A film and the part of it that is aired, in segments. */
type Showing = readonly [name: FilmName, reelStart: number, segments: number];

const EVENING: readonly Showing[] = [
  ...UNLIKE_FILMS.map((name): Showing => [name, 0, 3]),
  ['tsAt2997', 2, 2],
  ['mp4At24', 1, 1],
  ['silentAt50', 2, 1],
  ['mkvAt23976', 3, 1],
  ['mkvAt25', 0, 1],
  ['aviAt2997', 1, 3],
  ['mp4At60', 2, 1],
];

describe.each<[string, FrameRate, number, number, readonly Showing[]]>([
  ['24000/1001 across the wrap of the time stamps', { num: 24000, den: 1001 }, 1, WRAP_MS - 20_000, EVENING],
  [
    '25',
    { num: 25, den: 1 },
    2,
    TODAY_MS,
    [
      ['tsAt2997', 1, 2],
      ['mkvAt25', 3, 2],
      ['mp4At60', 0, 1],
      ['mkvAt25', 1, 1],
    ],
  ],
  [
    '60000/1001',
    { num: 60000, den: 1001 },
    1,
    TODAY_MS,
    [
      ['silentAt50', 1, 2],
      ['aviAt2997', 0, 2],
      ['mp4At60', 2, 2],
    ],
  ],
])('films aired one after another at %s', (_, rate, segmentSeconds, startMs, showings) => {
  const grid = createGrid(rate, segmentSeconds);
  const first = segmentAt(grid, startMs);
  let airings: (Aired & { name: FilmName })[];
  let folder: string;
  let file: string;
  let stream: Buffer;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'joins-'));
    file = path.join(folder, 'all.ts');
    airings = plan(showings, first);
    const reels = await developAll(grid, showings);
    stream = Buffer.concat(onAir(grid, airings, reels));
    await writeFile(file, stream);
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('has no fault to the judge, and one pair of parameter sets', async () => {
    const { faults, facts } = await verify(file, { seconds: Infinity, ffmpegPath: 'ffmpeg' });
    expect(faults).toEqual([]);
    const segments = showings.reduce((sum, [, , count]) => sum + count, 0);
    expect(facts).toMatchObject({
      pictures: segments * grid.framesPerSegment,
      keyPictures: segments,
      parameterSets: 2,
    });
  });

  it('leaves ffmpeg nothing to warn of', async () => {
    const { stderr } = await execa('ffmpeg', ['-v', 'warning', '-i', file, '-map', '0', '-f', 'null', '-']);
    expect(stderr).toBe('');
  });

  it('steps by one picture, by 1024 samples and by one packet', () => {
    const packets = transportPackets(stream);
    const step = (90_000 * rate.den) / rate.num;
    const pictures = pesPackets(packets, 0x100);
    const times = pictures.map(({ bytes }) => timesOf(bytes));
    const start = times[0]?.pts ?? 0;
    const shown = times.map(({ pts }) => ticksBetween(start, pts)).sort((a, b) => a - b);
    expect(irregular(shown, (passed) => Math.abs(passed - step) < 1)).toEqual([]);
    const decoded = times.map(({ dts }) => ticksBetween(start, dts));
    expect(irregular(decoded, (passed) => Math.abs(passed - step) < 1)).toEqual([]);
    const clock = pictures.map(({ first: packet }) => ticksBetween(start, packet.pcr ?? NaN));
    expect(irregular(clock, (passed) => Math.abs(passed - step) < 1)).toEqual([]);
    for (const pid of [0, 0x1000, 0x100, 0x101]) {
      const counters = packets.filter((packet) => packet.pid === pid).map(({ counter }) => counter);
      expect(irregular(counters, (passed) => (passed + 16) % 16 === 1)).toEqual([]);
    }
    const keys = pictures.filter(({ first: packet }) => packet.isKey);
    expect(new Set(keys.map(({ bytes }) => parameterSets(bytes.subarray(19)))).size).toBe(1);
  });

  it('shows at each moment what is scheduled', async () => {
    const expected: string[] = [];
    for (const { name, reelStart, startSegment, stopSegment } of airings) {
      const from = reelStart * grid.framesPerSegment;
      const until = from + (stopSegment - startSegment) * grid.framesPerSegment;
      const pictures = (await sourcePictures(name, grid, until)).slice(from);
      expected.push(...pictures.map(({ film, picture }) => `${film}:${picture}`));
    }
    expect((await readBarCodes(stream)).map(({ film, picture }) => `${film}:${picture}`)).toEqual(expected);
  });

  it('sounds within 11 ms of when the films do', async () => {
    const { stdout } = await execa('ffmpeg', ['-v', 'error', '-i', file, '-map', '0:a', ...RAW_MONO], {
      encoding: 'buffer',
    });
    const [opening, second] = [airings[0], airings[1]];
    const slots = soundSlotsOf(grid, first, opening, second);
    // Both in seconds since the start of the first segment.
    const heard = beepsIn(stdout).map((seconds) => seconds + slots.first / 46.875 - first * segmentDuration(grid));
    const expected: number[] = [];
    for (const { name, reelStart, startSegment, stopSegment } of airings.filter(
      (airing) => FILMS[airing.name].sound !== null,
    )) {
      const atStart = (startSegment - first) * segmentDuration(grid);
      const atStop = (stopSegment - first) * segmentDuration(grid);
      const beeps = (await sourceBeeps(name)).map((seconds) => seconds - reelStart * segmentDuration(grid) + atStart);
      // A beep at a join belongs to both sides in part.
      expected.push(...beeps.filter((seconds) => seconds > atStart + 0.06 && seconds < atStop - 0.06));
    }
    expect(expected.length).toBeGreaterThan(1);
    for (const seconds of expected) {
      const nearest = Math.min(...heard.map((beep) => Math.abs(beep - seconds)));
      expect(nearest).toBeLessThan(SOUND_OFFSET_SECONDS);
    }
  });
});

test('the evening has at least twelve joins of at least six films, one of them within a segment of the wrap', () => {
  expect(EVENING.length - 1).toBeGreaterThanOrEqual(12);
  expect(new Set(EVENING.map(([name]) => name)).size).toBeGreaterThanOrEqual(6);
  const grid = createGrid({ num: 24000, den: 1001 }, 1);
  const airings = plan(EVENING, segmentAt(grid, WRAP_MS - 20_000));
  const wrapSegment = segmentAt(grid, WRAP_MS);
  expect(airings.some(({ startSegment }) => Math.abs(startSegment - wrapSegment) <= 1)).toBe(true);
});

function plan(showings: readonly Showing[], first: number): (Aired & { name: FilmName })[] {
  let startSegment = first;
  return showings.map(([name, reelStart, segments]) => {
    const stopSegment = startSegment + segments;
    const airing = { name, reelStart, startSegment, stopSegment };
    startSegment = stopSegment;
    return airing;
  });
}

/** Develops what is shown of each film, by two runs that meet in the middle. */
async function developAll(grid: Grid, showings: readonly Showing[]): Promise<Map<FilmName, Map<number, ReelSegment>>> {
  const reels = new Map<FilmName, Map<number, ReelSegment>>();
  for (const name of new Set(showings.map(([each]) => each))) {
    const parts = showings.filter(([each]) => each === name);
    const from = Math.min(...parts.map(([, reelStart]) => reelStart));
    const until = Math.max(...parts.map(([, reelStart, segments]) => reelStart + segments));
    const middle = Math.floor((from + until) / 2);
    const job = await filmJob(name, grid);
    const reel = new Map<number, ReelSegment>();
    for (const range of [
      { from, until: middle },
      { from: middle, until },
    ]) {
      const { pieces } = range.from < range.until ? await develop(job, range) : { pieces: new Map<number, Buffer>() };
      for (const [number, bytes] of pieces) reel.set(number, readReelSegment(grid, number, bytes));
    }
    reels.set(name, reel);
  }
  return reels;
}

function onAir(
  grid: Grid,
  airings: readonly (Aired & { name: FilmName })[],
  reels: ReadonlyMap<FilmName, ReadonlyMap<number, ReelSegment>>,
): Buffer[] {
  return airings.flatMap((airing) =>
    Array.from({ length: airing.stopSegment - airing.startSegment }, (_, index) => {
      const segment = airing.startSegment + index;
      const reel = reels.get(airing.name)?.get(reelSegmentAt(airing, segment));
      if (reel === undefined) throw new Error(`${airing.name} ${reelSegmentAt(airing, segment)} was not developed`);
      return spliceSegment(grid, segment, {
        ...reel,
        slots: soundSlotsOf(grid, segment, airing, airingAt(airings, segment + 1)),
      });
    }),
  );
}

/** The places at which a row of numbers does not step as it should. */
function irregular(numbers: readonly number[], isRegular: (passed: number) => boolean): number[] {
  return numbers.flatMap((number, index) =>
    index > 0 && !isRegular(number - (numbers[index - 1] ?? NaN)) ? [index] : [],
  );
}
