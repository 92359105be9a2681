import { stat } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';
import type { MediaFacts } from './media-facts.ts';
import type { ProbeReport } from './probe-report.ts';
import { mediaFactsOf, pictureStream, probeReport, whyNotAFilm } from './probe-report.ts';
import type { AskFfprobe } from './probe-tail.ts';
import { streamEnds } from './probe-tail.ts';

export interface ProbeOptions {
  readonly ffprobePath: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** What there is to know of a film before it is developed, or `probe_failed` with the reason in words. */
export async function probeFile(file: string, options: ProbeOptions): Promise<MediaFacts> {
  const { ffprobePath, signal, timeoutMs = 20_000 } = options;
  await refuseEmpty(file);
  const ask = asker(
    path.resolve(file),
    ffprobePath,
    AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
  );
  try {
    const report = parseReport(file, await ask(['-show_format', '-show_streams', '-of', 'json']));
    const picture = pictureStream(report);
    const reason = whyNotAFilm(report);
    if (reason !== undefined || picture === undefined) throw failed(file, reason ?? 'it has no moving picture');
    const facts = mediaFactsOf(report, picture, await streamEnds(report, picture, ask));
    if (!(facts.durationMs > 0)) throw failed(file, 'it holds no pictures');
    return facts;
  } catch (error) {
    signal?.throwIfAborted();
    throw explained(error, file, options);
  }
}

function asker(file: string, ffprobePath: string, cancelSignal: AbortSignal): AskFfprobe {
  return async (options) => {
    const child = execa(ffprobePath, ['-v', 'error', ...options, '-i', file], {
      cancelSignal,
      stdin: 'ignore',
      forceKillAfterDelay: 1000,
    });
    return (await child).stdout;
  };
}

async function refuseEmpty(file: string): Promise<void> {
  const { size } = await stat(file).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) throw failed(file, 'the file is gone', error);
    throw failed(file, `it cannot be opened (${messageOf(error)})`, error);
  });
  if (size === 0) throw failed(file, 'the file is empty');
}

function parseReport(file: string, text: string): ProbeReport {
  const report = probeReport.safeParse(JSON.parse(text));
  if (!report.success) throw failed(file, 'ffprobe does not recognise it', report.error);
  return report.data;
}

function explained(error: unknown, file: string, { ffprobePath, timeoutMs = 20_000 }: ProbeOptions): unknown {
  if (error instanceof AppError) return error;
  if (hasCode(error, 'ENOENT'))
    return new AppError('ffmpeg_not_found', `ffprobe not found at ${ffprobePath}; install ffmpeg or set FFPROBE_PATH`, {
      cause: error,
    });
  if (isExit(error) && error.isCanceled)
    return failed(file, `ffprobe did not answer within ${timeoutMs / 1000} s`, error);
  if (isExit(error)) return failed(file, lastLine(error.stderr, file) || 'ffprobe cannot read it', error);
  return failed(file, messageOf(error), error);
}

/** ffprobe's last word, without the path that we say ourselves. */
function lastLine(stderr: string, file: string): string {
  return (stderr.trim().split('\n').at(-1) ?? '').replace(`${path.resolve(file)}: `, '');
}

function failed(file: string, reason: string, cause?: unknown): AppError {
  return new AppError('probe_failed', `cannot air ${file}: ${reason}`, { cause });
}

interface ChildExit {
  readonly stdout: string;
  readonly stderr: string;
  readonly isCanceled: boolean;
}

function isExit(error: unknown): error is ChildExit {
  return (
    typeof error === 'object' &&
    error !== null &&
    'isCanceled' in error &&
    'stdout' in error &&
    typeof error.stdout === 'string'
  );
}
