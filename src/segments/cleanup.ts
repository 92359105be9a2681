import type { Dirent } from 'node:fs';
import { renameSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { v4 as uuid, validate as isUuid } from 'uuid';
import type { Quality } from '../ffmpeg/quality.ts';
import { QUALITY_LEVELS } from '../ffmpeg/quality.ts';
import { AppError, hasCode } from '../shared/errors.ts';
import { segmentDirectory } from './paths.ts';

/** Makes a channel's folders in the tree, one per quality. */
export async function createSegmentDirectories(
  baseDir: string,
  channelId: string,
  qualities: readonly Quality[] = QUALITY_LEVELS,
): Promise<void> {
  for (const quality of qualities) await mkdir(segmentDirectory(baseDir, channelId, quality), { recursive: true });
}

/** Removes a channel's whole folder: segments, playlists, directories. A folder that is gone already is fine. */
export async function cleanupSegments(outputDir: string): Promise<void> {
  if (outputDir === '' || path.dirname(path.resolve(outputDir)) === path.resolve(outputDir)) {
    throw new AppError('invalid_directory', `invalid directory path "${outputDir}"; name a channel's folder`);
  }
  // A writer that is just ending may add a file in between; then the removal is tried again.
  await rm(outputDir, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Removes the folders of channels that have no session, and says which. Only folders named by a UUID are touched.
 * `activeSessions` is read anew for each folder, so a session that starts meanwhile keeps its own.
 */
export async function cleanupOrphanedDirectories(
  baseDir: string,
  activeSessions: Iterable<{ readonly channelId: string }>,
): Promise<string[]> {
  const removed: string[] = [];
  for (const entry of await entriesOf(baseDir)) {
    if (!entry.isDirectory() || !isUuid(entry.name) || hasSession(activeSessions, entry.name)) continue;
    if (await removeFolder(baseDir, entry.name)) removed.push(entry.name);
  }
  return removed;
}

async function entriesOf(baseDir: string): Promise<Dirent[]> {
  try {
    return await readdir(baseDir, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

function hasSession(sessions: Iterable<{ readonly channelId: string }>, channelId: string): boolean {
  for (const session of sessions) if (session.channelId === channelId) return true;
  return false;
}

async function removeFolder(baseDir: string, name: string): Promise<boolean> {
  // Moved aside in the same turn as the check: a stream that starts during the removal makes a folder of its own.
  // The new name is a UUID too, so what a crash leaves of it is swept the next time.
  const aside = path.join(baseDir, uuid());
  try {
    renameSync(path.join(baseDir, name), aside);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
  await cleanupSegments(aside);
  return true;
}
