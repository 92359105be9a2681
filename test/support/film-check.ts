import { expect } from '@jest/globals';
import { execa } from 'execa';
import type { FrameRate } from '../../src/schedule/frame-rate.ts';
import { createGrid, type Grid, SAMPLE_RATE, SAMPLES_PER_SOUND_FRAME } from '../../src/schedule/grid.ts';
import { soundCut } from '../../src/schedule/sound-cut.ts';
import { readReelSegment } from '../../src/splice/reel-segment.ts';
import { type BarCode, readBarCodes } from './barcode.ts';
import { develop, developAnyway, filmJob, joined } from './developed.ts';
import { FILMS, type FilmName } from './films.ts';
import { beepsIn, RAW_MONO, sourceBeeps, sourcePictures } from './source.ts';

/** How far a beep of a reel may lie from the source's own: what a lossy codec smears. */
const SMEARED_SECONDS = 0.002;

/**
 * Develops a film at once, and again by a run of its own for each segment. Both must show what the source shows at each
 * picture, and beep when it beeps.
 */
export async function expectSameFromEveryRun(name: FilmName, rate: FrameRate, segmentSeconds = 2): Promise<void> {
  const grid = createGrid(rate, segmentSeconds);
  const job = await filmJob(name, grid);
  const whole = await develop(job, { from: 0, until: job.segments });
  const cut = new Map([...whole.pieces].filter(([reelSegment]) => reelSegment === 0));
  for (let from = 1; from < job.segments; from++) {
    const { pieces } = await developAnyway(job, { from, until: from + 1 });
    for (const [reelSegment, bytes] of pieces) cut.set(reelSegment, bytes);
  }
  expect([...cut.keys()]).toEqual([...whole.pieces.keys()]);
  const [atOnce, inParts] = await Promise.all([readBarCodes(joined(whole.pieces)), readBarCodes(joined(cut))]);
  expect(atOnce).toHaveLength(whole.pieces.size * grid.framesPerSegment);
  expect(inParts.map(inWords)).toEqual(atOnce.map(inWords));
  expect(atOnce.map(inWords)).toEqual((await sourcePictures(name, grid, atOnce.length)).map(inWords));
  if (FILMS[name].sound !== null) await expectSameBeeps(name, grid, cut);
}

async function expectSameBeeps(name: FilmName, grid: Grid, pieces: ReadonlyMap<number, Buffer>): Promise<void> {
  const end = (soundCut(grid, pieces.size) * SAMPLES_PER_SOUND_FRAME) / SAMPLE_RATE;
  // Sound frame 0 of an item is never aired, and with it goes a beep at the very start.
  const isHeard = (seconds: number) => seconds > 0.1 && seconds < end - 0.1;
  const expected = (await sourceBeeps(name)).filter(isHeard);
  const heard = (await reelBeeps(grid, pieces)).filter(isHeard);
  expect(heard.map(Math.round)).toEqual(expected.map(Math.round));
  heard.forEach((seconds, index) => expect(Math.abs(seconds - (expected[index] ?? 0))).toBeLessThan(SMEARED_SECONDS));
}

/** When the sound of a reel begins to beep, in seconds since the item's start. */
export async function reelBeeps(grid: Grid, pieces: ReadonlyMap<number, Buffer>): Promise<number[]> {
  const sound = await execa('ffmpeg', ['-v', 'error', '-f', 'aac', '-i', 'pipe:0', ...RAW_MONO], {
    input: Buffer.concat([...pieces].flatMap(([segment, bytes]) => readReelSegment(grid, segment, bytes).soundFrames)),
    encoding: 'buffer',
  });
  return beepsIn(sound.stdout).map((seconds) => seconds + SAMPLES_PER_SOUND_FRAME / SAMPLE_RATE);
}

function inWords({ film, picture }: BarCode): string {
  return `${film}:${picture}`;
}
