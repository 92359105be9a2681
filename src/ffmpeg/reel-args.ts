import { type Grid, SAMPLE_RATE, SAMPLES_PER_SOUND_FRAME } from '../schedule/grid.ts';
import { soundCut, soundEarlySamples } from '../schedule/sound-cut.ts';
import type { Encoder } from './encoders.ts';

/** Seconds added to every time of a piece, so that decode times of the first pictures stay positive. */
export const PIECE_OFFSET_SECONDS = 10;
/** Sound frames encoded before the first one that is kept: the encoder's priming. */
const LEAD_IN_SOUND_FRAMES = 3;

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

/** The sound track of a film: its number among the file's, and where it ends, in ms from the item's start. */
export interface ReelSound {
  readonly track: number;
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
    ...(reel.source.kind === 'still' ? ['-loop', '1', '-framerate', `${num}/${den}`] : []),
    ...(reel.source.kind === 'generated' ? ['-f', 'lavfi'] : []),
  ];
}

/** Exactly the pictures and samples of the run, wherever the seek landed, fitted into the size with bars. */
export function reelFilterArgs(reel: ReelParams, encoder: Encoder, size: { width: number; height: number }): string[] {
  const graph = [`${pictureChain(reel, size)},${encoder.upload}[v]`, `${soundChain(reel)}[a]`].join(';');
  return ['-filter_complex', graph, '-map', '[v]', '-map', '[a]'];
}

/** Groups of exactly one segment. */
export function reelVideoArgs(reel: ReelParams, encoder: Encoder): string[] {
  const pictures = String(reel.grid.framesPerSegment);
  return ['-g', pictures, '-keyint_min', pictures, ...encoder.closedGroups];
}

/** Pieces cut at every key picture, numbered as reel segments, with times that nobody shifts. */
export function reelMuxerArgs(reel: ReelParams): string[] {
  return [
    ...['-output_ts_offset', String(PIECE_OFFSET_SECONDS), '-muxdelay', '0', '-muxpreload', '0'],
    ...['-avoid_negative_ts', 'disabled', '-max_interleave_delta', '0'],
    ...['-start_number', String(reel.fromSegment), '-hls_flags', 'temp_file'],
  ];
}

function pictureChain(reel: ReelParams, { width, height }: { width: number; height: number }): string {
  const { rate, framesPerSegment } = reel.grid;
  const first = reel.fromSegment * framesPerSegment;
  const end = reel.untilSegment * framesPerSegment;
  const film = reel.source.kind === 'film' ? reel.source : undefined;
  // Display aspect kept (`dar` counts the sample aspect), sides even.
  const fit = `scale=w='2*round(min(${width},${height}*dar)/2)':h='2*round(min(${height},${width}/dar)/2)'`;
  const toBt709 = `${film === undefined ? '' : `:in_color_matrix=${film.colourMatrix}`}:out_color_matrix=bt709:out_range=tv`;
  return [
    `[0:V:0]${film?.interlaced === true ? 'bwdif=mode=send_frame:deint=all,' : ''}fps=${rate.num}/${rate.den}` +
      (reel.fromSegment === 0 ? ':start_time=0' : ''),
    // The last picture is held: to the end of its segment, and for at most one segment more.
    `tpad=stop=${2 * framesPerSegment - 1}:stop_mode=clone`,
    `trim=start_pts=${first}:end_pts=${end}`,
    ...(film?.toneMap === true ? [fit, ...TONE_MAP] : [fit + toBt709]),
    `pad=${width}:${height}:-1:-1`,
    'setsar=1',
    'setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709',
  ].join(',');
}

/** HDR to standard dynamic range: to linear light, into the narrower gamut, highlights rolled off. */
const TONE_MAP = [
  'zscale=transfer=linear:npl=100',
  'format=gbrpf32le',
  'zscale=primaries=bt709',
  'tonemap=tonemap=hable:desat=0',
  'zscale=transfer=bt709:matrix=bt709:range=tv',
  'format=yuv420p',
];

function soundChain(reel: ReelParams): string {
  const firstSample = (soundCut(reel.grid, reel.fromSegment) - LEAD_IN_SOUND_FRAMES) * SAMPLES_PER_SOUND_FRAME;
  const endSample = soundCut(reel.grid, reel.untilSegment) * SAMPLES_PER_SOUND_FRAME;
  const early = `asetpts=PTS-${soundEarlySamples(reel.grid)}`;
  const track = audibleTrack(reel.source, firstSample);
  if (track === undefined) {
    return `anullsrc=r=${SAMPLE_RATE}:cl=stereo,asetpts=PTS+${firstSample},atrim=end_pts=${endSample},${early}`;
  }
  return [
    // Cut before resampling, a seek may land long before; first_pts counts input samples, hence two resamplers.
    `[0:a:${track}]atrim=start=${Math.max(0, firstSample / SAMPLE_RATE).toFixed(6)}`,
    `aresample=${SAMPLE_RATE}:${DOWNMIX}`,
    `aresample=${SAMPLE_RATE}:async=1:first_pts=${firstSample}`,
    'aformat=sample_fmts=fltp:channel_layouts=stereo',
    'apad',
    `atrim=start_pts=${firstSample}:end_pts=${endSample}`,
    early,
  ].join(',');
}

/** To stereo with the centre at full weight, dialogue first; normalised, so the sum of all channels cannot clip. */
const DOWNMIX = 'out_chlayout=stereo:clev=1:slev=0.5:lfe_mix_level=0:rematrix_maxval=1';

function audibleTrack(source: ReelSource, firstSample: number): number | undefined {
  if (source.kind !== 'film' || source.sound === null) return undefined;
  const { track, endMs } = source.sound;
  // Past the end of the track there are no samples to pad from.
  return endMs !== null && (firstSample / SAMPLE_RATE) * 1000 >= endMs - 100 ? undefined : track;
}
