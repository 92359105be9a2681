import path from 'node:path';
import { AppError, hasCode, messageOf } from '../shared/errors.ts';
import type { DiskProcess } from './disk/disk-process.ts';
import { kindOf } from './disk/kind-of.ts';
import { HostDatabase, type HostDatabaseOptions } from './database/host-database.ts';
import { isLibrary } from './find-schema.ts';
import { readingAdvice } from './reading-advice.ts';
import { tablesIn } from './schema-found.ts';

export type Host = 'jellyfin' | 'plex';

/** Where a host's database lies, from the folders that people know it by. */
const PLACES: Readonly<Record<Host, { readonly folders: readonly string[]; readonly names: readonly string[] }>> = {
  jellyfin: {
    // Packages, the official image and others nest the data folder differently.
    folders: ['.', 'data', 'data/data', 'config/data'],
    // Versions before 10.11 have both: the library is where its tables are.
    names: ['jellyfin.db', 'library.db'],
  },
  plex: {
    folders: ['.', 'Databases', 'Plug-in Support/Databases'].flatMap((folder) =>
      ['', 'Plex Media Server', 'Library/Application Support/Plex Media Server'].map((above) =>
        path.join(above, folder),
      ),
    ),
    names: ['com.plexapp.plugins.library.db'],
  },
};
const HOST_NAMES: Readonly<Record<Host, string>> = { jellyfin: 'Jellyfin', plex: 'Plex' };

/** The file of a host's library: the one that is named, or the one in the folder that is named. */
export async function locateDatabase(host: Host, given: string, options: HostDatabaseOptions): Promise<string> {
  const notSeen = (error: unknown): never => {
    throw unreachable(host, given, messageOf(error), error);
  };
  const kind = await kindOf(options.disk, given).catch(notSeen);
  if (kind !== 'folder') return given;
  const { folders, names } = PLACES[host];
  const places = folders.flatMap((folder) => names.map((name) => path.join(given, folder, name)));
  const files = await existing(options.disk, places).catch(notSeen);
  for (const file of files) if (files.length === 1 || (await holdsLibrary(file, host, options))) return file;
  const [first] = files;
  if (first !== undefined) return first;
  throw unreachable(host, given, `there is no ${names.join(' and no ')} in it`);
}

async function existing(disk: DiskProcess, files: readonly string[]): Promise<string[]> {
  const kinds = await Promise.all(files.map((file) => kindOf(disk, file).catch(ignoreMissing)));
  return files.filter((_, index) => kinds[index] === 'file');
}

function ignoreMissing(error: unknown): undefined {
  if (['ENOENT', 'ENOTDIR'].some((code) => hasCode(error, code))) return undefined;
  throw error;
}

async function holdsLibrary(file: string, host: Host, options: HostDatabaseOptions): Promise<boolean> {
  await using database = await HostDatabase.open(file, options);
  return isLibrary(await database.read(tablesIn), host);
}

function unreachable(host: Host, given: string, reason: string, cause?: unknown): AppError {
  const name = HOST_NAMES[host];
  return new AppError(
    'library_unreadable',
    `there is no library of ${name} at ${given}: ${reason}; name the folder in which ${name} keeps its data; where ` +
      `Sidecast runs in a container, mount that folder whole and read-only; where ${name} runs on another machine, ` +
      'mount its videos and name them as folder:/path' +
      readingAdvice(cause),
    { cause },
  );
}
