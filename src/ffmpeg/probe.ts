import { stat } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';
import { endFamily } from '../shared/process-family.ts';
import type { MediaFacts } from './media-facts.ts';
import { pictureStream, type ProbeReport, probeReport, whyNotAFilm } from './probe-report.ts';
import { mediaFactsOf } from './probed-facts.ts';
import type { AskFfprobe } from './probe-tail.ts';
import { streamEnds } from './probe-tail.ts';

/** A disk may have to spin up. */
const TIMEOUT_MS = 20_000;
const KILL_AFTER_MS = 1000;

export interface ProbeOptions {
  readonly ffprobePath: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** What there is to know of a film before it is developed; `file_missing`, or else `probe_failed` with the reason in words. */
export async function probeFile(file: string, options: ProbeOptions): Promise<MediaFacts> {
  const { ffprobePath, signal, timeoutMs = TIMEOUT_MS } = options;
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
    throw await explained(error, file, options);
  }
}

/**
 * What tells a film's file from any other, and from what it was before it changed. Undefined for one that cannot be
 * opened or is no film, also where it does not answer in time.
 */
export async function markOf(
  file: string,
  { ffprobePath, timeoutMs = 5000 }: ProbeOptions,
): Promise<string | undefined> {
  const resolved = path.resolve(file);
  const ask = asker(resolved, ffprobePath, AbortSignal.timeout(timeoutMs));
  try {
    await ask(['-show_entries', 'format=format_name']);
    // Its disk has just answered.
    const { size, mtimeMs } = await stat(resolved);
    return `${size} ${mtimeMs}`;
  } catch {
    return undefined;
  }
}

function asker(file: string, ffprobePath: string, cancelSignal: AbortSignal): AskFfprobe {
  return async (options) => {
    const child = execa(ffprobePath, ['-v', 'error', ...options, '-i', file], {
      cancelSignal,
      stdin: 'ignore',
      forceKillAfterDelay: KILL_AFTER_MS,
    });
    // One that waits for a disk that does not answer cannot be ended: nobody waits for it.
    let leave: () => void = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => void setTimeout(() => reject(cancelSignal.reason), 2 * KILL_AFTER_MS).unref();
    });
    const onAbort = (): void => {
      leave();
      // Where it is a script, the real one is ended with it.
      if (child.pid !== undefined) void endFamily(child.pid, { graceMs: KILL_AFTER_MS }).catch(() => {});
    };
    cancelSignal.addEventListener('abort', onAbort);
    try {
      return (await Promise.race([child, left])).stdout;
    } finally {
      cancelSignal.removeEventListener('abort', onAbort);
    }
  };
}

function parseReport(file: string, text: string): ProbeReport {
  const report = probeReport.safeParse(JSON.parse(text));
  if (!report.success) throw failed(file, 'ffprobe does not recognise it', report.error);
  return report.data;
}

async function explained(error: unknown, file: string, options: ProbeOptions): Promise<unknown> {
  const { ffprobePath, timeoutMs = TIMEOUT_MS } = options;
  if (error instanceof AppError) return error;
  if (hasCode(error, 'ENOENT'))
    return new AppError('ffmpeg_not_found', `ffprobe not found at ${ffprobePath}; install ffmpeg or set FFPROBE_PATH`, {
      cause: error,
    });
  if ((isExit(error) && error.isCanceled) || isTimeout(error))
    return new AppError('timeout', `cannot air ${file}: ffprobe did not answer within ${timeoutMs / 1000} s`, {
      cause: error,
    });
  if (!isExit(error)) return failed(file, messageOf(error), error);
  // Its disk has just answered: asked here, a file on one that does not would keep others waiting.
  const reason = await whyUnreadable(file);
  if (reason === MISSING) return new AppError('file_missing', `cannot air ${file}: ${MISSING}`, { cause: error });
  return failed(file, reason ?? (lastLine(error.stderr, file) || 'ffprobe cannot read it'), error);
}

const MISSING = 'the file is gone';

/** What the file system says that ffprobe does not. */
async function whyUnreadable(file: string): Promise<string | undefined> {
  try {
    return (await stat(file)).size === 0 ? 'the file is empty' : undefined;
  } catch (error) {
    return hasCode(error, 'ENOENT') ? MISSING : `it cannot be opened (${messageOf(error)})`;
  }
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

function isTimeout(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
}
