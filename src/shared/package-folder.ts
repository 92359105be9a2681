import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder of the package, in which this code lies deeper as it was written than as it is built. */
export const PACKAGE_FOLDER = packageFolderOf(import.meta.dirname);

function packageFolderOf(folder: string): string {
  return existsSync(path.join(folder, 'package.json')) ? folder : packageFolderOf(path.dirname(folder));
}
