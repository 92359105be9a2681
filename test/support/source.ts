import { execa } from 'execa';
import type { Grid } from '../../src/schedule/grid.ts';
import type { BarCode } from './barcode.ts';
import { type Film, FILMS, filmFile, type FilmName } from './films.ts';

/** What a film itself shows at pictures 0 … count-1 of a grid: its last picture whose time has come. */
export async function sourcePictures(name: FilmName, grid: Grid, count: number): Promise<BarCode[]> {
  const film: Film = FILMS[name];
  const times = await pictureTimes(name);
  const [begin = 0] = times;
  const first = film.firstPicture ?? 0;
  // By its time: where the film is cut off, pictures are missing that are shown before others, but stored after them.
  const numbers = times.map((seconds) => first + Math.round((seconds - begin) * pictureRate(film)));
  const shownFrom = times.map((seconds) => Math.round((seconds * grid.rate.num) / grid.rate.den));
  return Array.from({ length: count }, (_, at) => {
    const last = shownFrom.findLastIndex((from) => from <= at);
    return { film: film.number, picture: numbers[Math.max(0, last)] ?? -1 };
  });
}

function pictureRate({ rate }: Film): number {
  const [num = 0, den = 1] = rate.split('/').map(Number);
  return num / den;
}

/** The seconds at which a film's own sound begins to beep, counted from the film's start. */
export const sourceBeeps = oncePerFilm(async (name) => {
  const chain = 'aresample=48000:async=1:first_pts=0';
  const args = ['-v', 'quiet', '-copyts', '-start_at_zero', '-i', await filmFile(name), '-map', '0:a:0', '-af', chain];
  const { stdout } = await execa('ffmpeg', [...args, ...RAW_MONO], { encoding: 'buffer' });
  return beepsIn(stdout);
});

export const RAW_MONO = ['-ac', '1', '-ar', '48000', '-f', 's16le', 'pipe:1'] as const;

/** Where beeps begin in 16 bit mono sound at 48 kHz, in seconds. */
export function beepsIn(bytes: Uint8Array): number[] {
  // Millions of samples, and within Jest each look at a global such as Math takes long.
  const samples = new Int16Array(new Uint8Array(bytes).buffer);
  let loudest = 0;
  for (const sample of samples) loudest = sample > loudest ? sample : -sample > loudest ? -sample : loudest;
  const limit = loudest / 4;
  const beeps: number[] = [];
  for (let index = 0, last = -1; index < samples.length; index++) {
    const sample = samples[index] ?? 0;
    const seconds = index / 48_000;
    if ((sample <= limit && -sample <= limit) || seconds <= last + 0.5) continue;
    beeps.push(seconds);
    last = seconds;
  }
  return beeps;
}

const pictureTimes = oncePerFilm(async (name) => {
  const entries = 'format=start_time:frame=best_effort_timestamp_time';
  const args = ['-v', 'quiet', '-select_streams', 'V:0', '-show_entries', entries, '-of', 'json', await filmFile(name)];
  const { stdout } = await execa('ffprobe', args);
  const { frames, format } = JSON.parse(stdout) as Probe;
  const times: number[] = [];
  const step =
    frames.length > 1
      ? Number(frames[1]?.best_effort_timestamp_time) - Number(frames[0]?.best_effort_timestamp_time)
      : 0;
  // A decoder's last pictures may come without a time: they follow one another.
  for (const { best_effort_timestamp_time: time } of frames)
    times.push(time === undefined ? (times.at(-1) ?? 0) + step : Number(time));
  return times.map((time) => time - Number(format.start_time));
});

/** Reads each film once, however often it is asked for. */
function oncePerFilm<T>(read: (name: FilmName) => Promise<T>): (name: FilmName) => Promise<T> {
  const known = new Map<FilmName, Promise<T>>();
  return (name) => {
    const found = known.get(name) ?? read(name);
    known.set(name, found);
    return found;
  };
}

interface Probe {
  readonly format: { readonly start_time: string };
  readonly frames: readonly { readonly best_effort_timestamp_time?: string }[];
}
