import { AppError, messageOf } from '../shared/errors.ts';

const CAUSES = {
  'disk full': {
    said: [/no space left on device/i, /disk quota exceeded/i],
    advice: 'make room on the disk',
  },
  'out of memory': {
    said: [/cannot allocate memory/i, /out.of.memory/i],
    advice: 'give the machine more memory, or air fewer qualities',
  },
  'not writable': {
    // Of its output ffmpeg says later on, as of a film, that there is no such file.
    said: [
      /the reels folder takes nothing in/,
      /\bhls\b.* failed to (open|rename) file/i,
      /could not write header.*(no such file|permission denied)/i,
    ],
    advice: 'see that the reels folder is there and may be written; it is tried again by itself',
  },
  'no such encoder': {
    said: [/unknown encoder/i, /encoder\b.* not found/i],
    advice: 'choose another hardware acceleration, or install an ffmpeg that has the encoder',
  },
  'device lost': {
    said: [
      /cannot load lib(cuda|nvidia)/i,
      /no nvenc capable devices/i,
      /openencodesessionex failed/i,
      /cuda_error/i,
      /device creation failed/i,
      /no va display/i,
      /vaapi (connection|device)/i,
      /mfx session/i,
      /no such device/i,
      /gpu hang/i,
    ],
    advice: 'check the graphics device and its driver, or choose another hardware acceleration',
  },
  'missing file': {
    // Of an output it says the same, after these words.
    said: [/^(?!.*(could not write|failed to open)).*: no such file or directory/i],
    advice: 'check that the file is still there',
  },
  unreadable: {
    said: [/permission denied/i, /operation not permitted/i, /input\/output error/i, /is a directory/i, /stale file/i],
    advice: 'check that the sidecar may read the file and that its disk is well',
  },
  corrupt: {
    said: [
      /invalid data found/i,
      /moov atom not found/i,
      /header parsing failed/i,
      /error while decoding/i,
      /could not find codec parameters/i,
      /matches no streams/i,
      /does not contain any stream/i,
    ],
    advice: 'the file is damaged or is no film; replace it',
  },
  unknown: { said: [], advice: 'its words are in the log' },
} as const satisfies Record<string, { said: readonly RegExp[]; advice: string }>;

/** Why an ffmpeg failed. */
export type FFmpegErrorCause = keyof typeof CAUSES;

// What ends a run stands before what a run can survive: a film with broken pictures may still meet a full disk.
const BY_PRIORITY = [
  'disk full',
  'out of memory',
  'not writable',
  'no such encoder',
  'device lost',
  'missing file',
  'unreadable',
  'corrupt',
] as const satisfies readonly FFmpegErrorCause[];

/** Why an ffmpeg failed, as far as its words tell. */
export function classifyFFmpegError(lines: readonly string[]): FFmpegErrorCause {
  const said = (cause: FFmpegErrorCause) =>
    CAUSES[cause].said.some((pattern) => lines.some((line) => pattern.test(line)));
  return BY_PRIORITY.find(said) ?? 'unknown';
}

/** Of its last lines the one that tells the cause; where none does, the very last. */
export function lineAbout(cause: FFmpegErrorCause, lines: readonly string[]): string {
  return lines.findLast((line) => CAUSES[cause].said.some((pattern) => pattern.test(line))) ?? lines.at(-1) ?? '';
}

/** What a run says whose pieces have no place to go to. */
export function notWritable(error: unknown): string {
  return `the reels folder takes nothing in: ${messageOf(error)}`;
}

/** What a user can do about it. */
export function adviceOn(cause: FFmpegErrorCause): string {
  return CAUSES[cause].advice;
}

/** `ffmpeg_failed` with cause, last words and what to do. */
export function ffmpegFailed(cause: FFmpegErrorCause, ended: string, lastLine: string | undefined): AppError {
  const words = lastLine === undefined ? '' : `, saying "${lastLine}"`;
  return new AppError('ffmpeg_failed', `ffmpeg failed (${cause}): it ended ${ended}${words}; ${CAUSES[cause].advice}`);
}

/** `ffmpeg_not_found` for a program that cannot be started. */
export function ffmpegNotStarted(ffmpegPath: string, cause: unknown): AppError {
  const message = `ffmpeg not found in PATH: ${ffmpegPath} cannot be started (${messageOf(cause)}); ${INSTALL_FFMPEG}`;
  return new AppError('ffmpeg_not_found', message, { cause });
}

export const INSTALL_FFMPEG = 'install ffmpeg 5.1 or newer, or set SIDECAST_FFMPEG_PATH';
