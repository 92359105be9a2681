import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { BAR_CODE } from './films.ts';

/** What a picture carries: which film, and which of its pictures. */
export interface BarCode {
  readonly film: number;
  readonly picture: number;
}

const ROW_PIXELS = 854;

/** The bar codes of all pictures of a transport stream of 480 lines, in the order in which they are shown. */
export async function readBarCodes(stream: Uint8Array): Promise<BarCode[]> {
  // The bar code lies in the top tenth; the sides may be black bars.
  const filters = `crop=${ROW_PIXELS}:20:0:14,scale=${ROW_PIXELS}:1:flags=area,format=gray`;
  const rows = await decode(stream, ['-map', '0:v:0', '-vf', filters, '-fps_mode', 'passthrough', '-f', 'rawvideo']);
  return Array.from({ length: rows.length / ROW_PIXELS }, (_, row) =>
    readRow(rows.subarray(row * ROW_PIXELS, (row + 1) * ROW_PIXELS)),
  );
}

/** Runs a transport stream through ffmpeg and returns what it makes of it. */
export async function decode(stream: Uint8Array, args: readonly string[]): Promise<Buffer> {
  // Small pictures: to hand them from thread to thread takes longer than to decode them.
  const reading = ['-v', 'error', '-threads', '1', '-f', 'mpegts', '-skip_loop_filter', 'all', '-i', 'pipe:0'];
  const child = spawn('ffmpeg', [...reading, '-filter_threads', '1', ...args, 'pipe:1']);
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  const words: Buffer[] = [];
  child.stderr.on('data', (part: Buffer) => words.push(part));
  child.stdin.on('error', () => {});
  child.stdin.end(stream);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`ffmpeg: ${Buffer.concat(words).toString()}`);
  return Buffer.concat(parts);
}

function readRow(row: Uint8Array): BarCode {
  const isWhite = (value: number) => value > 128;
  const left = row.findIndex(isWhite);
  const right = row.findLastIndex(isWhite) + 1;
  const cell = (right - left) / BAR_CODE.cells;
  const bitAt = (index: number) => (isWhite(row[Math.floor(left + (index + 0.5) * cell)] ?? 0) ? 1 : 0);
  const number = (at: number, bits: number) =>
    Array.from({ length: bits }, (_, bit) => bitAt(at + bit)).reduce<number>((sum, bit) => sum * 2 + bit, 0);
  return {
    film: number(BAR_CODE.filmAt, BAR_CODE.filmBits),
    picture: number(BAR_CODE.pictureAt, BAR_CODE.pictureBits),
  };
}
