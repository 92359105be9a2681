import path from 'node:path';
import { v4 as uuid } from 'uuid';
import { ENCODERS, type EncoderFamily } from '../ffmpeg/encoders.ts';
import { classifyFFmpegError, lineAbout } from '../ffmpeg/failure.ts';
import { QUALITY_480P, type Quality } from '../ffmpeg/quality.ts';
import { processorSeconds } from '../ffmpeg/processor-time.ts';
import { DEFAULT_FRAME_RATE } from '../schedule/frame-rate.ts';
import { createGrid, segmentDuration } from '../schedule/grid.ts';
import type { Logger } from '../shared/logger.ts';
import type { Cost } from './cost.ts';
import { type ReelFormat, testJob } from './reel-job.ts';
import { RunMeter } from './run-meter.ts';
import { type LaunchRun, Run } from './run.ts';

/** A quality is a tuner's when it is developed this many times faster than it is watched. */
const COMFORTABLE_SPEED = 1.5;
/** Long enough that starting ffmpeg does not count. */
const MEASURED_SEGMENTS = 3;
/** One would not show whether they join: pictures and sound of two must be cut in the same place. */
const PROVEN_SEGMENTS = 2;
/** An encoder that takes longer than this hangs, or is far too slow. */
const PATIENCE_MS = 30_000;

export type OnCost = (format: ReelFormat, cost: Cost) => void;

export interface MachineTools {
  readonly launch: LaunchRun;
  readonly preset: string;
  /** Each run makes a folder in it, and removes it again. */
  readonly runsDirectory: string;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  readonly patienceMs?: number;
  /** What a second of a test picture has cost. */
  readonly onCost?: OnCost;
  /** Ends what is being measured, which then rejects. */
  readonly signal?: AbortSignal;
}

/** Develops real reel segments; how many times faster than real time, or why it cannot. */
export async function measureSpeed(
  quality: Quality,
  encoder: EncoderFamily,
  segments: number,
  tools: MachineTools,
): Promise<{ readonly speed: number } | { readonly problem: string }> {
  const format: ReelFormat = { grid: createGrid(DEFAULT_FRAME_RATE, 2), quality, encoder };
  const { now, onCost, signal } = tools;
  signal?.throwIfAborted();
  const secondsPerPiece = segmentDuration(format.grid);
  const startedAt = now();
  const meter = new RunMeter({ pid: () => run.pid, processorSeconds, now, secondsPerPiece });
  const run: Run = new Run({
    ...tools,
    job: testJob(format, segments),
    range: { from: 0, until: segments },
    niceness: 0,
    folder: path.join(tools.runsDirectory, uuid()),
    take: () => meter.count(),
  });
  const timer = setTimeout(() => void run.end('hung'), tools.patienceMs ?? PATIENCE_MS);
  const stop = () => void run.end('unwanted');
  signal?.addEventListener('abort', stop);
  const outcome = await run.finished;
  signal?.removeEventListener('abort', stop);
  clearTimeout(timer);
  signal?.throwIfAborted();
  if (outcome.taken < segments) {
    const { lines } = outcome;
    return { problem: outcome.problem ?? (lineAbout(classifyFFmpegError(lines), lines) || 'it wrote nothing') };
  }
  if (meter.cost !== undefined) onCost?.(format, meter.cost);
  return { speed: (segments * secondsPerPiece * 1000) / Math.max(1, now() - startedAt) };
}

/** The encoders among these that developed whole reel segments here, just now. */
export async function provenEncoders(
  listed: readonly EncoderFamily[],
  tools: MachineTools & { readonly logger: Logger },
): Promise<EncoderFamily[]> {
  // All at once: each has its device, and players of a sidecar that starts anew are waiting.
  const results = await Promise.all(
    listed.map(async (encoder) => ({
      encoder,
      ...(await measureSpeed(QUALITY_480P, encoder, PROVEN_SEGMENTS, tools)),
    })),
  );
  for (const { encoder, ...result } of results) {
    if ('speed' in result) continue;
    const { problem } = result;
    tools.logger.info({ encoder, problem }, `${ENCODERS[encoder].codec} is listed but does not work here`);
  }
  return results.filter((result) => 'speed' in result).map(({ encoder }) => encoder);
}

/** The highest of these qualities that the machine develops comfortably; the lowest where it manages none. */
export async function measureTunerQuality(
  qualities: readonly Quality[],
  encoder: EncoderFamily,
  tools: MachineTools & { readonly logger: Logger },
): Promise<Quality> {
  for (const quality of qualities) {
    const result = await measureSpeed(quality, encoder, MEASURED_SEGMENTS, tools);
    const speed = 'speed' in result ? result.speed : 0;
    tools.logger.info({ quality, speed }, `this machine develops ${quality} at ${speed.toFixed(1)} × real time`);
    if (speed >= COMFORTABLE_SPEED) return quality;
  }
  return qualities.at(-1) ?? QUALITY_480P;
}
