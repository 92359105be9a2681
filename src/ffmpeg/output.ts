import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { hasCode } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';

const LINES_KEPT = 20;
/** How long output may come after a process has gone. */
const DRAIN_MS = 500;
/** A broken film can complain about every picture; the first complaints say it. */
const WARNINGS_SHOWN = 5;
const COMPLAINT = /\b(error|failed|fail|invalid|cannot|could not|unable|unknown|denied|no such|no space|not found)\b/i;

/** Logs what an ffmpeg says until it falls silent, complaints as warnings; the answer is its last 20 lines. */
export async function captureFFmpegOutput(stderr: Readable, logger: Logger, name: string): Promise<string[]> {
  const kept: string[] = [];
  let warnings = 0;
  for await (const line of linesOf(stderr)) {
    if (line.trim() === '') continue;
    if (kept.push(line) > LINES_KEPT) kept.shift();
    if (COMPLAINT.test(line) && ++warnings <= WARNINGS_SHOWN) logger.warn({ ffmpeg: name }, line);
    else logger.debug({ ffmpeg: name }, line);
  }
  return kept;
}

/** The lines of a stream as they come; `\r` ends one too. A stream that is destroyed has simply ended. */
export async function* linesOf(stream: Readable): AsyncGenerator<string, void, undefined> {
  stream.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split(/\r\n|\n|\r/);
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (!hasCode(error, 'ERR_STREAM_PREMATURE_CLOSE')) throw error;
  }
  if (rest !== '') yield rest;
}

/** Lets go of a process's output soon after it has gone: something it started may hold the pipe for long. */
export function releaseOutputAfterExit(child: Pick<ChildProcess, 'once' | 'stdout' | 'stderr'>): void {
  child.once('exit', () => {
    const release = setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, DRAIN_MS);
    child.once('close', () => clearTimeout(release));
  });
}
