import { execa } from 'execa';
import { AppError } from '../shared/errors.ts';
import { endFamily } from '../shared/process-family.ts';
import { INSTALL_FFMPEG, ffmpegNotStarted } from './failure.ts';
import { releaseOutputAfterExit } from './output.ts';

export interface AskOptions {
  readonly ffmpegPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** What an ffmpeg prints when it is asked about itself; `ffmpeg_not_found`, `ffmpeg_failed`, or `timeout`. */
export async function askFFmpeg(args: readonly string[], options: AskOptions): Promise<string> {
  const { ffmpegPath = 'ffmpeg', signal, timeoutMs = 10_000 } = options;
  signal?.throwIfAborted();
  const child = execa(ffmpegPath, args, { stdin: 'ignore', reject: false });
  releaseOutputAfterExit(child);
  const end = (): void => void (child.pid !== undefined && endFamily(child.pid, { graceMs: 0 }).catch(() => {}));
  let hasTimedOut = false;
  const timer = setTimeout(() => {
    hasTimedOut = true;
    end();
  }, timeoutMs);
  signal?.addEventListener('abort', end);
  const answer = await child;
  clearTimeout(timer);
  signal?.removeEventListener('abort', end);
  signal?.throwIfAborted();
  if (hasTimedOut) {
    throw new AppError('timeout', `ffmpeg detection timed out after ${timeoutMs} ms; check that ${ffmpegPath} runs`);
  }
  if (answer.exitCode === undefined && answer.signal === undefined) {
    throw ffmpegNotStarted(ffmpegPath, answer.cause);
  }
  if (!answer.failed) return answer.stdout;
  const how = answer.exitCode === undefined ? `by ${answer.signal}` : `with exit code ${answer.exitCode}`;
  const said = answer.stderr.trim().split('\n').at(-1) ?? '';
  const ended = `${ffmpegPath} ${args.join(' ')} ended ${how}${said === '' ? '' : `, saying "${said}"`}`;
  throw new AppError('ffmpeg_failed', `ffmpeg failed: ${ended}; ${INSTALL_FFMPEG}`);
}
