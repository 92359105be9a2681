import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TUNE_IN_PRESET } from '../../src/reels/developer.ts';
import { jobOf, PRESET, runBare } from './bare.mjs';
import { fetchFirstSegment } from './client.mjs';
import { removeFolder } from './cleanup.mjs';
import { ffmpeg } from './ffmpeg.mjs';
import { DEFAULT_PROBE, difference, hlsUrl, playFirstFrame, SMALL_PICTURE, SMALL_PROBE, tsUrl } from './player.mjs';
import { say } from './say.mjs';
import { freshFolders, reelSegmentOf, removeFolders, startSidecar } from './sidecar.mjs';
import { criterion, median, row } from './stats.mjs';

/** `bound`: times what bare ffmpeg needs; without one it is printed for comparison, from fewer rounds. */
const CASES = [
  { name: 'HLS', urlOf: hlsUrl, probe: DEFAULT_PROBE, segmentSeconds: 2, bound: 1.3 },
  { name: 'TS, small probe', urlOf: tsUrl, probe: SMALL_PROBE, segmentSeconds: 2, bound: 1.3 },
  { name: 'TS, default probe', urlOf: tsUrl, probe: DEFAULT_PROBE, segmentSeconds: 2 },
  { name: 'HLS', urlOf: hlsUrl, probe: DEFAULT_PROBE, segmentSeconds: 1, bound: 1.3 },
  { name: 'TS, small probe', urlOf: tsUrl, probe: SMALL_PROBE, segmentSeconds: 1, bound: 1.3 },
  { name: 'TS, default probe', urlOf: tsUrl, probe: DEFAULT_PROBE, segmentSeconds: 1 },
];
const ROUNDS_FOR_COMPARISON = 3;
/** A machine that has rested is slower at first: whatever is compared begins after the same rest. */
const REST_MS = 4000;
/** The same pictures from the same encoder; a card is further away than this. */
const SAME_PICTURE = 4;

/** Tune-ins with nothing on disk, each followed by bare ffmpeg making the same segment. */
export async function measureCold({ rounds, films, folder }) {
  const seen = new Map(CASES.map((each) => [each, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [each, results] of seen) {
      if (each.bound === undefined && round >= ROUNDS_FOR_COMPARISON) continue;
      results.push(await oneRound(each, films.long, path.join(folder, 'bare')));
      say('.');
    }
  }
  say('\n');
  const figures = (name) => (result) => result[name];
  const rows = [...seen].flatMap(([each, results]) => [
    row(`${label(each)}: GET to first frame of the item`, results.map(figures('frameMs'))),
    row('  GET to the whole segment at a client', results.map(figures('segmentMs'))),
    row('  bare ffmpeg to the same piece', results.map(figures('bareMs'))),
    row('  bare ffmpeg to its end', results.map(figures('bareExitMs'))),
    row(`  bare ffmpeg to the piece with ${PRESET}, as all that follow`, results.map(figures('laterMs'))),
    row(
      '  first frame against bare, pair by pair',
      results.map(({ frameMs, bareMs }) => frameMs / bareMs),
      '×',
    ),
    row(
      '  whole segment against bare, pair by pair',
      results.map(({ segmentMs, bareMs }) => segmentMs / bareMs),
      '×',
    ),
  ]);
  const criteria = [...seen].flatMap(([each, results]) => {
    if (each.bound === undefined) return [];
    // Pair by pair: the machine's own pace changes from one minute to the next.
    const ratio = median(results.map(({ frameMs, bareMs }) => frameMs / bareMs));
    return [criterion(`cold tune-in, ${label(each)}, against bare ffmpeg`, ratio, each.bound)];
  });
  const startMs = [...seen.values()].flat().map(figures('startMs'));
  return { rows: [...rows, row('the player from its start to its GET (not counted)', startMs)], criteria };
}

function label({ name, segmentSeconds }) {
  return `${name}, segments of ${segmentSeconds} s`;
}

async function oneRound({ urlOf, probe, segmentSeconds }, film, bareFolder) {
  const folders = await freshFolders();
  const sidecar = await startSidecar({ library: film.library, folders, segmentSeconds });
  await delay(REST_MS);
  let observed;
  const played = await playFirstFrame(urlOf(sidecar), probe, () => {
    observed = fetchFirstSegment(hlsUrl(sidecar));
  });
  const { number, segmentMs } = await observed;
  const reelSegment = await reelSegmentOf(sidecar, number);
  const log = sidecar.log();
  await sidecar.stop();
  await removeFolders(folders);

  const job = await jobOf(film.file, segmentSeconds);
  await delay(REST_MS);
  const bare = await runBare(job, reelSegment, reelSegment + 1, bareFolder, TUNE_IN_PRESET);
  const expected = await ffmpeg(['-i', bare.piece, ...SMALL_PICTURE, 'pipe:1']);
  await removeFolder(bareFolder);
  const unlike = difference(played.picture, expected);
  if (unlike > SAME_PICTURE || log.includes('shows its card')) {
    throw new Error(
      `the first picture is not that of segment ${reelSegment} of the film (${unlike.toFixed(1)}): ${log}`,
    );
  }
  await delay(REST_MS);
  const later = await runBare(job, reelSegment, reelSegment + 1, bareFolder);
  await removeFolder(bareFolder);
  return { ...played, segmentMs, bareMs: bare.pieceMs, bareExitMs: bare.exitMs, laterMs: later.pieceMs };
}
