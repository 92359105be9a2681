import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../shared/errors.ts';
import { INSTALL_FFMPEG } from './failure.ts';
import { checkFFmpegInstalled } from './version.ts';

/** The programs that develop and probe. */
export interface FFmpegPrograms {
  readonly ffmpegPath: string;
  readonly ffprobePath: string;
  /** As ffmpeg says it: `7.1`, `5.1.9-0+deb12u1`, `N-12345-gabc`. */
  readonly version: string;
}

export interface LocateOptions {
  readonly ffmpegPath?: string | undefined;
  readonly ffprobePath?: string | undefined;
  readonly env?: { readonly PATH?: string | undefined };
  /** Where to look besides PATH. */
  readonly folders?: readonly string[];
  readonly timeoutMs?: number;
}

const KNOWN_FOLDERS = [
  '/usr/lib/jellyfin-ffmpeg',
  '/usr/share/jellyfin-ffmpeg',
  '/opt/homebrew/bin',
  '/usr/local/bin',
  '/usr/bin',
  '/Applications/Jellyfin.app/Contents/MacOS',
];

/** The first ffmpeg that is new enough – as set, in PATH, where media servers and package managers put it. */
export async function locateFFmpeg(options: LocateOptions = {}): Promise<FFmpegPrograms> {
  const { env = process.env, folders = KNOWN_FOLDERS } = options;
  const searched = [...(env.PATH ?? '').split(path.delimiter).filter((folder) => folder !== ''), ...folders];
  const candidates = await executables(options.ffmpegPath, 'ffmpeg', searched);
  let refusal: AppError | undefined;
  for (const ffmpegPath of candidates) {
    const version = await usableVersion(ffmpegPath, options.timeoutMs);
    if (version instanceof AppError) {
      refusal ??= version;
      continue;
    }
    const [ffprobePath] = await executables(options.ffprobePath, 'ffprobe', [path.dirname(ffmpegPath), ...searched]);
    if (ffprobePath !== undefined) return { ffmpegPath, ffprobePath, version };
    refusal ??= notFound('ffprobe', options.ffprobePath);
  }
  throw refusal ?? notFound('ffmpeg', options.ffmpegPath);
}

async function executables(set: string | undefined, name: string, folders: readonly string[]): Promise<string[]> {
  const files = set === undefined ? folders.map((folder) => path.resolve(folder, name)) : [path.resolve(set)];
  const found: string[] = [];
  for (const file of new Set(files)) if (await isExecutable(file)) found.push(file);
  return found;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

async function usableVersion(ffmpegPath: string, timeoutMs: number | undefined): Promise<string | AppError> {
  try {
    return await checkFFmpegInstalled({ ffmpegPath, timeoutMs });
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

const WHAT_TO_DO = {
  ffmpeg: INSTALL_FFMPEG,
  ffprobe: 'install ffmpeg 5.1 or newer whole, or set SIDECAST_FFPROBE_PATH',
} as const;

function notFound(program: keyof typeof WHAT_TO_DO, set: string | undefined): AppError {
  const where = set === undefined ? '' : ` or at ${set}`;
  const what =
    program === 'ffmpeg'
      ? `ffmpeg not found in PATH${where}`
      : `ffmpeg not found in PATH whole: ffprobe is missing${where}`;
  return new AppError('ffmpeg_not_found', `${what}; ${WHAT_TO_DO[program]}`);
}
