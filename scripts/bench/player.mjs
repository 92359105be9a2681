import { once } from 'node:events';
import { start } from './cleanup.mjs';

/** What a player reads before it shows something. The small probe is what fast players and hosts set. */
export const SMALL_PROBE = ['-probesize', '65536', '-analyzeduration', '0'];
export const DEFAULT_PROBE = [];

/** The picture as it is compared: small, grey. */
export const SMALL_PICTURE = ['-map', '0:v:0', '-frames:v', '1', '-vf', 'scale=32:18,format=gray', '-f', 'rawvideo'];
const SMALL_PICTURE_BYTES = 32 * 18;
const LIMIT_MS = 30_000;

export const hlsUrl = ({ url, channel }) => `${url}/stream/${channel.id}/1080p.m3u8`;
export const tsUrl = ({ url, channel }) => `${url}/stream/${channel.id}.ts`;

/**
 * Opens an address with ffmpeg as a player. `startMs`: until it sends its first GET; `frameMs`: from there to the
 * first decoded picture, which is `picture`. `onGET` is called at the GET.
 */
export async function playFirstFrame(url, probe, onGET = () => {}) {
  const spawnedAt = performance.now();
  const child = start('ffmpeg', [
    ...['-hide_banner', '-nostdin', '-nostats', '-v', 'verbose', ...probe, '-i', url],
    ...[...SMALL_PICTURE, '-flush_packets', '1', 'pipe:1'],
  ]);
  let askedAt;
  let said = '';
  child.stderr.on('data', (text) => {
    said += String(text);
    if (askedAt !== undefined || !said.includes('Starting connection attempt')) return;
    askedAt = performance.now();
    onGET();
  });
  const limit = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
  const parts = [];
  let decodedAt;
  child.stdout.on('data', (bytes) => {
    decodedAt ??= performance.now();
    parts.push(bytes);
  });
  await once(child, 'close');
  clearTimeout(limit);
  const picture = Buffer.concat(parts);
  if (askedAt === undefined || decodedAt === undefined || picture.length !== SMALL_PICTURE_BYTES) {
    throw new Error(`the player decoded no picture of ${url}: ${said}`);
  }
  return { startMs: askedAt - spawnedAt, frameMs: decodedAt - askedAt, picture };
}

/** How unlike two pictures are: the mean difference of their pixels, of 255. */
export function difference(a, b) {
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]), 0) / a.length;
}
