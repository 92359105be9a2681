import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { createKeeper } from '../catalog/keeper.ts';
import { makeDemoLibrary } from '../demo/demo-library.ts';
import { probeFile } from '../ffmpeg/probe.ts';
import { folderSource } from '../library/folder.ts';
import { hostSource } from '../library/host-library.ts';
import type { LibraryItem } from '../library/library-item.ts';
import type { LibrarySource } from '../library/library-reading.ts';
import { inOrder } from '../library/order.ts';
import { watchFolder } from '../library/watch-folder.ts';
import { knownTunerQuality } from '../reels/tuner-quality.ts';
import type { Timer } from '../shared/clock.ts';
import { hasCode, messageOf } from '../shared/errors.ts';
import type { ChannelList } from './channel-list.ts';
import type { Machine } from './machine.ts';
import type { Common } from './parts.ts';
import { tellPolling } from './tell-polling.ts';

/** How often a library is looked for that cannot be read. */
const RETRY_MS = 60_000;

export interface LibrariesOptions extends Common {
  readonly machine: Machine;
  readonly catalog: Catalog;
  readonly channels: ChannelList;
  /** Aborted when the sidecar stops. */
  readonly stopping: AbortSignal;
}

/** The libraries, and the channels that they make. */
export interface Libraries {
  /** Looks into them and watches them. In the background, so that what is known already can be watched meanwhile. */
  begin(): Promise<void>;
  /** Plans on. What is planned already stays where that fails. */
  extend(): Promise<void>;
  /** Somebody waits for an item that could not be aired. */
  lookAgain(itemId: string): void;
  /** Looks into them again. */
  sync(): Promise<void>;
}

export function openLibraries(options: LibrariesOptions): Libraries {
  const { settings, logger, clock, health, closers, machine, catalog, channels, stopping } = options;
  const { ffmpegPath, ffprobePath, version, encoder } = machine;
  const isDemo = settings.library.length === 0;
  const demo = { kind: 'folder', path: path.join(settings.dataDir, 'demo') } as const;
  const libraries = isDemo ? [demo] : settings.library;
  const folders = libraries.filter(({ kind }) => kind === 'folder').map((library) => library.path);
  const scratchDirectory = path.join(settings.dataDir, 'scratch');
  const sources = libraries.map(({ kind, path: named }) =>
    kind === 'folder'
      ? folderSource(named)
      : hostSource({ host: kind, path: named, pathRules: settings.pathMap, scratchDirectory, logger }),
  );
  const tunerQuality = once(async () => {
    const { qualities } = settings;
    const known = { qualities, encoder, ffmpegVersion: version, notebook: catalog.settings, ...machine.measuring };
    return settings.tunerQuality ?? knownTunerQuality(known);
  });
  const keeper = createKeeper({
    catalog,
    sources: sources.map((source) => ({ id: source.id, scan: () => allOf(source) })),
    probe: (file, signal) => probeFile(file, { ffprobePath, signal }),
    defaults: async () => ({
      segmentSeconds: settings.segmentSeconds,
      qualities: settings.qualities,
      tunerQuality: await tunerQuality(),
    }),
    onChannels: () => channels.refresh(),
    clock,
    logger,
  });
  closers.add(() => keeper.close());
  const tellUnreadable = health.teller('library_unreadable');
  let retry: Timer | undefined;
  closers.add(() => retry?.cancel());

  async function sync(): Promise<void> {
    retry?.cancel();
    try {
      await keeper.sync();
      tellUnreadable(undefined);
    } catch (error) {
      logger.error({}, messageOf(error));
      // All else is trouble with our own database, which is told and mended elsewhere.
      if (!hasCode(error, 'library_unreadable')) return;
      tellUnreadable(messageOf(error));
      // A disk that comes back is seen by nobody.
      if (!stopping.aborted) retry = clock.after(RETRY_MS, () => void sync());
    }
  }

  async function extend(): Promise<void> {
    try {
      await keeper.extend();
    } catch (error) {
      logger.error({}, `channels cannot be planned on: ${messageOf(error)}`);
    }
  }

  function makeDemo(directory: string): void {
    const made = makeDemoLibrary({ directory, ffmpegPath, signal: stopping, logger }).catch((error: unknown) => {
      logger.error({}, messageOf(error));
      health.raise('internal_error', 'demo', messageOf(error));
    });
    closers.add(() => made);
  }

  return {
    async begin() {
      await extend();
      // Measured before anything else keeps the machine busy.
      await tunerQuality();
      // What a sidecar that was cut off has left there is of no use.
      await rm(scratchDirectory, { recursive: true, force: true });
      if (isDemo) makeDemo(folders[0] ?? settings.dataDir);
      for (const folder of folders) {
        if (isDemo) await mkdir(folder, { recursive: true });
        const watcher = await watchFolder(folder, {
          onChange: () => void sync(),
          logger,
          onPolling: tellPolling(health, `the library folder ${folder}`),
        });
        closers.add(() => watcher[Symbol.asyncDispose]());
      }
      await sync();
    },
    extend,
    lookAgain: (itemId) => keeper.lookAgain(itemId),
    sync,
  };
}

async function allOf(source: LibrarySource): Promise<LibraryItem[]> {
  await using library = await source.open();
  const items: LibraryItem[] = [];
  for await (const batch of library.items()) items.push(...batch);
  return items.sort(inOrder);
}

/** Does it at the first call; all calls share the result. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
