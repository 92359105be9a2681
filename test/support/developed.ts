import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { v4 as uuid } from 'uuid';
import type { MediaFacts } from '../../src/ffmpeg/media-facts.ts';
import { canToneMap } from '../../src/ffmpeg/filters.ts';
import { probeFile } from '../../src/ffmpeg/probe.ts';
import { itemJob, type ReelJob } from '../../src/reels/reel-job.ts';
import { runLauncher } from '../../src/reels/launch-run.ts';
import { type LaunchRun, Run, type RunOutcome } from '../../src/reels/run.ts';
import type { RunRange } from '../../src/reels/run-command.ts';
import type { Grid } from '../../src/schedule/grid.ts';
import { silentLogger } from '../../src/shared/logger.ts';
import { FILMS, filmFile, type FilmName } from './films.ts';

/** Real ffmpeg, as the sidecar starts it. */
export const launch = runLauncher('ffmpeg', silentLogger);

const facts = new Map<FilmName, Promise<MediaFacts>>();
const toneMaps = canToneMap('ffmpeg');

/** What the probe finds in a film. */
export async function filmFacts(name: FilmName): Promise<MediaFacts> {
  const known = facts.get(name) ?? filmFile(name).then((file) => probeFile(file, { ffprobePath: 'ffprobe' }));
  facts.set(name, known);
  return known;
}

/** The job that develops a film in 480p. */
export async function filmJob(name: FilmName, grid: Grid): Promise<ReelJob> {
  const file = await filmFile(name);
  const { size, mtimeMs } = await stat(file);
  const item = {
    id: name,
    path: file,
    title: FILMS[name].fileName,
    sizeBytes: size,
    modifiedMs: mtimeMs,
    facts: await filmFacts(name),
  };
  return itemJob(item, { grid, quality: '480p', encoder: 'none' }, { audioLanguages: [], canToneMap: await toneMaps });
}

export interface Developed {
  /** Whole pieces by their number. */
  readonly pieces: ReadonlyMap<number, Buffer>;
  readonly outcome: RunOutcome;
}

/** Develops a range by a run of its own. */
export async function develop(
  job: ReelJob,
  range: RunRange,
  { preset = 'superfast', launch: start = launch }: { preset?: string; launch?: LaunchRun } = {},
): Promise<Developed> {
  const pieces = new Map<number, Buffer>();
  const folder = path.join(tmpdir(), `run-${uuid()}`);
  const take = async (reelSegment: number, file: string) => void pieces.set(reelSegment, await readFile(file));
  const run = new Run({ job, range, preset, niceness: 0, folder, launch: start, now: () => performance.now(), take });
  return { outcome: await run.finished, pieces };
}

/** The same as `develop`, once more from the start of the file where the seek landed too late. */
export async function developAnyway(job: ReelJob, range: RunRange): Promise<Developed> {
  const first = await develop(job, range);
  return first.pieces.size > 0 ? first : develop(job, { ...range, fromStart: true });
}

/** Pieces one after another. */
export function joined(pieces: ReadonlyMap<number, Buffer>): Buffer {
  return Buffer.concat([...pieces].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
}
