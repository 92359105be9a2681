import { AppError } from '../shared/errors.ts';
import { askFFmpeg, type AskOptions } from './ask.ts';
import { INSTALL_FFMPEG } from './failure.ts';

/**
 * The version of an ffmpeg that starts and is new enough; `ffmpeg_not_found`, `ffmpeg_too_old`, or `ffmpeg_failed` for
 * what is none.
 */
export async function checkFFmpegInstalled(options: AskOptions = {}): Promise<string> {
  const { ffmpegPath = 'ffmpeg' } = options;
  const version = parseFFmpegVersion(await askFFmpeg(['-version'], options));
  if (version === undefined) {
    throw new AppError('ffmpeg_failed', `ffmpeg failed: ${ffmpegPath} does not say its version; ${INSTALL_FFMPEG}`);
  }
  if (isTooOld(version)) {
    throw new AppError('ffmpeg_too_old', `ffmpeg is too old: ${ffmpegPath} is version ${version}; ${INSTALL_FFMPEG}`);
  }
  return version;
}

/** The version in what `ffmpeg -version` prints, or undefined where it is none of ffmpeg's. */
export function parseFFmpegVersion(output: string): string | undefined {
  return /^ffmpeg version (\S+)/m.exec(output)?.[1];
}

/** True for a release before 5.1; builds of a commit have no such number and are taken for new. */
export function isTooOld(version: string): boolean {
  const [, major, minor] = /^n?(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (major === undefined) return false;
  return Number(major) < 5 || (Number(major) === 5 && Number(minor ?? 0) < 1);
}
