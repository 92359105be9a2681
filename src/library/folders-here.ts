import path from 'node:path';
import { hasCode } from '../shared/errors.ts';
import type { DiskProcess } from './disk/disk-process.ts';
import { listFolder } from './disk/list-folder.ts';
import type { FolderHere } from './suggest-rule.ts';

/** Where people mount disks and keep films. */
const PLACES = ['/mnt', '/media', '/srv', '/data', '/storage', '/volume1', '/volumes', '/Volumes', '/home', '/nas'];
/** Folders below those that are looked into: enough for a mount, few enough for a disk on the network. */
const LEVELS = 2;
const MOST_FOLDERS = 500;

/** The folders on this machine in which films are likely to lie, those at the top first. */
export async function foldersHere(disk: DiskProcess, places: readonly string[] = PLACES): Promise<FolderHere[]> {
  const found: FolderHere[] = [];
  let level = [...places];
  for (let depth = 0; depth <= LEVELS && found.length < MOST_FOLDERS; depth++) {
    const below: string[] = [];
    for (const folder of level) {
      const entries = await listFolder(disk, folder).then((listing) => listing.entries, nothingIn);
      const names = entries.map(({ name }) => name).filter((name) => !name.startsWith('.'));
      if (names.length > 0) found.push({ path: folder, names });
      below.push(...entries.filter(({ kind }) => kind === 'folder').map(({ name }) => path.join(folder, name)));
    }
    level = below.filter((folder) => !path.basename(folder).startsWith('.')).slice(0, MOST_FOLDERS);
  }
  return found.slice(0, MOST_FOLDERS);
}

/** Of one that may not be read, or is not there. */
function nothingIn(error: unknown): [] {
  if (hasCode(error, 'timeout')) throw error;
  return [];
}
