import { execa } from 'execa';
import type { Grid } from '../../src/schedule/grid.ts';
import type { BarCode } from './barcode.ts';
import { type Film, FILMS, filmFile, type FilmName } from './films.ts';

/** What a film itself shows at pictures 0 … count-1 of a grid: its last picture whose time has come. */
export async function sourcePictures(name: FilmName, grid: Grid, count: number): Promise<BarCode[]> {
  const film: Film = FILMS[name];
  const times = await pictureTimes(name);
  const numbers: number[] = [];
  for (let picture = film.firstPicture ?? 0; numbers.length < times.length; picture++) {
    if (film.has?.(picture) ?? true) numbers.push(picture);
  }
  const shownFrom = times.map((seconds) => Math.round((seconds * grid.rate.num) / grid.rate.den));
  return Array.from({ length: count }, (_, at) => {
    const last = shownFrom.findLastIndex((from) => from <= at);
    return { film: film.number, picture: numbers[Math.max(0, last)] ?? -1 };
  });
}

/** The seconds at which a film's own sound begins to beep, counted from the film's start. */
export async function sourceBeeps(name: FilmName): Promise<number[]> {
  const chain = 'aresample=48000:async=1:first_pts=0';
  const args = ['-v', 'quiet', '-copyts', '-start_at_zero', '-i', await filmFile(name), '-map', '0:a:0', '-af', chain];
  const { stdout } = await execa('ffmpeg', [...args, ...RAW_MONO], { encoding: 'buffer' });
  return beepsIn(stdout);
}

export const RAW_MONO = ['-ac', '1', '-ar', '48000', '-f', 's16le', 'pipe:1'] as const;

/** Where beeps begin in 16 bit mono sound at 48 kHz, in seconds. */
export function beepsIn(bytes: Uint8Array): number[] {
  const samples = new DataView(bytes.buffer, bytes.byteOffset);
  const count = bytes.byteLength >> 1;
  let loud = 0;
  for (let index = 0; index < count; index++) loud = Math.max(loud, Math.abs(samples.getInt16(2 * index, true)));
  const beeps: number[] = [];
  for (let index = 0, last = -1; index < count; index++) {
    const seconds = index / 48_000;
    if (Math.abs(samples.getInt16(2 * index, true)) <= loud / 4 || seconds <= last + 0.5) continue;
    beeps.push(seconds);
    last = seconds;
  }
  return beeps;
}

async function pictureTimes(name: FilmName): Promise<number[]> {
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
}

interface Probe {
  readonly format: { readonly start_time: string };
  readonly frames: readonly { readonly best_effort_timestamp_time?: string }[];
}
