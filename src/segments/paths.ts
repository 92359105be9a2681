import path from 'node:path';
import type { Quality } from '../ffmpeg/quality.ts';
import { AppError } from '../shared/errors.ts';

// The segment output tree:
//   <streams>/<channel>/master.m3u8
//   <streams>/<channel>/<quality>.m3u8
//   <streams>/<channel>/<quality>/<channel>_<quality>_segment_<n>.ts

const NUMBER_PATTERN = '%03d';
const SEGMENT_NAME = /^[^/\\]*_segment_(\d+)\.ts$/;

/** Everything that a channel has in the tree. */
export function channelDirectory(baseDir: string, channelId: string): string {
  return path.join(baseDir, plainName(channelId));
}

export function masterPlaylistPath(baseDir: string, channelId: string): string {
  return path.join(channelDirectory(baseDir, channelId), 'master.m3u8');
}

/** The media playlist of a channel's quality. */
export function getOutputPath(baseDir: string, channelId: string, quality: Quality): string {
  return path.join(channelDirectory(baseDir, channelId), getPlaylistFilename(quality));
}

export function getPlaylistFilename(quality: Quality): string {
  return `${plainName(quality)}.m3u8`;
}

export function segmentDirectory(baseDir: string, channelId: string, quality: Quality): string {
  return path.join(channelDirectory(baseDir, channelId), plainName(quality));
}

/** The segments' name as ffmpeg's `-hls_segment_filename` wants it. */
export function getSegmentPattern(channelId: string, quality: Quality): string {
  return `${plainName(channelId)}_${plainName(quality)}_segment_${NUMBER_PATTERN}.ts`;
}

/** The name of segment n, as ffmpeg would write it from the pattern. */
export function segmentFilename(channelId: string, quality: Quality, n: number): string {
  return getSegmentPattern(channelId, quality).replace(NUMBER_PATTERN, String(n).padStart(3, '0'));
}

/** The number in a segment's file name, or undefined for any other file. */
export function parseSegmentFilename(name: string): number | undefined {
  const digits = SEGMENT_NAME.exec(name)?.[1];
  const n = digits === undefined ? Number.NaN : Number(digits);
  return Number.isSafeInteger(n) ? n : undefined;
}

/** One name in a folder: cannot climb out of the tree, hide in it, or be read as an ffmpeg pattern. */
function plainName(name: string): string {
  if (/^\w[\w.-]*$/.test(name)) return name;
  throw new AppError('invalid_path', `invalid name ${JSON.stringify(name)}; use letters, digits, "_", "." and "-"`);
}
