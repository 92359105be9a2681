import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { generateMasterPlaylist } from '../../src/playlist/master-playlist.ts';
import { writePlaylistAtomic } from '../../src/playlist/writer.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'writer-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a master playlist is written into a directory that did not exist', async () => {
  const file = path.join(folder, 'channel1', 'master.m3u8');
  const playlist = generateMasterPlaylist([{ bandwidth: 5192000, resolution: '1920x1080', path: '1080p.m3u8' }]);
  await writePlaylistAtomic(file, playlist);
  expect(await readFile(file, 'utf8')).toBe(playlist);
});

test('readers see one of the written playlists, whole, while writers follow each other', async () => {
  const file = path.join(folder, '720p.m3u8');
  const versions = Array.from({ length: 20 }, (_, i) => `${i}`.repeat(5000));
  await writePlaylistAtomic(file, versions[0] ?? '');
  const writing = Promise.all(versions.map((version) => writePlaylistAtomic(file, version)));
  for (let i = 0; i < 50; i++) expect(versions).toContain(await readFile(file, 'utf8'));
  await writing;
  expect(versions).toContain(await readFile(file, 'utf8'));
  expect(await readdir(folder)).toEqual(['720p.m3u8']);
});

test('a playlist that cannot be put in place leaves no temporary file behind', async () => {
  const file = path.join(folder, 'taken');
  await mkdir(path.join(file, 'not empty'), { recursive: true });
  await expect(writePlaylistAtomic(file, '#EXTM3U\n')).rejects.toMatchObject({ code: 'EISDIR' });
  expect(await readdir(folder)).toEqual(['taken']);
});
