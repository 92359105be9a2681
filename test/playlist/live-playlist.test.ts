import { expect, it, test } from '@jest/globals';
import { readListedBefore } from '../../src/playlist/listed-before.ts';
import { renderLivePlaylist } from '../../src/playlist/live-playlist.ts';
import { validateMediaPlaylist } from '../../src/playlist/validate.ts';
import { createGrid } from '../../src/schedule/grid.ts';

const GRID = createGrid({ num: 24000, den: 1001 }, 2);

function segments(...numbers: number[]) {
  return numbers.map((sequence) => ({ sequence, path: `${sequence}.ts`, duration: 2.002 }));
}

/** A playlist in short: its two counts, and what it lists, "|" for a discontinuity. */
function inShort(playlist: string | undefined): string {
  if (playlist === undefined) return 'none';
  validateMediaPlaylist(playlist);
  const count = (tag: string) => new RegExp(`#EXT-X-${tag}:(\\d+)`).exec(playlist)?.[1] ?? '-';
  const listed = playlist.match(/^(?:#EXT-X-DISCONTINUITY|\d+\.ts)$/gm) ?? [];
  const words = listed.map((line) => (line.startsWith('#') ? '|' : line.replace('.ts', '')));
  return `${count('MEDIA-SEQUENCE')} ${count('DISCONTINUITY-SEQUENCE')}: ${words.join(' ')}`;
}

it.each([
  ['nothing', [], [], 'none'],
  ['what follows one another', [7, 8, 9], [], '7 -: 7 8 9'],
  ['no more than the window', [5, 6, 7, 8, 9], [], '6 -: 6 7 8 9'],
  ['nothing from before a gap', [3, 4, 8, 9], [], '8 -: 8 9'],
  ['where it began anew', [8, 9], [8], '8 -: | 8 9'],
  ['where it began anew for the third time', [20, 21], [8, 14, 20], '20 2: | 20 21'],
  ['one discontinuity in its midst', [7, 8, 9], [8], '7 -: 7 | 8 9'],
  ['one that has just left the window', [5, 6, 7, 8, 9], [5], '6 1: 6 7 8 9'],
  ['one that has left the tree', [6, 7, 8, 9], [5], '6 1: 6 7 8 9'],
])('lists %s', (_, numbers, discontinuities, expected) => {
  expect(inShort(renderLivePlaylist(GRID, segments(...numbers), 4, discontinuities))).toBe(expected);
});

test('each segment has its date on the clock', () => {
  const playlist = renderLivePlaylist(GRID, segments(881_900_000, 881_900_001), 4, []);
  expect(playlist?.match(/(?<=DATE-TIME:).*/g)).toEqual(['2025-12-12T18:23:20.000Z', '2025-12-12T18:23:22.002Z']);
});

it.each([
  ['without any', [7, 8, 9], []],
  ['with some that are listed and some that are counted', [20, 21, 22, 23], [3, 8, 20, 22]],
  ['that began anew with its newest', [8], [8]],
])('what was listed before goes on when it is read again: %s', (_, numbers, discontinuities) => {
  const before = readListedBefore(renderLivePlaylist(GRID, segments(...numbers), 4, discontinuities) ?? '');
  const last = numbers.at(-1) ?? 0;
  expect(before?.last).toBe(last);
  for (const more of [0, 1, 2, 3, 6]) {
    const later = segments(...numbers, ...Array.from({ length: more }, (__, index) => last + 1 + index));
    const render = (known: readonly number[]) => inShort(renderLivePlaylist(GRID, later, 4, known));
    expect(render(before?.discontinuities ?? [])).toBe(render(discontinuities));
  }
});

test('a playlist that lists nothing was seen by nobody', () => {
  expect(readListedBefore('#EXTM3U\n#EXT-X-VERSION:6\n')).toBeUndefined();
});
