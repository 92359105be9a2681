import { copyFile, mkdir, utimes } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { FILMS, filmFile, type FilmName } from './films.ts';

/** Long ago: a file that was written just now is looked at twice before it is taken in. */
const LONG_AGO = new Date('2020-01-01T00:00:00Z');

/** Makes a library of films, whole or their first seconds, and gives its folder. */
export async function makeLibrary(
  folder: string,
  names: readonly FilmName[],
  { seconds }: { seconds?: number } = {},
): Promise<string> {
  const library = path.join(folder, 'library');
  await mkdir(library, { recursive: true });
  for (const name of names) await addFilm(library, name, seconds === undefined ? {} : { seconds });
  return library;
}

/** Adds a film to a library under a name of its own and gives its path. */
export async function addFilm(
  library: string,
  name: FilmName,
  { seconds, as = FILMS[name].fileName }: { seconds?: number; as?: string } = {},
): Promise<string> {
  const from = await filmFile(name);
  const file = path.join(library, as);
  if (seconds === undefined) await copyFile(from, file);
  else await execa('ffmpeg', ['-v', 'error', '-i', from, '-t', String(seconds), '-c', 'copy', '-y', file]);
  await utimes(file, LONG_AGO, LONG_AGO);
  return file;
}

/** Adds a show of two episodes: not short ones, of which many would have to be planned. */
export async function addShow(library: string, name: string): Promise<void> {
  await mkdir(path.join(library, name), { recursive: true });
  for (const episode of [1, 2]) {
    await addFilm(path.join(library, name), 'mkvAt25', { as: `${name} S01E0${episode}.mkv` });
  }
}
