import { statfs } from 'node:fs/promises';
import { requireWritable } from '../../shared/writable-folder.ts';
import { type Finding, fine, wrong, wrongBy } from '../finding.ts';

export interface OwnFolder {
  /** As a person calls it. */
  readonly what: 'data' | 'reels' | 'streams';
  readonly folder: string;
  /** What moves it elsewhere. */
  readonly setting: string;
}

/** Whether the folders can be written, and have room on their disks. */
export async function checkFolders(folders: readonly OwnFolder[], minFreeMb: number): Promise<readonly Finding[]> {
  return Promise.all(folders.map((own) => checkFolder(own, minFreeMb)));
}

async function checkFolder({ what, folder, setting }: OwnFolder, minFreeMb: number): Promise<Finding> {
  try {
    await requireWritable(folder, what, setting);
  } catch (error) {
    return wrongBy(error);
  }
  const { bavail, bsize } = await statfs(folder);
  const freeMb = Math.floor((bavail * bsize) / 1e6);
  const words = `the disk of the ${what} folder ${folder} has ${freeMb} MB free`;
  return freeMb >= minFreeMb
    ? fine(words)
    : wrong(
        `${words}, less than the ${minFreeMb} MB that must stay free`,
        `make room there, set ${setting} to a folder elsewhere, or lower SIDECAST_MIN_FREE_DISK_MB`,
      );
}
