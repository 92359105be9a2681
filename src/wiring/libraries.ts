import { mkdir, rm } from 'node:fs/promises';
import type { Catalog } from '../catalog/catalog.ts';
import type { ChannelDefaults } from '../catalog/channels/new-channels.ts';
import { createKeeper, type Keeper } from '../catalog/keeper.ts';
import type { WithPlanning } from '../catalog/planning/planning.ts';
import type { SyncStatus } from '../catalog/library/sync-status.ts';
import type { SyncRequest } from '../catalog/library/syncer.ts';
import { makeDemoLibrary } from '../demo/demo-library.ts';
import { probeFile } from '../ffmpeg/probe.ts';
import { fileStates } from '../library/disk/file-states.ts';
import type { OnCost } from '../reels/machine.ts';
import type { Speeds } from '../reels/speeds.ts';
import { knownTunerQuality } from '../reels/tuner-quality.ts';
import { pause, type Timer } from '../shared/clock.ts';
import { hasCode, messageOf } from '../shared/errors.ts';
import { every } from '../shared/every.ts';
import type { ChannelList } from './channel-list.ts';
import { isLibraryTrouble, libraryHealth } from './library-health.ts';
import { LibraryWatches } from './library-watches.ts';
import type { Machine } from './machine.ts';
import type { Common } from './parts.ts';
import { demoFolder, namedSources, rulesPathsNeed, scratchFolder } from './sources.ts';

const HOUR_MS = 3_600_000;
/** How often a library is looked for that cannot be read. */
const RETRY_MS = 60_000;
/** How long the first look waits for all folders to be watched. */
const LATE_MS = 5000;

const DAY_MS = 86_400_000;
/** How long airings are kept that nobody can watch any more: guides show them. */
const KEEP_DAYS = 2;

export interface LibrariesOptions extends Common {
  readonly machine: Machine;
  readonly speeds: Speeds;
  readonly catalog: Catalog;
  readonly withPlanning: WithPlanning;
  readonly channels: ChannelList;
  readonly status: SyncStatus;
  /** Aborted when the sidecar stops. */
  readonly stopping: AbortSignal;
}

/** The libraries, and the channels that they make. */
export interface Libraries {
  /** The ids of the sources. */
  readonly sources: readonly string[];
  /** Looks into them and watches them. In the background, so that what is known already can be watched meanwhile. */
  begin(): Promise<void>;
  /** Plans on. What is planned already stays where that fails. */
  extend(): Promise<void>;
  /** Somebody waits for an item that could not be aired. */
  lookAgain(itemId: string): void;
  /** Changes channels and plans what that changes. */
  readonly edit: Keeper['edit'];
  /** What a channel is given that nobody has said. */
  channelDefaults(): Promise<ChannelDefaults>;
  /** Looks through them again, and once more at what is still being written; what fails is told in health. */
  sync(request?: SyncRequest): Promise<void>;
}

export function openLibraries(options: LibrariesOptions): Libraries {
  const {
    settings,
    logger,
    clock,
    health,
    closers,
    machine,
    speeds,
    catalog,
    channels,
    status,
    stopping,
    withPlanning,
  } = options;
  const { ffmpegPath, ffprobePath, version, encoder } = machine;
  const isDemo = settings.library.length === 0;
  const disks = { clock, signal: stopping };
  const named = namedSources(settings, { logger, ...disks });
  const tunerQuality = once(async () => {
    const { qualities } = settings;
    const { measuring } = machine;
    const known = {
      qualities,
      encoder,
      ffmpegVersion: version,
      notebook: catalog.settings,
      ...measuring,
      signal: stopping,
    };
    const onCost: OnCost = (format, cost) => void speeds.calibrate(format, measuring.preset, cost);
    return settings.tunerQuality ?? knownTunerQuality({ ...known, onCost });
  });
  const defaults = async (): Promise<ChannelDefaults> => ({
    segmentSeconds: settings.segmentSeconds,
    qualities: settings.qualities,
    tunerQuality: await tunerQuality(),
  });
  const keeper = createKeeper({
    keepMs: Math.max(KEEP_DAYS, settings.catchUpDays + 1, settings.guidePastDays + 1) * DAY_MS,
    catalog,
    sources: named.map(({ source }) => source),
    statesOf: (files) => fileStates(files, disks),
    suggestRules: (notFound) => rulesPathsNeed(notFound, settings.pathMap, disks),
    status,
    probe: (file, signal) => probeFile(file, { ffprobePath, signal }),
    onLooked: (file, problem) => health.teller('item_unplayable', file)(problem),
    defaults,
    onChannels: () => channels.refresh(),
    ...libraryHealth(health, logger),
    timeZone: settings.timeZone,
    aheadSeconds: settings.aheadSeconds,
    withPlanning,
    clock,
    logger,
  });
  closers.add(() => keeper.close());
  const watches = new LibraryWatches({ ...options, sync: (source) => sync({ source }) });
  let retry: Timer | undefined;
  closers.add(() => retry?.cancel());

  async function sync(request?: SyncRequest): Promise<void> {
    retry?.cancel();
    try {
      await keeper.sync(request);
    } catch (error) {
      if (!isLibraryTrouble(error)) logger.error({}, messageOf(error));
      // A disk that comes back is seen by nobody.
      if (isPassing(error) && !stopping.aborted) retry = clock.after(RETRY_MS, () => void sync());
    }
    await Promise.all(named.map((source) => watches.watch(source)));
  }

  async function extend(): Promise<void> {
    try {
      await keeper.extend();
    } catch (error) {
      logger.error({}, `channels cannot be planned on: ${messageOf(error)}`);
    }
  }

  function unlessStopping(error: unknown): void {
    if (!stopping.aborted) throw error;
  }

  function makeDemo(directory: string): void {
    logger.info({ directory }, 'no library is named: a small demo library is aired, its channels as they are made');
    const made = makeDemoLibrary({ directory, ffmpegPath, signal: stopping, logger }).catch((error: unknown) => {
      logger.error({}, messageOf(error));
      health.raise('internal_error', 'demo', messageOf(error));
    });
    closers.add(() => made);
  }

  return {
    sources: named.map(({ source }) => source.id),
    async begin() {
      await extend();
      // Measured before anything else keeps the machine busy.
      await tunerQuality().catch(unlessStopping);
      if (stopping.aborted) return;
      // What a sidecar that was cut off has left there is of no use.
      await rm(scratchFolder(settings), { recursive: true, force: true });
      if (isDemo) {
        makeDemo(demoFolder(settings));
        await mkdir(demoFolder(settings), { recursive: true });
      }
      const { syncHours } = settings;
      if (syncHours > 0) closers.add(every(clock, syncHours * HOUR_MS, () => void sync()));
      const folders = named.filter(({ kind }) => kind === 'folder');
      const watching = Promise.all(folders.map((source) => watches.watch(source)));
      // Folders that answer are not kept waiting by those that do not.
      const late = pause(clock, LATE_MS, stopping).then(() => 'late' as const);
      const first = await Promise.race([watching, late]);
      await sync();
      if (first !== 'late') return;
      await watching;
      await sync();
    },
    extend,
    lookAgain: (itemId) => keeper.lookAgain(itemId),
    edit: (change, how) => keeper.edit(change, how),
    channelDefaults: defaults,
    async sync(request) {
      await sync(request);
      await keeper.secondLook();
    },
  };
}

/** Trouble that may be over soon, without anybody's doing: a disk that is away or full, a server that is busy. */
function isPassing(error: unknown): boolean {
  return !hasCode(error, 'library_unsupported');
}

/** Does it at the first call; all calls share the result. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
