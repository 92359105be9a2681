import { expect, it } from '@jest/globals';
import { Liveness } from '../../src/reels/liveness.ts';

/** A frame, or a piece that is there. */
type Report = readonly [seconds: number, what: number | 'piece'];

/** Seconds from the start after which an ffmpeg with these reports is stalled, and after which it is hung. */
function limits(reports: readonly Report[], fromStart = false): [stalled: number, hung: number] {
  let now = 1_000_000;
  const begunAt = now;
  const liveness = new Liveness({ now: () => now, fromStart });
  for (const [seconds, what] of reports) {
    now = begunAt + seconds * 1000;
    if (what === 'piece') liveness.handedIn();
    else liveness.report({ frame: what, outTimeMs: null });
  }
  const found: number[] = [];
  for (const is of [() => liveness.isStalled, () => liveness.isHung]) {
    now = begunAt + (reports.at(-1)?.[0] ?? 0) * 1000;
    while (!is() && now < begunAt + 1_000_000) now += 100;
    found.push(Math.floor((now - begunAt) / 1000));
  }
  return [found[0] ?? 0, found[1] ?? 0];
}

/** A report of this frame each second. */
function reportsOf(frame: number, fromSecond: number, seconds: number): Report[] {
  return Array.from({ length: seconds }, (_, index) => [fromSecond + index, frame]);
}

it.each<[string, Report[], boolean, [number, number]]>([
  ['says nothing at all: the disk may spin up', [], false, [5, 20]],
  ['got on and fell silent', [[1, 5]], false, [6, 6]],
  [
    'says nothing and hands pieces in',
    [
      [4, 'piece'],
      [8, 'piece'],
    ],
    false,
    [13, 13],
  ],
  ['reports on while nothing moves: it may look for sound', [[1, 5], ...reportsOf(5, 2, 15)], false, [16, 21]],
  ['reports on without a first picture: it may decode from where it landed', reportsOf(0, 1, 50), false, [50, 60]],
  ['reads from the start of the file', reportsOf(0, 1, 590), true, [590, 600]],
])('an ffmpeg that %s is given time before it is hung', (_, reports, fromStart, expected) => {
  expect(limits(reports, fromStart)).toEqual(expected);
});
