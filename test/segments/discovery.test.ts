import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { generateMediaPlaylist } from '../../src/playlist/media-playlist.ts';
import { PLAYLIST_TYPE_EVENT } from '../../src/playlist/types.ts';
import { validateMediaPlaylist } from '../../src/playlist/validate.ts';
import { discoverSegments } from '../../src/segments/discovery.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'discovery-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (...names: string[]) => Promise.all(names.map((name) => writeFile(path.join(folder, name), '')));

test('discovered segments become a playlist', async () => {
  await write('channel1_1080p_segment_001.ts', 'channel1_1080p_segment_000.ts');
  const segments = await discoverSegments(folder);
  const config = { targetDuration: 6, mediaSequence: 0, playlistType: PLAYLIST_TYPE_EVENT };
  const playlist = generateMediaPlaylist(segments, config);
  validateMediaPlaylist(playlist);
  expect(playlist.split('\n').slice(5, 9)).toEqual([
    '#EXTINF:6.0,',
    'channel1_1080p_segment_000.ts',
    '#EXTINF:6.0,',
    'channel1_1080p_segment_001.ts',
  ]);
});

test('segments come in the order of their numbers, not of their names', async () => {
  await write('c_720p_segment_1000.ts', 'c_720p_segment_999.ts', 'c_720p_segment_002.ts');
  expect(await discoverSegments(folder, { durationSeconds: 2.002 })).toEqual([
    { duration: 2.002, path: 'c_720p_segment_002.ts', sequence: 2 },
    { duration: 2.002, path: 'c_720p_segment_999.ts', sequence: 999 },
    { duration: 2.002, path: 'c_720p_segment_1000.ts', sequence: 1000 },
  ]);
});

test('other files and folders are left out', async () => {
  await write('720p.m3u8', 'notes.ts', 'c_720p_segment_001.ts.tmp', 'c_720p_segment_003.ts');
  await mkdir(path.join(folder, 'c_720p_segment_004.ts'));
  expect((await discoverSegments(folder)).map(({ sequence }) => sequence)).toEqual([3]);
});

test('a directory that does not exist has no segments', async () => {
  expect(await discoverSegments(path.join(folder, 'nowhere', '720p'))).toEqual([]);
});

test('what is no directory is refused', async () => {
  await write('file');
  await expect(discoverSegments(path.join(folder, 'file'))).rejects.toMatchObject({ code: 'invalid_directory' });
  await expect(discoverSegments('')).rejects.toMatchObject({ code: 'invalid_directory' });
});
