import { type Grid, SAMPLE_RATE, SAMPLES_PER_SOUND_FRAME } from '../schedule/grid.ts';
import { REORDER_PICTURES, soundCut, soundEarlySamples } from '../schedule/sound-cut.ts';
import type { Encoder } from './encoders.ts';

/** Seconds added to every time of a piece, so that decode times of the first pictures stay positive. */
export const PIECE_OFFSET_SECONDS = 10;
/** Sound frames encoded before the first one that is kept: the encoder's priming. */
const LEAD_IN_SOUND_FRAMES = 3;
/** And after the last one: each frame overlaps the next, so without it a run's end would fade where another goes on. */
const LEAD_OUT_SOUND_FRAMES = 1;

/** What the input is, and what its pictures need before they can be aired. */
export type ReelSource =
  | {
      readonly kind: 'film';
      readonly interlaced: boolean;
      readonly toneMap: boolean;
      readonly colourMatrix: ColourMatrix;
      readonly sound: ReelSound | null;
    }
  | { readonly kind: 'still' }
  | { readonly kind: 'generated' };

/** How a film's luma and chroma were made from red, green and blue, in the names of ffmpeg's scale filter. */
export type ColourMatrix = 'bt709' | 'bt601' | 'bt2020';

/** The sound track of a film: its number among the file's. */
export interface ReelSound {
  readonly track: number;
  /** Where it is cut, in ms from the item's start; null where it goes on about as long as the pictures. */
  readonly endMs: number | null;
}

/** A run: reel segments [fromSegment, untilSegment) of an item on a grid. */
export interface ReelParams {
  readonly grid: Grid;
  readonly fromSegment: number;
  readonly untilSegment: number;
  readonly preset: string;
  readonly source: ReelSource;
}

/** Everything before the input: times survive the seek, so the frame numbers are the item's own. */
export function reelInputArgs(reel: ReelParams, encoder: Encoder): string[] {
  const { num, den } = reel.grid.rate;
  return [
    ...['-v', 'warning', '-stats_period', '0.5'],
    ...encoder.device,
    ...['-copyts', '-start_at_zero', '-noaccurate_seek'],
    ...(reel.source.kind === 'still' ? ['-framerate', `${num}/${den}`] : []),
    ...(reel.source.kind === 'generated' ? ['-f', 'lavfi'] : []),
  ];
}

/** What pictures are fitted into, and whether the file is read from its start: then its first picture is the first. */
interface PictureOptions {
  readonly width: number;
  readonly height: number;
  readonly readsFromStart: boolean;
}

/** Exactly the pictures and samples of the run, wherever the seek landed, fitted into the size with bars. */
export function reelFilterArgs(reel: ReelParams, encoder: Encoder, options: PictureOptions): string[] {
  const graph = [`${pictureChain(reel, options)},${encoder.upload}[v]`, `${soundChain(reel, encoder)}[a]`].join(';');
  return ['-filter_complex', graph, '-map', '[v]', '-map', '[a]'];
}

/** Groups of exactly one segment. */
export function reelVideoArgs(reel: ReelParams, encoder: Encoder): string[] {
  const pictures = String(reel.grid.framesPerSegment);
  const groups = ['-g', pictures, '-keyint_min', pictures, ...encoder.closedGroups];
  if (encoder.reorders) return groups;
  // The sound is cut by decode times: with none of their own, pictures are decoded when they are shown.
  return [...groups, '-force_key_frames', `expr:not(mod(n,${pictures}))`, '-bsf:v', 'setts=dts=PTS'];
}

/** Pieces cut at every key picture, numbered as reel segments, with times that nobody shifts. */
export function reelMuxerArgs(reel: ReelParams): string[] {
  return [
    ...['-output_ts_offset', String(PIECE_OFFSET_SECONDS), '-muxdelay', '0', '-muxpreload', '0'],
    ...['-avoid_negative_ts', 'disabled', '-max_interleave_delta', '0'],
    ...['-start_number', String(reel.fromSegment), '-hls_flags', 'temp_file'],
  ];
}

function pictureChain(reel: ReelParams, { width, height, readsFromStart }: PictureOptions): string {
  const { rate, framesPerSegment } = reel.grid;
  const first = reel.fromSegment * framesPerSegment;
  const end = reel.untilSegment * framesPerSegment;
  const film = reel.source.kind === 'film' ? reel.source : undefined;
  // Display aspect kept (`dar` counts the sample aspect), sides even.
  const fit = `scale=w='2*round(min(${width},${height}*dar)/2)':h='2*round(min(${height},${width}/dar)/2)'`;
  const toBt709 = `${film === undefined ? '' : `:in_color_matrix=${film.colourMatrix}`}:out_color_matrix=bt709:out_range=tv`;
  const from =
    `[0:V:0]${film?.interlaced === true ? 'bwdif=mode=send_frame:deint=all,' : ''}fps=${rate.num}/${rate.den}:eof_action=pass` +
    // After a seek a late landing must show as a missing picture, not as one that is held backwards.
    (readsFromStart ? ':start_time=0' : '');
  // The last picture is held: to the end of its segment, and for at most one segment more; a still for all of it.
  const hold = [`tpad=stop=${2 * framesPerSegment - 1}:stop_mode=clone`, `trim=start_pts=${first}:end_pts=${end}`];
  const fitted = [
    ...(film?.toneMap === true ? [fit, ...TONE_MAP] : [fit + toBt709]),
    `pad=${width}:${height}:-1:-1`,
    'setsar=1',
    'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709',
  ];
  // A still is fitted once, and then held.
  return [from, ...(film === undefined ? [...fitted, ...hold] : [...hold, ...fitted])].join(',');
}

/**
 * HDR to standard dynamic range: to linear light, into the narrower gamut, highlights rolled off. Files often name
 * their transfer alone: with it, the rest is always BT.2020.
 */
const TONE_MAP = [
  'setparams=color_primaries=bt2020:colorspace=bt2020nc',
  'zscale=transfer=linear:npl=100',
  'format=gbrpf32le',
  'zscale=primaries=bt709',
  'tonemap=tonemap=hable:desat=0',
  'zscale=transfer=bt709:matrix=bt709:range=tv',
  'format=yuv420p',
];

function soundChain(reel: ReelParams, encoder: Encoder): string {
  const firstSample = (soundCut(reel.grid, reel.fromSegment) - LEAD_IN_SOUND_FRAMES) * SAMPLES_PER_SOUND_FRAME;
  const endSample = (soundCut(reel.grid, reel.untilSegment) + LEAD_OUT_SOUND_FRAMES) * SAMPLES_PER_SOUND_FRAME;
  // Silence is there for every sample; the track is laid over it wherever it has something to say.
  const silence = `anullsrc=r=${SAMPLE_RATE}:cl=stereo,asetpts=PTS+${firstSample},atrim=end_pts=${endSample}`;
  const early = `asetpts=PTS-${soundEarlySamples(reel.grid, encoder.reorders ? REORDER_PICTURES : 0)}`;
  const sound = reel.source.kind === 'film' ? reel.source.sound : null;
  const firstMs = Math.max(0, (firstSample * 1000) / SAMPLE_RATE);
  if (sound === null || (sound.endMs !== null && sound.endMs <= firstMs)) return `${silence},${early}`;
  const track = [
    // Cut before resampling, a seek may land long before; first_pts counts input samples, hence two resamplers.
    `[0:a:${sound.track}]atrim=start=${inSeconds(firstMs)}${sound.endMs === null ? '' : `:end=${inSeconds(sound.endMs)}`}`,
    `aresample=${SAMPLE_RATE}:${DOWNMIX}`,
    `aresample=${SAMPLE_RATE}:async=1:first_pts=${firstSample}`,
    'aformat=sample_fmts=fltp:channel_layouts=stereo',
  ].join(',');
  return `${silence}[silence];${track}[track];[silence][track]amix=inputs=2:duration=first:normalize=0,${early}`;
}

function inSeconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(6);
}

/** To stereo with the centre at full weight, dialogue first; normalised with headroom, so that all channels together cannot clip. */
const DOWNMIX = 'out_chlayout=stereo:clev=1:slev=0.5:lfe_mix_level=0:rematrix_maxval=0.89';
