import path from 'node:path';
import type { DiskProcess } from './disk/disk-process.ts';
import { kindOf } from './disk/kind-of.ts';
import type { PathRule } from './path-map.ts';

/**
 * Where a host's own folders are on this machine, from its database's file; `homes` are what it calls the folder of its
 * data, which in a container is not where that is seen from here.
 */
export async function ownFolders(disk: DiskProcess, file: string, homes: readonly string[]): Promise<PathRule[]> {
  const folder = path.dirname(file);
  const above = path.join(folder, '..');
  const isHere = async (name: string) => (await kindOf(disk, name).catch(() => undefined)) === 'folder';
  const rules = [
    { from: '%AppDataPath%', to: folder },
    { from: '%MetadataPath%', to: path.join(above, 'metadata') },
    { from: '%PlexData%', to: path.join(above, '..') },
  ];
  if (homes.length === 0) return rules;
  if (await isHere(path.join(above, 'root/default'))) rules.push(...homes.map((from) => ({ from, to: above })));
  // Of the whole folder, pictures may be all that is here beside the database.
  for (const to of [path.join(above, 'metadata'), path.join(folder, 'metadata')]) {
    if (await isHere(to)) return [...rules, ...homes.map((home) => ({ from: `${home}/metadata`, to }))];
  }
  return rules;
}
