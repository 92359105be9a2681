import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { v4 as uuid } from 'uuid';

const run = promisify(execFile);
/** Raise the number when a film changes: films are made once for each machine. */
const FOLDER = path.join(tmpdir(), 'sidecast-films-7');

/** Cells of the bar code: a white and a black one, the film's number, the picture's number, a black and a white one. */
export const BAR_CODE = { cells: 20, filmAt: 2, filmBits: 5, pictureAt: 7, pictureBits: 11 } as const;

export interface Film {
  readonly number: number;
  readonly fileName: string;
  readonly seconds: number;
  /** Pictures a second, as ffmpeg writes it. */
  readonly rate: string;
  readonly size: readonly [width: number, height: number];
  readonly picture?: readonly string[];
  /** More filters for the pictures. */
  readonly filters?: string;
  /** Null for a film without sound. */
  readonly sound: readonly string[] | null;
  /** A filter that changes the beeps. */
  readonly soundFilters?: string;
  readonly container?: readonly string[];
  /** The first picture that is shown, where it is not 0. */
  readonly firstPicture?: number;
  readonly afterwards?: (file: string) => Promise<void>;
}

const X264 = ['-c:v', 'libx264', '-preset', 'superfast', '-crf', '20', '-pix_fmt', 'yuv420p'];
const AAC = ['-c:a', 'aac', '-b:a', '96k', '-ac', '2'];
const MP2 = ['-c:a', 'mp2', '-b:a', '128k', '-ac', '1', '-ar', '44100'];
/** A sharp beep in the first twentieth of each second. */
const BEEPS = "aevalsrc='0.7*sin(2*PI*1500*t)*lt(mod(t,1),0.05)':s=48000";

/** Unlike one another in all that matters: rate, size, aspect, container, codecs, sound. */
const UNLIKE = {
  mp4At24: {
    number: 1,
    fileName: 'a24.mp4',
    seconds: 8.2,
    rate: '24',
    size: [320, 180],
    picture: [...X264, '-bf', '3', '-g', '96'],
    sound: AAC,
  },
  mkvAt23976: {
    number: 2,
    fileName: 'b23976.mkv',
    seconds: 5.6,
    rate: '24000/1001',
    size: [160, 120],
    picture: [...X264, '-g', '60'],
    sound: ['-c:a', 'ac3', '-b:a', '384k'],
    // Each channel at full scale.
    soundFilters: 'volume=1.4,pan=5.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0',
  },
  mkvAt25: {
    number: 3,
    fileName: 'c25.mkv',
    seconds: 8.1,
    rate: '25',
    size: [180, 144],
    picture: X264,
    sound: ['-c:a', 'libmp3lame', '-b:a', '96k', '-ac', '1', '-ar', '44100'],
  },
  tsAt2997: {
    number: 4,
    fileName: 'd2997.ts',
    seconds: 5.3,
    rate: '30000/1001',
    size: [320, 180],
    picture: [...X264, '-g', '45'],
    sound: MP2,
  },
  silentAt50: {
    number: 5,
    fileName: 'e50.mp4',
    seconds: 4,
    rate: '50',
    size: [320, 180],
    picture: X264,
    sound: null,
  },
  aviAt2997: {
    number: 6,
    fileName: 'f2997.avi',
    seconds: 4.9,
    rate: '30000/1001',
    size: [240, 180],
    picture: ['-c:v', 'mpeg4', '-bf', '2', '-q:v', '3'],
    sound: ['-c:a', 'libmp3lame', '-b:a', '128k', '-ac', '2'],
  },
  mp4At60: {
    number: 7,
    fileName: 'g60.mp4',
    seconds: 4.2,
    rate: '60',
    size: [320, 180],
    picture: [...X264, '-g', '9999'],
    sound: AAC,
  },
} as const satisfies Record<string, Film>;

const SMALL = { rate: '25', size: [160, 120], picture: X264 } as const;
const CUT_OFF = {
  ...{ ...SMALL, picture: [...X264, '-g', '50', '-b:v', '300k'], sound: AAC },
  ...{ container: ['-movflags', '+faststart'], afterwards: cutOff },
} as const;

/** Each is odd in one way. */
const ODD = {
  lateSound: {
    ...SMALL,
    number: 10,
    fileName: 'late-sound.mkv',
    seconds: 8.5,
    sound: AAC,
    soundFilters: 'atrim=start=7',
  },
  shortSound: {
    ...SMALL,
    number: 11,
    fileName: 'short-sound.mp4',
    seconds: 20,
    sound: AAC,
    soundFilters: 'atrim=end=11',
  },
  holeInSound: {
    ...SMALL,
    number: 12,
    fileName: 'hole.mkv',
    seconds: 9,
    sound: ['-c:a', 'libmp3lame'],
    soundFilters: "aselect='not(between(t,4,8))'",
  },
  variableRate: {
    ...SMALL,
    number: 13,
    fileName: 'vfr.mp4',
    seconds: 5,
    rate: '24',
    filters: "select='not(between(mod(n,24),5,11))'",
    sound: AAC,
    container: ['-fps_mode', 'vfr'],
  },
  slides: { ...SMALL, number: 14, fileName: 'slides.mp4', seconds: 5, rate: '1', sound: AAC },
  coverArt: {
    ...SMALL,
    number: 15,
    fileName: 'cover.mp4',
    seconds: 4,
    sound: AAC,
    afterwards: async (file) => {
      const art = `${file}.png`;
      await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'color=red:s=64x64', '-frames:v', '1', art]);
      const copied = `${file}.film.mp4`;
      await rename(file, copied);
      const both = ['-map', '1', '-map', '0', '-c', 'copy', '-disposition:v:0', 'attached_pic'];
      await run('ffmpeg', ['-v', 'error', '-i', copied, '-i', art, ...both, file]);
      await Promise.all([rm(art), rm(copied)]);
    },
  },
  cutOff: { ...CUT_OFF, number: 16, fileName: 'cut-off.mp4', seconds: 12 },
  // The cut takes a picture away that is shown before one that is left.
  cutOffAmid: { ...CUT_OFF, number: 31, fileName: 'cut-off-amid.mp4', seconds: 9 },
  interlaced: {
    ...SMALL,
    number: 17,
    fileName: 'interlaced.ts',
    seconds: 4.4,
    size: [180, 144],
    picture: ['-c:v', 'mpeg2video', '-q:v', '3', '-flags', '+ildct+ilme', '-bf', '2', '-g', '12'],
    filters: 'setfield=tff',
    sound: MP2,
  },
  hdr: {
    ...SMALL,
    number: 18,
    fileName: 'hdr10.mkv',
    seconds: 3.4,
    picture: [
      ...['-c:v', 'libx265', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p10le', '-x265-params', 'log-level=error'],
      ...['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'],
    ],
    sound: AAC,
  },
  rotated: {
    ...SMALL,
    number: 19,
    fileName: 'rotated.mp4',
    seconds: 4,
    filters: 'transpose=cclock',
    sound: AAC,
    afterwards: turnClockwise,
  },
  anamorphic: {
    ...SMALL,
    number: 20,
    fileName: 'anamorphic.ts',
    seconds: 4,
    size: [180, 144],
    filters: 'setsar=64/45',
    sound: MP2,
  },
  tagged601: {
    ...SMALL,
    number: 21,
    fileName: 'bt601.mkv',
    seconds: 2,
    picture: [...X264, '-color_primaries', 'smpte170m', '-color_trc', 'smpte170m', '-colorspace', 'smpte170m'],
    sound: AAC,
  },
  tagged709: {
    ...SMALL,
    number: 22,
    fileName: 'bt709.mkv',
    seconds: 2,
    filters: 'scale=out_color_matrix=bt709',
    picture: [...X264, '-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709'],
    sound: AAC,
  },
  programStream: {
    ...SMALL,
    number: 23,
    fileName: 'dvd.mpg',
    seconds: 4.5,
    size: [180, 144],
    picture: ['-c:v', 'mpeg2video', '-q:v', '3', '-bf', '2', '-g', '12'],
    sound: ['-c:a', 'ac3', '-b:a', '192k', '-ac', '2'],
    container: ['-f', 'vob'],
  },
  webm: {
    ...SMALL,
    number: 24,
    fileName: 'vp9.webm',
    seconds: 4,
    size: [161, 121],
    picture: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-crf', '30', '-b:v', '0'],
    sound: ['-c:a', 'libopus', '-b:a', '96k'],
  },
  latePicture: {
    ...SMALL,
    number: 25,
    fileName: 'late-picture.mkv',
    seconds: 4,
    filters: 'setpts=PTS+5/TB',
    sound: AAC,
  },
  eightChannels: {
    ...SMALL,
    number: 26,
    fileName: 'eight.mkv',
    seconds: 3,
    sound: ['-c:a', 'flac'],
    soundFilters: 'pan=7.1|FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0|SL=c0|SR=c0',
  },
  centreOnly: {
    ...SMALL,
    number: 29,
    fileName: 'centre.mkv',
    seconds: 3,
    sound: ['-c:a', 'ac3', '-b:a', '384k'],
    soundFilters: 'volume=1.4,pan=5.1|FL=0*c0|FR=0*c0|FC=c0|LFE=0*c0|BL=0*c0|BR=0*c0',
  },
  changingSound: {
    ...SMALL,
    number: 30,
    fileName: 'changing-sound.mkv',
    seconds: 10,
    picture: [...X264, '-bf', '0', '-g', '25'],
    sound: ['-c:a', 'ac3', '-b:a', '192k', '-ac', '2'],
    // From 5 s on with six channels, as in recordings of television.
    afterwards: async (file) => {
      const [stereo, surround] = [`${file}.2.ts`, `${file}.6.ts`];
      const cut = (...times: string[]) => [
        '-v',
        'error',
        '-copyts',
        ...times,
        '-i',
        file,
        '-c:v',
        'copy',
        '-c:a',
        'ac3',
      ];
      await run('ffmpeg', [...cut(), '-t', '5', '-ac', '2', stereo]);
      await run('ffmpeg', [...cut('-ss', '5.1'), '-ac', '6', surround]);
      await run('ffmpeg', ['-v', 'error', '-y', '-i', `concat:${stereo}|${surround}`, '-c', 'copy', file]);
      await Promise.all([rm(stereo), rm(surround)]);
    },
  },
  longGroup: {
    ...SMALL,
    number: 27,
    fileName: 'one-key.ts',
    seconds: 5,
    picture: [...X264, '-g', '9999'],
    sound: MP2,
  },
  edited: {
    ...SMALL,
    number: 28,
    fileName: 'edited.mp4',
    seconds: 5.5,
    picture: [...X264, '-bf', '3'],
    firstPicture: 38,
    sound: AAC,
    // The copy begins between key pictures: an edit list hides the first ones.
    afterwards: async (file) => {
      const whole = `${file}.whole.mp4`;
      await rename(file, whole);
      await run('ffmpeg', ['-v', 'error', '-ss', '1.5', '-i', whole, '-c', 'copy', file]);
      await rm(whole);
    },
  },
} as const satisfies Record<string, Film>;

export const FILMS: Readonly<Record<FilmName, Film>> = { ...UNLIKE, ...ODD };
export type FilmName = keyof typeof UNLIKE | keyof typeof ODD;
export const UNLIKE_FILMS = Object.keys(UNLIKE) as readonly (keyof typeof UNLIKE)[];

/** The path of a film; the first who asks on this machine makes it. */
export async function filmFile(name: FilmName): Promise<string> {
  const film = FILMS[name];
  const file = path.join(FOLDER, film.fileName);
  if (await stat(file).catch(() => undefined)) return file;
  const making = path.join(FOLDER, `.${uuid()}`);
  await mkdir(making, { recursive: true });
  const made = path.join(making, film.fileName);
  await run('ffmpeg', [...filmArgs(film), made]);
  await film.afterwards?.(made);
  await rename(made, file);
  await rm(making, { recursive: true });
  return file;
}

function filmArgs(film: Film): string[] {
  const { rate, seconds, sound } = film;
  const [width, height] = film.size;
  const length = `r=${rate}:d=${seconds}`;
  const cells = `color=black:s=${BAR_CODE.cells}x2:${length},format=yuv420p,geq=lum='${barCode(film.number)}':cb=128:cr=128`;
  const strip = `${cells},scale=${width}:${2 * Math.ceil(height / 10)}:flags=neighbor[strip]`;
  const more = film.filters === undefined ? '' : `,${film.filters}`;
  // A picture that stands still but for its bar code and a small window: it takes half as long to encode as one that moves.
  const card = `testsrc2=s=${width}x${height},trim=end_frame=1[card]`;
  const window = `testsrc2=s=${even(width / 5)}x${even(height / 5)}:${length}[window]`;
  const all = `color=s=${width}x${height}:${length}[all];[all][card]overlay[still];[still][window]overlay=W/2:H/2[calm]`;
  const picture = `${strip};${card};${window};${all};[calm][strip]overlay=0:0,setsar=1${more}`;
  const heard = `${BEEPS}:d=${seconds},${film.soundFilters ?? 'anull'}`;
  return [
    ...[
      '-v',
      'error',
      '-y',
      '-copyts',
      '-f',
      'lavfi',
      '-i',
      picture,
      ...(sound === null ? [] : ['-f', 'lavfi', '-i', heard]),
    ],
    ...['-map', '0', ...(film.picture ?? []), ...(sound === null ? [] : ['-map', '1', ...sound])],
    ...(film.container ?? []),
  ];
}

async function cutOff(file: string): Promise<void> {
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(0, Math.round(bytes.length * 0.52)));
}

function even(pixels: number): number {
  return 2 * Math.round(pixels / 2);
}

/** What geq paints in each cell: bits of two numbers, the highest first. */
function barCode(number: number): string {
  const { cells, filmAt, filmBits, pictureAt, pictureBits } = BAR_CODE;
  const bit = (value: string, last: number) => `mod(floor(${value}/pow(2,${last}-X)),2)`;
  const film = `between(X,${filmAt},${filmAt + filmBits - 1})*${bit(String(number), filmAt + filmBits - 1)}`;
  const picture = `between(X,${pictureAt},${pictureAt + pictureBits - 1})*${bit('N', pictureAt + pictureBits - 1)}`;
  return `16+219*(eq(X,0)+eq(X,${cells - 1})+${film}+${picture})`;
}

/** Writes a quarter turn into the matrix of an MP4's picture track (ISO/IEC 14496-12, 8.3.2). */
async function turnClockwise(file: string): Promise<void> {
  const bytes = await readFile(file);
  const matrixAt = bytes.indexOf('tkhd') + 4 + 40;
  const [height, width] = [FILMS.rotated.size[1], FILMS.rotated.size[0]];
  [0, 0x10000, 0, -0x10000, 0, 0, Math.max(width, height) << 16, 0, 0x40000000].forEach((value, index) =>
    bytes.writeInt32BE(value, matrixAt + 4 * index),
  );
  await writeFile(file, bytes);
}
