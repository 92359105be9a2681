import type { ErrorCode } from '../shared/errors.ts';
import { AppError } from '../shared/errors.ts';

/** What the process tells the shell. */
export const EXIT = { fine: 0, failed: 1, usage: 2, missing: 3 } as const;

/** What each exit code means, as the help and the README say it. */
export const EXIT_MEANINGS: readonly (readonly [number, string])[] = [
  [EXIT.fine, 'done, or stopped in order'],
  [EXIT.failed, 'something failed, verify found faults, or doctor something wrong'],
  [EXIT.usage, 'the command line or a setting is wrong'],
  [EXIT.missing, 'something needed is missing: ffmpeg, a folder to write to, a free port, a data folder not in use'],
];

const EXIT_OF_ERROR: Partial<Record<ErrorCode, number>> = {
  invalid_settings: EXIT.usage,
  invalid_body: EXIT.usage,
  ffmpeg_not_found: EXIT.missing,
  ffmpeg_too_old: EXIT.missing,
  folder_not_writable: EXIT.missing,
  port_in_use: EXIT.missing,
  data_folder_in_use: EXIT.missing,
};

export function exitCodeOf(error: unknown): number {
  return (error instanceof AppError ? EXIT_OF_ERROR[error.code] : undefined) ?? EXIT.failed;
}
