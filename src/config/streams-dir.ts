import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import path from 'node:path';

const ENOUGH_BYTES = 512 * 1024 * 1024;

/** The folder of what is on air: as set, else in memory where that has room, else in the data folder. */
export async function resolveStreamsDir(
  settings: { readonly streamsDir?: string | undefined; readonly dataDir: string },
  memory = '/dev/shm',
): Promise<string> {
  if (settings.streamsDir !== undefined) return settings.streamsDir;
  if (!(await hasRoom(memory))) return path.join(settings.dataDir, 'streams');
  // Sidecars of different data folders share the machine's memory, but no tree.
  const hash = createHash('sha256').update(path.resolve(settings.dataDir)).digest('hex').slice(0, 12);
  return path.join(memory, `sidecast-${hash}`);
}

async function hasRoom(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}
