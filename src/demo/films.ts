/** One episode of the demo library: two generators of ffmpeg, and the format that they are written in. */
export interface DemoFilm {
  readonly show: string;
  readonly episode: number;
  readonly title: string;
  readonly seconds: number;
  /** A source of pictures and what is done to them, as a filter graph. */
  readonly picture: string;
  /** A source of sound, as a filter graph. */
  readonly sound: string;
  readonly container: 'mp4' | 'mkv' | 'ts';
  readonly soundCodec: readonly string[];
}

const AAC = ['-c:a', 'aac', '-b:a', '128k'];
const AC3 = ['-c:a', 'ac3', '-b:a', '384k'];
const MP2 = ['-c:a', 'mp2', '-b:a', '128k'];

/** The white square and the beep come together, each second. */
const EACH_SECOND = 'lt(mod(t,1),0.1)';
const flash = `drawbox=x=iw*0.7:y=ih-96:w=64:h=64:color=white:t=fill:enable='${EACH_SECOND}'`;
/** Seconds and hundredths: the digits of ffmpeg's test picture (its text filter is missing from some builds). */
const clock = (rate: string) =>
  `testsrc=size=1280x720:rate=${rate}:decimals=2,crop=512:208:640:256,drawbox=w=128:color=black:t=fill:enable='lt(t,10)',` +
  'drawbox=x=246:y=176:w=16:h=16:color=white:t=fill,pad=iw+64:ih+64:32:32';
const beep = `0.3*sin(2*PI*1000*t)*${EACH_SECOND}`;
/** Tones that swell and fade, each at its own pace. */
const swelling = (...tones: readonly number[]) =>
  tones.map((hertz, index) => `0.08*sin(2*PI*${hertz}*t)*(1+sin(t*${0.5 + index / 5}))`).join('+');

const chord = swelling(220, 277.2, 329.6);
const life = (size: string, rate: number, seed: number, rest: string) =>
  `life=size=${size}:rate=${rate}:mold=12:random_fill_ratio=0.12:random_seed=${seed}:${rest}`;

/** The films, in the order in which they are made: the first of each show, then the others. */
export const DEMO_FILMS: readonly DemoFilm[] = [
  {
    show: 'Test Card',
    episode: 1,
    title: 'Bars and Clock',
    seconds: 16,
    picture: `${clock('25')}[clock];smptehdbars=size=1280x720:rate=25[bars];[bars][clock]overlay=(W-w)/2:72,${flash}`,
    sound: `aevalsrc='${beep}|${beep}':sample_rate=48000:channel_layout=stereo`,
    container: 'mp4',
    soundCodec: AAC,
  },
  {
    show: 'Game of Life',
    episode: 1,
    title: 'Embers',
    seconds: 16,
    picture: `${life('320x180', 30, 7, 'life_color=#ffe08a:death_color=#b3341e:mold_color=#1a0a2e')},scale=1280:720:flags=neighbor`,
    sound: `aevalsrc='${swelling(174.6, 220)}|${swelling(261.6, 220)}':sample_rate=44100:channel_layout=stereo`,
    container: 'mp4',
    soundCodec: AAC,
  },
  {
    show: 'Fractal',
    episode: 1,
    title: 'Into the Seahorse Valley',
    seconds: 18,
    picture: 'mandelbrot=size=480x204:rate=24000/1001:maxiter=500:end_scale=0.003:end_pts=600,scale=960:408',
    sound: `aevalsrc='${chord}|${chord}|${swelling(440)}|${swelling(55)}|${swelling(164.8)}|${swelling(196)}':sample_rate=48000:channel_layout=5.1`,
    container: 'mkv',
    soundCodec: AC3,
  },
  {
    show: 'Test Card',
    episode: 2,
    title: 'Counting Seconds',
    seconds: 15,
    picture: `testsrc=size=768x576:rate=50,${flash},setsar=1`,
    sound: `aevalsrc='${beep}':sample_rate=48000:channel_layout=mono`,
    container: 'mkv',
    soundCodec: AAC,
  },
  {
    show: 'Game of Life',
    episode: 2,
    title: 'Pond',
    seconds: 14,
    picture: `${life('160x120', 25, 3, 'life_color=#d7fff1:death_color=#2a9d8f:mold_color=#02202b')},scale=640:480:flags=neighbor`,
    sound: `aevalsrc='${swelling(196, 246.9, 293.7)}':sample_rate=48000:channel_layout=mono`,
    container: 'ts',
    soundCodec: MP2,
  },
  {
    show: 'Fractal',
    episode: 2,
    title: 'Carpet',
    seconds: 14,
    picture:
      'sierpinski=size=854x480:rate=30:type=carpet:seed=5,format=rgb24,lutrgb=r=20+val*0.9:g=10+val*0.55:b=70+val*0.2',
    sound: `aevalsrc='${chord}|${swelling(110, 164.8)}':sample_rate=48000:channel_layout=stereo`,
    container: 'mp4',
    soundCodec: AAC,
  },
  {
    show: 'Test Card',
    episode: 3,
    title: 'Wide Dusk',
    seconds: 12,
    picture: `gradients=size=1024x436:rate=30000/1001:nb_colors=3:c0=0x0b1120:c1=0x7a3b69:c2=0xe2a84b:seed=4:speed=0.02,${flash}`,
    sound: `aevalsrc='${beep}':sample_rate=44100:channel_layout=mono`,
    container: 'ts',
    soundCodec: MP2,
  },
  {
    show: 'Game of Life',
    episode: 3,
    title: 'Rule of Seven',
    seconds: 12,
    picture: `${life('256x144', 24, 11, 'rule=B36/S23:life_color=#ffffff:death_color=#7b5cff:mold_color=#0b0626')},scale=1280:720:flags=neighbor`,
    sound: `aevalsrc='${swelling(146.8, 220)}|${swelling(293.7, 220)}':sample_rate=48000:channel_layout=stereo`,
    container: 'mkv',
    soundCodec: AAC,
  },
];
