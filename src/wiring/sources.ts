import path from 'node:path';
import type { Settings } from '../config.ts';
import { foldersHere } from '../library/folders-here.ts';
import { DiskProcess, type DiskProcessOptions } from '../library/disk/disk-process.ts';
import { statesOf } from '../library/disk/file-states.ts';
import { answers } from '../library/disk/list-folder.ts';
import { folderSource } from '../library/folder.ts';
import { hostSource } from '../library/host-library.ts';
import type { LibrarySource } from '../library/library-reading.ts';
import type { PathRule } from '../library/path-map.ts';
import { suggestRules } from '../library/suggest-rule.ts';
import { watchDatabase } from '../library/watch-database.ts';
import { watchFolder, type WatchFolderOptions } from '../library/watch-folder.ts';
import { AppError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';

/** A source of the settings, and how its changes are noticed. */
export interface NamedSource {
  readonly source: LibrarySource;
  readonly kind: 'folder' | 'jellyfin' | 'plex';
  readonly path: string;
  readonly watch: (options: Pick<WatchFolderOptions, 'onChange' | 'onPolling'>) => Promise<AsyncDisposable>;
}

/** Where a sidecar without a library has its own. */
export function demoFolder({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return path.join(dataDir, 'demo');
}

/** Where copies of databases are put that can be read in no other way. */
export function scratchFolder({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return path.join(dataDir, 'scratch');
}

/** The sources that the settings name; the demo library where they name none. */
export function namedSources(
  settings: Settings,
  { logger, ...reading }: DiskProcessOptions & { readonly logger: Logger },
): NamedSource[] {
  const named = settings.library.length === 0 ? [demoOf(settings)] : settings.library;
  return named.map(({ kind, path: place }) => {
    if (kind === 'folder') {
      return {
        ...{ kind, path: place, source: folderSource(place, reading) },
        watch: async (options) => {
          // Asked by a process of its own first: watching one that does not answer would keep this one waiting.
          if (await answers(place, reading)) return watchFolder(place, { ...options, logger });
          throw new AppError('timeout', `the library folder ${place} does not answer`);
        },
      };
    }
    const scratchDirectory = scratchFolder(settings);
    const source = hostSource({
      ...{ ...reading, host: kind, path: place, pathRules: settings.pathMap, scratchDirectory, logger },
    });
    return {
      ...{ kind, path: place, source },
      watch: async (options) => watchDatabase(await source.databaseFile(), { ...options, logger }),
    };
  });
}

/** All rules that paths need: those that there are, and others, worked out from files that are not found. */
export async function rulesPathsNeed(
  notFound: readonly string[],
  known: readonly PathRule[],
  options: DiskProcessOptions,
): Promise<readonly PathRule[]> {
  using disk = new DiskProcess(options);
  const isThere = async (file: string) => (await statesOf(disk, [file]))[0] !== undefined;
  const found = await suggestRules(notFound, await foldersHere(disk), isThere);
  return found.length === 0 ? [] : [...known, ...found];
}

function demoOf(settings: Settings) {
  return { kind: 'folder', path: demoFolder(settings) } as const;
}
