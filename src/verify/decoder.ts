import { execa } from 'execa';
import { AppError, hasCode } from '../shared/errors.ts';
import type { TellFault } from './faults.ts';

/** Decodes a file with ffmpeg; every line that it has to say about it is a fault. */
export async function judgeDecoding(
  file: string,
  options: { ffmpegPath: string; atSeconds: number; tell: TellFault; signal?: AbortSignal | undefined },
): Promise<void> {
  const args = [
    '-nostdin', '-v', 'warning', '-xerror',
    '-i', file,
    // Pictures and sound only: data streams (timed ID3 and the like) have no decoder to please.
    '-map', '0:V?', '-map', '0:a?',
    '-fps_mode', 'passthrough',
    '-f', 'null', '-',
  ]; // prettier-ignore
  const child = execa(options.ffmpegPath, args, {
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
    buffer: false,
    ...(options.signal ? { cancelSignal: options.signal } : {}),
  });
  let lines = 0;
  for await (const line of child.iterable({ from: 'stderr' })) {
    if (line.trim() === '') continue;
    lines++;
    // Addresses of ffmpeg's objects differ at each run and say nothing.
    options.tell('decoder_warning', `ffmpeg says: ${line.replaceAll(/ @ 0x[0-9a-f]+/g, '').trim()}`, options.atSeconds);
  }
  const result = await child;
  options.signal?.throwIfAborted();
  if (hasCode(result, 'ENOENT')) {
    throw new AppError('ffmpeg_not_found', `ffmpeg not found at ${options.ffmpegPath}; install it or set its path`);
  }
  if (result.failed && lines === 0) {
    const how =
      result.exitCode === undefined ? `was ended by ${result.signal ?? 'a signal'}` : `exits with ${result.exitCode}`;
    options.tell('decoder_warning', `ffmpeg ${how} without a word`, options.atSeconds);
  }
}
