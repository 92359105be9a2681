import { AppError } from '../shared/errors.ts';
import { decimal, quotedString, uriLine } from './playlist-value.ts';
import type { MasterPlaylist, PlaylistVariant } from './types.ts';

/** The text of a master playlist (RFC 8216, 4.3.4), variants in the order given: players start with the first. */
export function generateMasterPlaylist(variants: MasterPlaylist['variants']): string {
  if (variants.length === 0) {
    throw new AppError('empty_variants', 'playlist must have at least one variant; give one per quality');
  }
  const lines = ['#EXTM3U', '#EXT-X-VERSION:3', ...variants.flatMap(variantLines)];
  return `${lines.join('\n')}\n`;
}

function variantLines(variant: PlaylistVariant): string[] {
  const attributes = [`BANDWIDTH=${bitsPerSecond(variant.bandwidth)}`];
  if (variant.averageBandwidth !== undefined) {
    attributes.push(`AVERAGE-BANDWIDTH=${bitsPerSecond(variant.averageBandwidth)}`);
  }
  attributes.push(`RESOLUTION=${resolution(variant.resolution)}`);
  if (variant.frameRate !== undefined) attributes.push(`FRAME-RATE=${frameRate(variant.frameRate)}`);
  if (variant.codecs !== undefined) attributes.push(`CODECS=${quotedString(variant.codecs)}`);
  return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, uriLine(variant.path)];
}

function bitsPerSecond(value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new AppError('invalid_bandwidth', `bandwidth must be positive and whole, in bits per second; got ${value}`);
}

function resolution(value: string): string {
  if (/^[1-9]\d*x[1-9]\d*$/.test(value)) return value;
  throw new AppError('invalid_resolution', `invalid resolution format ${JSON.stringify(value)}; write it as 1920x1080`);
}

function frameRate(value: number): string {
  if (value > 0) return decimal('frame rate', value, 3);
  throw new AppError('invalid_playlist_value', `invalid frame rate ${value}; use a positive number`);
}
