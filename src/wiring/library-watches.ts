import type { Catalog } from '../catalog/catalog.ts';
import { HostChanges } from '../catalog/library/host-changes.ts';
import { messageOf } from '../shared/errors.ts';
import type { Common } from './parts.ts';
import type { NamedSource } from './sources.ts';
import { tellPolling } from './tell-polling.ts';

export interface LibraryWatchesOptions extends Common {
  readonly catalog: Catalog;
  /** Looks through one source. */
  readonly sync: (source: string) => Promise<void>;
}

/** Watches sources for changes; one that cannot be watched yet is tried again when it was read. */
export class LibraryWatches {
  readonly #options: LibraryWatchesOptions;
  readonly #watched = new Set<string>();

  constructor(options: LibraryWatchesOptions) {
    this.#options = options;
  }

  async watch(named: NamedSource): Promise<void> {
    const { closers, health, logger } = this.#options;
    const { source, kind } = named;
    const { id } = source;
    if (this.#watched.has(id)) return;
    this.#watched.add(id);
    try {
      const onPolling = tellPolling(
        health,
        kind === 'folder' ? `the library folder ${named.path}` : `the database of ${id}`,
      );
      const watcher = await named.watch({ onChange: this.#changeOf(named), onPolling });
      closers.add(() => watcher[Symbol.asyncDispose]());
    } catch (error) {
      this.#watched.delete(id);
      logger.debug({ source: id }, messageOf(error));
    }
  }

  #changeOf({ source, kind }: NamedSource): () => void {
    const { catalog, clock, logger, closers, sync } = this.#options;
    if (kind === 'folder') return () => void sync(source.id);
    const lastMark = async () => (await catalog.library.stateOf(source.id))?.changeMark ?? null;
    const changes = new HostChanges({ source, lastMark, sync: () => sync(source.id), clock, logger });
    closers.add(() => changes.close());
    return () => changes.written();
  }
}
