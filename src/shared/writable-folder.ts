import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { v4 as uuid } from 'uuid';
import { AppError, messageOf } from './errors.ts';

/** Makes a folder and writes into it, once; `folder_not_writable` names the setting that moves it elsewhere. */
export async function requireWritable(folder: string, what: string, setting: string): Promise<void> {
  const probe = path.join(folder, `.writable-${uuid()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new AppError(
      'folder_not_writable',
      `the ${what} folder ${folder} cannot be written (${messageOf(error)}); allow it, or set ${setting} to another folder`,
      { cause: error },
    );
  }
}
