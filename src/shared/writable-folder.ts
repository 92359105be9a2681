import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { v4 as uuid } from 'uuid';
import { AppError, hasCode, messageOf } from './errors.ts';

/** What a database needs to be opened; less is a full disk. */
const PROBE_BYTES = 64 * 1024;

/** Makes a folder and writes into it, once; `folder_not_writable` names the setting that moves it elsewhere. */
export async function requireWritable(folder: string, what: string, setting: string): Promise<void> {
  const probe = path.join(folder, `.writable-${uuid()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, Buffer.alloc(PROBE_BYTES));
    await rm(probe);
  } catch (error) {
    await rm(probe, { force: true }).catch(() => {});
    const remedy = hasCode(error, 'ENOSPC') ? 'make room there' : 'allow it';
    throw new AppError(
      'folder_not_writable',
      `the ${what} folder ${folder} cannot be written (${messageOf(error)}); ${remedy}, or set ${setting} to another folder`,
      { cause: error },
    );
  }
}
