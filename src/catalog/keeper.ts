import type { MediaFacts } from '../ffmpeg/media-facts.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import type { LibraryItem } from '../library/library-item.ts';
import type { Clock, Timer } from '../shared/clock.ts';
import { messageOf } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';
import type { Catalog } from './catalog.ts';
import { contentsOf } from './contents.ts';
import { Intake, STABLE_MS } from './intake.ts';
import { Planner } from './planner.ts';
import { Prober } from './prober.ts';

const DAY_MS = 86_400_000;

/** A library: its id, and what it holds now in the order in which it is to be shown. */
export interface LibrarySource {
  readonly id: string;
  scan(): Promise<readonly LibraryItem[]>;
}

/** What a channel is given when it is made, and keeps. */
export interface ChannelDefaults {
  readonly segmentSeconds: number;
  readonly qualities: readonly Quality[];
  readonly tunerQuality: Quality;
}

export interface KeeperOptions {
  readonly catalog: Catalog;
  readonly sources: readonly LibrarySource[];
  readonly probe: (file: string, signal: AbortSignal) => Promise<MediaFacts>;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly defaults: () => Promise<ChannelDefaults>;
  /** The list of channels may have changed. */
  readonly onChannels?: () => Promise<void>;
  readonly horizonMs?: number;
  readonly keepMs?: number;
}

/** Keeps the catalog true: to the libraries, to the files, and planned ahead. */
export interface Keeper {
  /** Looks into every library; rejects with the first one that cannot be read after all others were looked into. */
  sync(): Promise<void>;
  /** Plans every channel on to the horizon and forgets what is long over. */
  extend(): Promise<void>;
  /** Resolves when every file that is known has been probed and its channel planned. */
  idle(): Promise<void>;
  /** Somebody waits for an item that could not be aired: its file is looked into again. */
  lookAgain(itemId: string): void;
  close(): Promise<void>;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { catalog, sources, clock, logger, horizonMs = 2 * DAY_MS, keepMs = 2 * DAY_MS } = options;
  const planner = new Planner({ catalog, clock, horizonMs, keepMs });
  const prober = new Prober({ ...options, planner });
  const intake = new Intake();
  let running: Promise<void> | undefined;
  let queued: Promise<void> | undefined;
  let secondLook: Timer | undefined;
  let isClosed = false;

  /** A look that was asked for during another one comes after it: the first may have passed by what has changed. */
  function sync(): Promise<void> {
    if (isClosed) return Promise.resolve();
    if (running === undefined) {
      running = lookIntoAll().finally(() => {
        running = undefined;
      });
      return running;
    }
    queued ??= running
      .catch(() => {})
      .then(() => {
        queued = undefined;
        return sync();
      });
    return queued;
  }

  async function lookIntoAll(): Promise<void> {
    const failures: unknown[] = [];
    let isGrowing = false;
    for (const source of sources) {
      try {
        isGrowing = (await takeIn(source)) || isGrowing;
      } catch (error) {
        failures.push(error);
      }
    }
    await list();
    prober.wake();
    secondLook?.cancel();
    if (isGrowing && !isClosed) secondLook = clock.after(STABLE_MS, () => void sync().catch(report));
    if (failures.length > 0) throw failures[0];
  }

  /** True when a file is still being written. */
  async function takeIn(source: LibrarySource): Promise<boolean> {
    const items = await source.scan();
    const known = new Map((await catalog.items.outlineOf(source.id)).map((item) => [item.id, item]));
    if (items.length === 0 && [...known.values()].some(({ missing }) => !missing)) {
      logger.warn(
        { library: source.id },
        'the library is empty all at once; is its disk there? Its channels go on as they are',
      );
      return false;
    }
    const { complete, growing } = intake.sort(items, known, clock.now());
    await catalog.items.replaceSource(source.id, complete, new Set(growing.map(({ id }) => id)));
    return growing.length > 0;
  }

  /** Gives numbers in name order to what is seen for the first time, and lists the channels that have something to show. */
  async function list(): Promise<void> {
    const items = await Promise.all(sources.map(({ id }) => catalog.items.outlineOf(id)));
    const ids = contentsOf(items.flat().filter(({ missing }) => !missing)).map(({ channelId }) => channelId);
    await catalog.channels.numbersOf(ids);
    await catalog.channels.setListed(new Set(ids));
    await options.onChannels?.();
  }

  function report(error: unknown): void {
    logger.error({}, messageOf(error));
  }

  return {
    sync,
    extend: () => (isClosed ? Promise.resolve() : planner.extend()),
    idle: () => prober.idle(),
    lookAgain: (itemId) => prober.lookAgain(itemId),
    async close() {
      isClosed = true;
      secondLook?.cancel();
      await running?.catch(() => {});
      await prober.close();
      await planner.settled();
    },
  };
}
