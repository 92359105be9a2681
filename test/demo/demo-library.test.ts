import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from '@jest/globals';
import { fileOf, makeDemoLibrary } from '../../src/demo/demo-library.ts';
import type { DemoFilm } from '../../src/demo/films.ts';
import { DEMO_FILMS } from '../../src/demo/films.ts';
import { silentLogger } from '../../src/shared/logger.ts';

let directory = '';

beforeEach(async () => {
  directory = path.join(await mkdtemp(path.join(tmpdir(), 'demo-')), 'demo');
});

const short = DEMO_FILMS.map((film): DemoFilm => ({ ...film, seconds: 0.2 }));

async function make(
  films: readonly DemoFilm[],
  given: { ffmpegPath?: string; signal?: AbortSignal } = {},
): Promise<string[]> {
  const made: string[] = [];
  const logger = { ...silentLogger, info: (_: object, sentence: string) => made.push(sentence) };
  await makeDemoLibrary({
    directory,
    ffmpegPath: 'ffmpeg',
    signal: new AbortController().signal,
    logger,
    films,
    ...given,
  });
  return made;
}

const filesThere = async () =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .toSorted();

test('every film of the demo can be made, and nothing else is left', async () => {
  expect(await make(short)).toHaveLength(DEMO_FILMS.length);
  expect(await filesThere()).toEqual(DEMO_FILMS.map(fileOf).toSorted());
  expect(await readdir(directory)).toEqual(expect.not.arrayContaining(['.making']));
});

test('what is there is kept, what an interruption left over is not', async () => {
  const [first, second] = short;
  if (!first || !second) throw new Error('the demo has no films');
  const kept = path.join(directory, fileOf(first));
  await mkdir(path.dirname(kept), { recursive: true });
  await writeFile(kept, 'whole');
  await mkdir(path.join(directory, '.making'));
  await writeFile(path.join(directory, '.making', path.basename(fileOf(second))), 'half');
  expect(await make([first, second])).toEqual([`Made “${second.title}” of the demo library`]);
  expect(await readFile(kept, 'utf8')).toBe('whole');
  expect(await filesThere()).toEqual([fileOf(first), fileOf(second)].toSorted());
});

test('aborted, it ends its ffmpeg and leaves no part of a film', async () => {
  const aborting = new AbortController();
  const endless = short.map((film) => ({ ...film, seconds: 1e6 }));
  const making = make(endless, { signal: aborting.signal });
  while (!(await filesThere().catch(() => [])).some((file) => file.startsWith('.making'))) await nextTurn();
  aborting.abort();
  expect(await making).toEqual([]);
  expect(await filesThere()).toEqual([]);
});

test('a failing ffmpeg is told by its own words', async () => {
  const wrong = short.map((film) => ({ ...film, picture: 'nosuchsource' }));
  await expect(make(wrong)).rejects.toMatchObject({
    code: 'ffmpeg_failed',
    message: expect.stringContaining("No such filter: 'nosuchsource'"),
  });
});

test('the first of each show comes first, and every show has two or three', () => {
  const shows = new Set(DEMO_FILMS.map(({ show }) => show));
  expect(DEMO_FILMS.slice(0, shows.size).map(({ show }) => show)).toEqual([...shows]);
  for (const show of shows) {
    const episodes = DEMO_FILMS.filter((film) => film.show === show).map(({ episode }) => episode);
    expect([
      [1, 2],
      [1, 2, 3],
    ]).toContainEqual(episodes);
  }
});

test.each(DEMO_FILMS.map((film) => [film.title, film] as const))('“%s” is short and small', (_, film) => {
  expect(film.seconds).toBeGreaterThanOrEqual(12);
  expect(film.seconds).toBeLessThanOrEqual(30);
  for (const [, width, height] of film.picture.matchAll(/[=,](\d+)[x:](\d+)/g)) {
    expect(Number(width)).toBeLessThanOrEqual(1280);
    expect(Number(height)).toBeLessThanOrEqual(720);
  }
});

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
