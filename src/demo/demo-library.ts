import { access, mkdir, rename, rm } from 'node:fs/promises';
import { setPriority } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { AppError, hasCode } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { DemoFilm } from './films.ts';
import { DEMO_FILMS } from './films.ts';

const NICENESS = 10;

export interface DemoLibraryOptions {
  readonly directory: string;
  readonly ffmpegPath: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** The films to make; by default all of the demo. */
  readonly films?: readonly DemoFilm[];
}

/**
 * Makes the films of the demo library that are not there yet, one after another, the first of each show first. Films
 * appear whole; when it is aborted, it returns, and the next call goes on.
 */
export async function makeDemoLibrary(options: DemoLibraryOptions): Promise<void> {
  const { directory, signal, logger, films = DEMO_FILMS } = options;
  // On the same file system as the films, in a folder that libraries pass over.
  const workshop = path.join(directory, '.making');
  await rm(workshop, { recursive: true, force: true });
  for (const film of films) {
    if (signal.aborted) break;
    const file = path.join(directory, fileOf(film));
    if (await exists(file)) continue;
    await mkdir(workshop, { recursive: true });
    await mkdir(path.dirname(file), { recursive: true });
    const unfinished = path.join(workshop, path.basename(file));
    if (!(await make(film, unfinished, options))) break;
    await rename(unfinished, file);
    logger.info({ file }, `Made “${film.title}” of the demo library`);
  }
  await rm(workshop, { recursive: true, force: true });
}

/** Where a film lies in the library: a folder for each show, a name with season and episode. */
export function fileOf({ show, episode, title, container }: DemoFilm): string {
  return path.join(show, `${show} S01E${String(episode).padStart(2, '0')} ${title}.${container}`);
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

async function make(film: DemoFilm, file: string, { ffmpegPath, signal }: DemoLibraryOptions): Promise<boolean> {
  const running = execa(ffmpegPath, demoArgs(film, file), {
    stdin: 'ignore',
    stdout: 'ignore',
    cancelSignal: signal,
    forceKillAfterDelay: 2000,
    reject: false,
  });
  yieldToOthers(running.pid);
  const result = await running;
  if (result.isCanceled) return false;
  if (!result.failed) return true;
  const words = result.stderr.trim() || result.shortMessage;
  throw new AppError('ffmpeg_failed', `ffmpeg could not make ${path.basename(file)} of the demo library: ${words}`);
}

function demoArgs(film: DemoFilm, file: string): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-y', '-v', 'error'],
    ...['-f', 'lavfi', '-i', film.picture],
    ...['-f', 'lavfi', '-i', film.sound],
    ...['-t', String(film.seconds)],
    ...['-c:v', 'libx264', '-preset', 'superfast', '-crf', '23', '-pix_fmt', 'yuv420p'],
    ...film.soundCodec,
    file,
  ];
}

/** What is on air comes first: the demo is made at a low priority. */
function yieldToOthers(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, NICENESS);
  } catch {
    // It has ended already, or the system does not allow it; then it runs like the rest.
  }
}
