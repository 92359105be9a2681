import path from 'node:path';
import { buildHLSCommand, type FFmpegCommand } from '../ffmpeg/hls-command.ts';
import type { ReelSource } from '../ffmpeg/reel-args.ts';
import { segmentDuration } from '../schedule/grid.ts';
import type { ReelJob } from './reel-job.ts';

/** Seconds before the wanted picture at which an input is opened. */
const SEEK_BACK_SECONDS = 0.5;
/** The same where a seek may land seconds late, as in MPEG-TS. */
const SEEK_BACK_WITHOUT_INDEX_SECONDS = 12;
/** Shorter than any segment: the muxer cuts at every key picture. */
const CUT_AT_EVERY_KEY_SECONDS = 0.1;

/** Reel segments [from, until) of a job. */
export interface RunRange {
  readonly from: number;
  readonly until: number;
  /** Reads the whole file up to there: for inputs that seek badly. */
  readonly fromStart?: boolean;
  /** Leaves the sound out: for the places where ffmpeg cannot follow it. */
  readonly withoutSound?: boolean;
}

/** The command of a run whose pieces go into `folder`. */
export function runCommand(job: ReelJob, range: RunRange, folder: string, preset: string): FFmpegCommand {
  const { grid, quality, encoder } = job.format;
  const back = job.seekable ? SEEK_BACK_SECONDS : SEEK_BACK_WITHOUT_INDEX_SECONDS;
  const { kind } = job.source;
  const seeks = kind === 'film' && range.fromStart !== true;
  const source: ReelSource =
    kind === 'film' && range.withoutSound === true ? { ...job.source, sound: null } : job.source;
  return buildHLSCommand({
    inputFile: job.inputFile,
    outputPath: path.join(folder, 'run.m3u8'),
    quality,
    hardwareAccel: encoder,
    seekSeconds: seeks ? Math.max(0, range.from * segmentDuration(grid) - back) : 0,
    segmentDuration: CUT_AT_EVERY_KEY_SECONDS,
    playlistSize: range.until - range.from,
    reel: { grid, fromSegment: range.from, untilSegment: range.until, preset, source },
  });
}
