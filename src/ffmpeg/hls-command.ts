import path from 'node:path';
import { AppError } from '../shared/errors.ts';
import { ENCODERS, type Encoder } from './encoders.ts';
import { AUDIO_KBPS, getResolutionForQuality, parseQuality, QUALITIES, type Quality } from './quality.ts';
import { type ReelParams, reelInputArgs, reelFilterArgs, reelMuxerArgs, reelVideoArgs } from './reel-args.ts';

/** What to encode, where to, and how. */
export interface StreamParams {
  readonly inputFile: string;
  /** The playlist; segments go beside it. */
  readonly outputPath: string;
  readonly quality: string;
  /** `auto` is software: whoever wants the best encoder resolves it before. */
  readonly hardwareAccel: string;
  /** Seconds from the start of the input, 0 for its beginning. */
  readonly seekSeconds: number;
  /** Seconds that a segment lasts at least. */
  readonly segmentDuration: number;
  /** Segments that the playlist keeps. */
  readonly playlistSize: number;
  /** Present for a run: develops whole reel segments instead of an ordinary HLS stream. */
  readonly reel?: ReelParams;
}

/** Arguments without the program's own name. */
export interface FFmpegCommand {
  readonly args: readonly string[];
}

/** The command that turns a file into HLS segments of a quality. Throws `AppError` for each wrong parameter. */
export function buildHLSCommand(params: StreamParams): FFmpegCommand {
  const quality = parseQuality(params.quality);
  const encoder = encoderOf(params.hardwareAccel);
  requireText(params.inputFile, 'empty_input_file', 'input file cannot be empty; name the file to encode');
  requireText(params.outputPath, 'empty_output_path', 'output path cannot be empty; name the playlist to write');
  requirePositive(params.segmentDuration, 'invalid_segment_duration', 'segment duration must be positive');
  requirePositive(params.playlistSize, 'invalid_playlist_size', 'playlist size must be positive');
  const args =
    params.reel === undefined ? plainArgs(params, quality, encoder) : runArgs(params, params.reel, quality, encoder);
  return { args };
}

function plainArgs(params: StreamParams, quality: Quality, encoder: Encoder): string[] {
  const segments = params.outputPath.replace(/(\.m3u8)?$/, '_segment_%03d.ts');
  return [
    ...seekArgs(params.seekSeconds),
    ...['-i', params.inputFile],
    ...['-c:v', encoder.codec, ...encoder.preset],
    ...audioArgs(),
    ...rateArgs(quality),
    ...['-s', getResolutionForQuality(quality)],
    ...['-f', 'hls', '-hls_time', String(params.segmentDuration), '-hls_list_size', String(params.playlistSize)],
    ...['-hls_flags', 'delete_segments'],
    ...['-hls_segment_filename', segments],
    ...['-hls_playlist_type', 'event'],
    params.outputPath,
  ];
}

function runArgs(params: StreamParams, reel: ReelParams, quality: Quality, encoder: Encoder): string[] {
  const readsFromStart = params.seekSeconds <= 0;
  return [
    ...reelInputArgs(reel, encoder),
    ...seekArgs(params.seekSeconds),
    ...['-i', params.inputFile],
    ...reelFilterArgs(reel, encoder, { ...QUALITIES[quality], readsFromStart }),
    ...['-c:v', encoder.codec, ...presetArgs(encoder, reel.preset)],
    ...reelVideoArgs(reel, encoder),
    ...audioArgs(),
    ...rateArgs(quality),
    ...['-f', 'hls', '-hls_time', String(params.segmentDuration), '-hls_list_size', String(params.playlistSize)],
    ...reelMuxerArgs(reel),
    ...['-hls_segment_filename', path.join(path.dirname(params.outputPath), '%d.ts')],
    params.outputPath,
  ];
}

function encoderOf(method: string): Encoder {
  if (method === 'auto') return ENCODERS.none;
  const found = Object.entries(ENCODERS).find(([name]) => name === method);
  if (found !== undefined) return found[1];
  const allowed = [...Object.keys(ENCODERS), 'auto'].join(', ');
  throw new AppError(
    'invalid_hardware_accel',
    `invalid hardware acceleration method "${method}"; use one of ${allowed}`,
  );
}

function seekArgs(seconds: number): string[] {
  return seconds > 0 ? ['-ss', String(Number(seconds.toFixed(6)))] : [];
}

function audioArgs(): string[] {
  return ['-c:a', 'aac', '-b:a', `${AUDIO_KBPS}k`, '-ac', '2'];
}

function rateArgs(quality: Quality): string[] {
  const { videoKbps, bufferKbits } = QUALITIES[quality];
  return ['-b:v', `${videoKbps}k`, '-maxrate', `${videoKbps}k`, '-bufsize', `${bufferKbits}k`];
}

function presetArgs(encoder: Encoder, softwarePreset: string): readonly string[] {
  return encoder.codec === 'libx264' ? ['-preset', softwarePreset] : encoder.preset;
}

function requireText(value: string, code: 'empty_input_file' | 'empty_output_path', message: string): void {
  if (value.trim() === '') throw new AppError(code, message);
}

function requirePositive(
  value: number,
  code: 'invalid_segment_duration' | 'invalid_playlist_size',
  message: string,
): void {
  if (!(value > 0)) throw new AppError(code, `${message}, not ${value}`);
}
