import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { jobOf, runBare } from './bare.mjs';
import { row } from './stats.mjs';
import { createGrid } from '../../src/schedule/grid.ts';
import { readReelSegment } from '../../src/splice/reel-segment.ts';
import { soundSlotsOf } from '../../src/splice/slots.ts';
import { spliceSegment } from '../../src/splice/splice-segment.ts';

const SEGMENT_SECONDS = 2;
const GRID = createGrid({ num: 24, den: 1 }, SEGMENT_SECONDS);
const WARM_UP = 100;
const BATCHES = 7;
const BATCH = 100;
/** Any time of day will do. */
const FIRST_SEGMENT = 881_900_000;

/** What it costs to put a developed segment of 1080p on air. */
export async function measureSplice({ films, folder }) {
  const job = await jobOf(films.long.file, SEGMENT_SECONDS);
  const { piece } = await runBare(job, 3, 4, path.join(folder, 'bare'));
  const bytes = await readFile(piece);
  const airing = {
    channelId: 'bench',
    startSegment: FIRST_SEGMENT - 3,
    stopSegment: FIRST_SEGMENT + 1e6,
    reelStart: 0,
  };
  const read = () => readReelSegment(GRID, 3, bytes);
  const reel = read();
  const splice = (segment) =>
    spliceSegment(GRID, segment, { ...reel, slots: soundSlotsOf(GRID, segment, airing, undefined) });
  const both = (segment) =>
    spliceSegment(GRID, segment, { ...read(), slots: soundSlotsOf(GRID, segment, airing, undefined) });
  const bothMs = cpuMsOf(both);
  const megabytes = both(FIRST_SEGMENT).length / 1e6;
  return {
    rows: [
      row('reading and checking a segment', cpuMsOf(read), 'ms CPU'),
      row('splicing it', cpuMsOf(splice), 'ms CPU'),
      row('both', bothMs, 'ms CPU'),
      row('the segment', [megabytes], 'MB'),
      row(
        'both, by size',
        bothMs.map((ms) => (megabytes * 1000) / ms),
        'MB per CPU second',
      ),
    ],
    criteria: [],
  };
}

/** Milliseconds of processor time for each call, from several batches. */
function cpuMsOf(action) {
  for (let call = 0; call < WARM_UP; call++) action(FIRST_SEGMENT + call);
  return Array.from({ length: BATCHES }, () => {
    const before = process.cpuUsage();
    for (let call = 0; call < BATCH; call++) action(FIRST_SEGMENT + call);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 / BATCH;
  });
}
