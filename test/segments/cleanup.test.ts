import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { v4 as uuid } from 'uuid';
import { cleanupOrphanedDirectories, cleanupSegments, createSegmentDirectories } from '../../src/segments/cleanup.ts';
import { segmentDirectory } from '../../src/segments/paths.ts';
import { StreamSession } from '../../src/stream/session/session.ts';
import { SessionManager } from '../../src/stream/session/session-manager.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'cleanup-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a channel gets a folder per quality, all of them unless told otherwise', async () => {
  await createSegmentDirectories(folder, 'channel1');
  await createSegmentDirectories(folder, 'channel2', ['720p']);
  await createSegmentDirectories(folder, 'channel2', ['720p']);
  expect((await readdir(path.join(folder, 'channel1'))).toSorted()).toEqual(['1080p', '480p', '720p']);
  expect(await readdir(path.join(folder, 'channel2'))).toEqual(['720p']);
});

test('a channel is removed with everything in it, once or twice', async () => {
  await createSegmentDirectories(folder, 'channel1');
  await createSegmentDirectories(folder, 'channel2');
  await writeFile(path.join(segmentDirectory(folder, 'channel1', '720p'), 'channel1_720p_segment_001.ts'), '');
  await cleanupSegments(path.join(folder, 'channel1'));
  await cleanupSegments(path.join(folder, 'channel1'));
  expect(await readdir(folder)).toEqual(['channel2']);
});

test.each(['', '/'])('%j is never removed', async (directory) => {
  await expect(cleanupSegments(directory)).rejects.toMatchObject({ code: 'invalid_directory' });
});

test('channels without a session are swept; what is no channel stays', async () => {
  const [active, orphan] = [uuid(), uuid()];
  await createSegmentDirectories(folder, active);
  await createSegmentDirectories(folder, orphan);
  await mkdir(path.join(folder, 'lost+found'));
  await writeFile(path.join(folder, uuid()), 'a file with the name of a channel');
  await symlink(os.tmpdir(), path.join(folder, uuid()));

  expect(await cleanupOrphanedDirectories(folder, [new StreamSession(active)])).toEqual([orphan]);
  const left = await readdir(folder);
  expect(left).toHaveLength(4);
  expect(left).toEqual(expect.arrayContaining([active, 'lost+found']));
});

test('a session that starts during the sweep keeps its folder', async () => {
  const sessions = new SessionManager();
  const channelId = uuid();
  const sweep = cleanupOrphanedDirectories(folder, sessions);
  sessions.set(channelId, new StreamSession(channelId));
  await createSegmentDirectories(folder, channelId);
  await sweep;
  expect(await cleanupOrphanedDirectories(folder, sessions)).toEqual([]);
  expect(await readdir(folder)).toEqual([channelId]);
});

test('a tree that is not there has no orphans', async () => {
  expect(await cleanupOrphanedDirectories(path.join(folder, 'nowhere'), [])).toEqual([]);
});
