import path from 'node:path';
import { ArtworkStore, type ArtworkStoreOptions } from '../artwork/artwork-store.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { SyncStatus } from '../catalog/library/sync-status.ts';
import type { LibraryService } from '../http/services/library.ts';
import { SmallFiles } from '../library/disk/small-files.ts';
import type { Libraries } from './libraries.ts';
import type { Common } from './parts.ts';

/** Pictures that were made smaller take little: a few thousand have room. */
const ARTWORK_BYTES = 500_000_000;

export interface LibraryServiceOptions extends Pick<Common, 'settings' | 'clock' | 'logger' | 'closers' | 'pictures'> {
  readonly catalog: Catalog;
  readonly libraries: Libraries;
  readonly status: SyncStatus;
}

/** The libraries for the API. */
export function libraryService(options: LibraryServiceOptions): LibraryService {
  const { settings, clock, logger, closers, pictures, catalog, libraries, status } = options;
  const { libraryReader: reader } = catalog;
  const files = new SmallFiles({ clock });
  closers.add(() => files[Symbol.dispose]());
  const store = new ArtworkStore({
    directory: path.join(settings.dataDir, 'artwork'),
    budgetBytes: ARTWORK_BYTES,
    servers: serversOf(settings),
    resize: (bytes, to) => pictures.resized(bytes, to),
    files,
    now: () => clock.now(),
    onNothing: (source, file, isThere) =>
      logger.warn(
        { source, file },
        isThere ? 'a picture cannot be read, or is none' : 'pictures of a library are not here',
      ),
  });
  return {
    sources: libraries.sources,
    summaries: () => reader.summaries(libraries.sources),
    items: (request) => reader.items(request),
    shows: (filter, limit, after) => reader.shows(filter, limit, after),
    async artwork(itemId, kind, width) {
      const item = await reader.item(itemId);
      const artwork = item?.description.artwork[kind];
      return item && artwork ? store.picture(item.source, artwork, width) : undefined;
    },
    sync: (request) => status.during(() => libraries.sync(request)),
    progress: () => ({ ...status.progress, isRunning: status.isRunning }),
    follow: (listener) => status.follow(listener),
  };
}

function serversOf(settings: Common['settings']): ArtworkStoreOptions['servers'] {
  const { jellyfinUrl, jellyfinKey, plexUrl, plexToken } = settings;
  return {
    ...(jellyfinUrl && jellyfinKey ? { jellyfin: { url: jellyfinUrl, key: jellyfinKey } } : {}),
    ...(plexUrl && plexToken ? { plex: { url: plexUrl, key: plexToken } } : {}),
  };
}
