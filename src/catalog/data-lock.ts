import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import knexFactory from 'knex';
import { AppError, messageOf } from '../shared/errors.ts';

/** A lock of the operating system on a data folder: gone with its process, however that ends. */
export interface DataLock {
  release(): Promise<void>;
}

/** Takes the folder for this process alone; `data_folder_in_use` while another sidecar has it. */
export async function lockDataFolder(directory: string): Promise<DataLock> {
  await makeFolder(directory);
  // SQLite's own lock, on a file that holds nothing else: portable, and released by the kernel.
  const filename = path.join(directory, 'sidecar.lock');
  const knex = knexFactory({
    client: 'sqlite3',
    connection: { filename },
    useNullAsDefault: true,
    pool: { min: 1, max: 1 },
  });
  try {
    await knex.raw('PRAGMA busy_timeout = 500');
    await knex.raw('PRAGMA locking_mode = EXCLUSIVE');
    await knex.raw('BEGIN EXCLUSIVE');
    return { release: () => knex.destroy() };
  } catch (error) {
    await knex.destroy();
    if (!messageOf(error).includes('SQLITE_BUSY')) throw error;
    throw new AppError(
      'data_folder_in_use',
      `another sidecast airs from the data folder ${directory}; stop that one, or set SIDECAST_DATA_DIR to another folder`,
      { cause: error },
    );
  }
}

async function makeFolder(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true });
  } catch (error) {
    throw new AppError(
      'folder_not_writable',
      `the data folder ${directory} cannot be made (${messageOf(error)}); set SIDECAST_DATA_DIR to a folder that can be written`,
      { cause: error },
    );
  }
}
