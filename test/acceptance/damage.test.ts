import { mkdtemp, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readBarCodes } from '../support/barcode.ts';
import { FILMS, type FilmName } from '../support/films.ts';
import { HlsPlayer } from '../support/hls-player.ts';
import { startInProcess } from '../support/in-process.ts';
import { faultless } from '../support/judge.ts';
import { addFilm, makeLibrary } from '../support/library.ts';
import { type Announced, playOn } from '../support/step.ts';
import { WoundClock } from '../support/wound-clock.ts';

// Everything here is real: on a busy machine it takes its time.
jest.setTimeout(180_000);

const START_MS = Date.parse('2031-05-06T07:08:09.123Z');
/** Pictures of a segment: the channels here air at 25 a second. */
const F = 25;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'damage-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a film that is cut off is shown to its end, then the card, then the next one in time', async () => {
  const own = path.join(folder, 'cut-off');
  const library = await makeLibrary(own, ['cutOff', 'mkvAt25']);
  const { player, announced } = await watchFromTheStart(own, library, 'cutOff');
  const films = await filmsShown(player, announced);
  expect(films.map(({ title }) => title)).toEqual(['c25', 'cut-off', 'c25']);
  const [, cut, next] = films;
  const real = cut?.pictures.filter(({ film }) => film === FILMS.cutOff.number) ?? [];
  // A bit more than half of its bytes are there; what follows its last whole segment is the card.
  expect(real.length).toBeGreaterThan(5 * F);
  expect(real.length % F).toBe(0);
  expectInOrder(real.map(({ picture }) => picture));
  const rest = cut?.pictures.slice(real.length) ?? [];
  expect(new Set(rest.map(({ film }) => film))).toEqual(new Set([NO_FILM]));
  expect(cut?.pictures).toHaveLength(FILMS.cutOff.seconds * F);
  expect(next?.pictures.at(0)).toEqual({ film: FILMS.mkvAt25.number, picture: 0 });
});

test('a film that is gone is the card for exactly its time', async () => {
  const own = path.join(folder, 'gone');
  const library = await makeLibrary(own, ['mkvAt25']);
  const gone = await addFilm(library, 'shortSound');
  const { player, announced } = await watchFromTheStart(own, library, 'shortSound', async () => unlink(gone));
  const films = await filmsShown(player, announced);
  expect(films.map(({ title, numbers }) => [title, numbers])).toEqual([
    ['c25', [FILMS.mkvAt25.number]],
    ['short-sound', [NO_FILM]],
    ['c25', [FILMS.mkvAt25.number]],
  ]);
  expect(films.at(1)?.pictures).toHaveLength(FILMS.shortSound.seconds * F);
  expect(films.at(2)?.pictures.at(0)?.picture).toBe(0);
});

/** What the bar code reader makes of a card. */
const NO_FILM = 0;

/** Watches the first film, the damaged one and the beginning of what follows. */
async function watchFromTheStart(
  own: string,
  library: string,
  damaged: FilmName,
  before: () => Promise<void> = async () => {},
): Promise<{ player: HlsPlayer; announced: Announced }> {
  const clock = new WoundClock(START_MS);
  await using sidecar = await startInProcess({ folder: own, library, clock });
  const channel = await sidecar.channel();
  await before();
  const announced: Announced = new Map();
  const player = new HlsPlayer().tuneTo(`${sidecar.url}/stream/${channel.id}/480p.m3u8`);
  const segments = Math.ceil(FILMS.mkvAt25.seconds) + Math.ceil(FILMS[damaged].seconds) + 2;
  await playOn(player, segments, { sidecar, channel, clock, announced });
  await faultless(await player.save(path.join(own, 'played')));
  return { player, announced };
}

/** The pictures of each programme that was seen, by its place in the schedule. */
async function filmsShown({ played }: HlsPlayer, announced: Announced) {
  const programmes = [...announced.values()].sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
  const codes = await readBarCodes(Buffer.concat(played.map(({ bytes }) => bytes)));
  const shown = programmes.map(({ start, stop, title }) => {
    const isIn = (dateMs: number) => Date.parse(start) <= dateMs && dateMs < Date.parse(stop);
    const pictures = codes.filter((_code, index) => isIn(played[Math.floor(index / F)]?.dateMs ?? 0));
    return { title, pictures, numbers: [...new Set(pictures.map(({ film }) => film))] };
  });
  return shown.filter(({ pictures }) => pictures.length > 0);
}

function expectInOrder(pictures: readonly number[]): void {
  for (const [index, picture] of pictures.entries()) {
    const last = pictures[index - 1] ?? picture - 1;
    // Its last picture is held to the end of the segment.
    expect([last, last + 1]).toContain(picture);
  }
}
