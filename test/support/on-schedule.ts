import path from 'node:path';
import { expect } from '@jest/globals';
import { execa } from 'execa';
import type { BarCode } from './barcode.ts';
import { readBarCodes } from './barcode.ts';
import { FILMS, filmFile, type FilmName } from './films.ts';
import type { Played } from './hls-player.ts';
import type { ChannelJson, ProgrammeJson } from './http-client.ts';

/** A picture as it came out of the stream. */
export interface SeenPicture {
  /** 90 kHz, 33 bits. */
  readonly pts: number;
  readonly code: BarCode;
}

export interface ChannelClock {
  readonly num: bigint;
  readonly den: bigint;
  /** Pictures in a segment. */
  readonly pictures: bigint;
}

/** The channel's clock as its API describes it. */
export function clockOf({ frame_rate, segment_seconds }: ChannelJson): ChannelClock {
  const [num = 25, den = 1] = frame_rate.split('/').map(Number);
  return { num: BigInt(num), den: BigInt(den), pictures: BigInt(segment_seconds * Math.round(num / den)) };
}

/** The number on the channel's clock of the segment that begins at a moment, milliseconds since the epoch. */
export function segmentNumber({ num, den, pictures }: ChannelClock, dateMs: number): number {
  return Math.round((dateMs * Number(num)) / (1000 * Number(pictures * den)));
}

/** The time of a picture, counted from the epoch, as transport streams have it. */
export function ptsOf({ num, den }: ChannelClock, picture: bigint): number {
  return Number(((picture * 90_000n * den) / num) % 2n ** 33n);
}

/** Every picture of these segments, in the order in which they are shown. */
export async function picturesOf(segments: readonly Played[]): Promise<SeenPicture[]> {
  const stream = Buffer.concat(segments.map(({ bytes }) => bytes));
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    'frame=best_effort_timestamp',
    '-of',
    'csv=p=0',
    '-',
  ];
  const [codes, { stdout }] = await Promise.all([readBarCodes(stream), execa('ffprobe', args, { input: stream })]);
  const times = stdout.match(/\d+/g) ?? [];
  expect(times).toHaveLength(codes.length);
  return codes.map((code, index) => ({ code, pts: Number(times[index]) % 2 ** 33 }));
}

/** Expects of each picture that it is what the programmes say, and where its segment's number and date put it. */
export async function expectOnSchedule(
  channel: ChannelJson,
  segments: readonly Played[],
  programmes: readonly ProgrammeJson[],
): Promise<void> {
  const clock = clockOf(channel);
  const expected = segments.map(async ({ sequence, dateMs }) => {
    expect(sequence).toBe(segmentNumber(clock, dateMs));
    const first = BigInt(sequence) * clock.pictures;
    const programme = programmes.find(({ start, stop }) => Date.parse(start) <= dateMs && dateMs < Date.parse(stop));
    if (programme === undefined) throw new Error(`nothing is announced for ${new Date(dateMs).toISOString()}`);
    const since = BigInt(sequence - segmentNumber(clock, Date.parse(programme.start))) * clock.pictures;
    const pictures = Array.from({ length: Number(clock.pictures) }, async (_, place) => ({
      pts: ptsOf(clock, first + BigInt(place)),
      code: await codeAt(programme.title, Number(since) + place, clock),
    }));
    return Promise.all(pictures);
  });
  const seen = await picturesOf(segments);
  expect(seen.map(inWords)).toEqual((await Promise.all(expected)).flat().map(inWords));
}

function inWords({ pts, code }: SeenPicture): string {
  return `film ${code.film} picture ${code.picture} at ${pts}`;
}

/** When a film's pictures are on the channel's clock, counted from the item's start: what its own file says. */
const shownFrom = new Map<string, Promise<number[]>>();

/** The same by the film's name; the last one lasts a picture of the channel. */
export function timesOf(name: FilmName, clock: ChannelClock): Promise<number[]> {
  const key = `${name} ${clock.num}/${clock.den}`;
  const times = shownFrom.get(key) ?? filmFile(name).then((file) => pictureTimes(file, clock));
  shownFrom.set(key, times);
  return times;
}

/** What picture k of an item carries on the channel's clock: the last picture whose time is k or before. */
async function codeAt(title: string, k: number, clock: ChannelClock): Promise<BarCode> {
  const [name, film] = Object.entries(FILMS).find(([, { fileName }]) => path.parse(fileName).name === title) ?? [];
  if (film === undefined) throw new Error(`there is no film "${title}"`);
  const times = timesOf(name as FilmName, clock);
  // Where the sound begins first, the first picture is there from the start.
  return {
    film: film.number,
    picture: Math.max(
      0,
      (await times).findLastIndex((from) => from <= k),
    ),
  };
}

async function pictureTimes(file: string, { num, den }: ChannelClock): Promise<number[]> {
  const entries = 'format=start_time:stream=time_base:frame=best_effort_timestamp';
  const { stdout } = await execa('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    entries,
    '-of',
    'json',
    file,
  ]);
  const { format, streams, frames } = JSON.parse(stdout) as Probe;
  const [unitNum = 1n, unitDen = 1n] = streams[0]?.time_base.split('/').map(BigInt) ?? [];
  const startUnits = roundedRatio(BigInt(Math.round(Number(format.start_time) * 1e6)) * unitDen, 1_000_000n * unitNum);
  const units: number[] = [];
  // A decoder that is emptied at the end may give its last picture without a time.
  for (const { best_effort_timestamp: at } of frames) units.push(at ?? 2 * (units.at(-1) ?? 0) - (units.at(-2) ?? 0));
  return units.map((at) => Number(roundedRatio((BigInt(at) - startUnits) * unitNum * num, unitDen * den)));
}

interface Probe {
  readonly format: { readonly start_time: string };
  readonly streams: readonly { readonly time_base: string }[];
  readonly frames: readonly { readonly best_effort_timestamp?: number }[];
}

/** Halves are rounded up. */
function roundedRatio(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}
