import type { Readable } from 'node:stream';
import { execa } from 'execa';
import type { AppError } from '../shared/errors.ts';
import { messageOf } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import { silentLogger } from '../shared/logger.ts';
import { endProcess, familyOf } from '../shared/process-family.ts';
import type { FFmpegErrorCause } from './failure.ts';
import { classifyFFmpegError, ffmpegFailed, ffmpegNotStarted } from './failure.ts';
import { captureFFmpegOutput, linesOf, releaseOutputAfterExit } from './output.ts';
import { setNiceness } from './priority.ts';
import type { Progress } from './progress.ts';
import { progressReader } from './progress.ts';

/** How long a process has to end by itself after SIGTERM, milliseconds. */
const GRACE_MS = 5000;
/** And after SIGKILL: one that waits for a disk that does not answer ends when that does, and nobody waits for it. */
const KILLED_MS = 1000;

export interface LaunchOptions {
  readonly ffmpegPath: string;
  /** 0 is normal priority, 19 the lowest. */
  readonly niceness?: number | undefined;
  /** Ends the process as `terminate()` does. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly cwd?: string | undefined;
  readonly logger?: Logger | undefined;
  /** Names the process in the log. */
  readonly name?: string | undefined;
}

/** How an ffmpeg ended. */
export interface FFmpegExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Its last 20 lines. */
  readonly stderr: readonly string[];
  /** Why it failed; null when it did not, or was told to end. */
  readonly cause: FFmpegErrorCause | null;
  /** The same as an error to throw: `ffmpeg_failed`, or `ffmpeg_not_found` when it could not be started. */
  readonly error: AppError | null;
}

/** One ffmpeg's lifetime. */
export interface FFmpegProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** Resolves however it ends, and never rejects; its output has been read by then. */
  readonly exited: Promise<FFmpegExit>;
  /** SIGTERM, then SIGKILL after the grace time, to what it has started, too; then it counts as ended. */
  terminate(options?: { graceMs?: number | undefined }): Promise<FFmpegExit>;
  /** Others go before it from now on. */
  lowerPriority(niceness: number): void;
}

/** Starts an ffmpeg with nothing on stdin; stderr is captured, stdout carries progress to whoever wants it. */
export function launchFFmpeg(args: readonly string[], options: LaunchOptions): FFmpegProcess {
  const { ffmpegPath, niceness, signal, onProgress, cwd, logger = silentLogger, name = 'ffmpeg' } = options;
  const progressArgs = onProgress ? ['-progress', 'pipe:1'] : [];
  const child = execa(ffmpegPath, ['-hide_banner', '-nostdin', '-nostats', ...progressArgs, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    stdin: 'ignore',
    stdout: onProgress ? 'pipe' : 'ignore',
    stderr: 'pipe',
    buffer: false,
    reject: false,
    forceKillAfterDelay: false,
  });
  const captured = captureFFmpegOutput(child.stderr, logger, name).catch((error: unknown) => [messageOf(error)]);
  const reported = onProgress && child.stdout ? reportProgress(child.stdout, onProgress, logger) : undefined;
  if (niceness !== undefined) lowerPriority(niceness);

  let told = false;
  releaseOutputAfterExit(child);
  let abandon: (exit: FFmpegExit) => void = () => {};
  const abandoned = new Promise<FFmpegExit>((resolve) => (abandon = resolve));
  const exited = Promise.race([finish(), abandoned]);

  async function finish(): Promise<FFmpegExit> {
    const [result, stderr] = await Promise.all([child, captured, reported]);
    signal?.removeEventListener('abort', onAbort);
    const ending = { exitCode: result.exitCode ?? null, signal: result.signal ?? null, stderr };
    if (child.pid === undefined)
      return { ...ending, cause: 'unknown', error: ffmpegNotStarted(ffmpegPath, result.cause) };
    if (told || ending.exitCode === 0) return { ...ending, cause: null, error: null };
    const cause = classifyFFmpegError(stderr);
    const how = ending.signal === null ? `with exit code ${ending.exitCode}` : `by ${ending.signal}`;
    return { ...ending, cause, error: ffmpegFailed(cause, how, stderr.at(-1)) };
  }

  function lowerPriority(to: number): void {
    if (child.pid === undefined) return;
    try {
      for (const pid of familyOf(child.pid)) setNiceness(pid, to);
    } catch (error) {
      // It has ended already, or the sidecar itself runs with a low priority that it may not raise.
      logger.debug({ ffmpeg: name, reason: messageOf(error) }, 'ffmpeg keeps the priority that it has');
    }
  }

  async function terminate({ graceMs = GRACE_MS }: { graceMs?: number | undefined } = {}): Promise<FFmpegExit> {
    const isRunning = child.exitCode === null && child.signalCode === null;
    if (isRunning) told = true;
    // A script that is ended does not end what it has started.
    const started = isRunning && child.pid !== undefined ? familyOf(child.pid).slice(1) : [];
    child.kill('SIGTERM');
    const ended = Promise.allSettled(started.map((pid) => endProcess(pid, { graceMs })));
    const force = setTimeout(() => child.kill('SIGKILL'), graceMs);
    const leave = setTimeout(() => {
      child.unref();
      abandon({ exitCode: null, signal: null, stderr: ['it cannot be ended'], cause: null, error: null });
    }, graceMs + KILLED_MS);
    try {
      await ended;
      return await exited;
    } finally {
      clearTimeout(force);
      clearTimeout(leave);
    }
  }

  function onAbort(): void {
    void terminate();
  }
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort, { once: true });

  return { pid: child.pid, exited, terminate, lowerPriority };
}

/** Ends a process, ours or one left over from before: SIGTERM, then SIGKILL after the grace time. */
export async function terminateProcess(
  target: number | Pick<FFmpegProcess, 'terminate'>,
  { graceMs = GRACE_MS }: { graceMs?: number | undefined } = {},
): Promise<void> {
  if (typeof target !== 'number') {
    await target.terminate({ graceMs });
    return;
  }
  await endProcess(target, { graceMs });
}

async function reportProgress(
  stdout: Readable,
  onProgress: (progress: Progress) => void,
  logger: Logger,
): Promise<void> {
  const read = progressReader();
  try {
    for await (const line of linesOf(stdout)) {
      const progress = read(line);
      if (progress) onProgress(progress);
    }
  } catch (error) {
    logger.error({ reason: messageOf(error) }, 'progress of ffmpeg could not be followed');
  }
}
