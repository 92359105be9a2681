import { segmentAt } from '../schedule/grid.ts';
import { messageOf } from '../shared/errors.ts';
import { Turns } from '../shared/turns.ts';
import { type Channel, gridOf } from './channels/channel.ts';
import { contentsOf } from './channels/contents.ts';
import type { ItemOutline } from './library/item-outlines.ts';
import { STABLE_MS } from './library/intake.ts';
import type { ItemProberTools } from './library/item-prober.ts';
import { Planner } from './planning/planner.ts';
import type { WithPlanning } from './planning/planning.ts';
import { Prober } from './prober.ts';
import { Syncer, type SyncerOptions, type SyncRequest } from './library/syncer.ts';

const DAY_MS = 86_400_000;
/** How far ahead channels are planned, and how far at least. */
export const PLANNED_AHEAD = { horizonMs: 14 * DAY_MS, leastMs: DAY_MS / 4 };

export interface KeeperOptions extends SyncerOptions, ItemProberTools {
  /** The list of channels may have changed. */
  readonly onChannels?: () => Promise<void>;
  /** IANA name: where channels are that do not say it. */
  readonly timeZone: string;
  /** How long airings are kept after their end. */
  readonly keepMs?: number;
  /** How far what is on air is developed ahead. */
  readonly aheadSeconds: number;
  readonly withPlanning: WithPlanning;
}

/** Keeps the catalog true: to the libraries, to the files, and planned ahead. */
export interface Keeper {
  /** Looks into the libraries; rejects with the first one that cannot be read after all others were looked into. */
  sync(request?: SyncRequest): Promise<void>;
  /** Resolves when files that were still being written at the last look have been looked at once more. */
  secondLook(): Promise<void>;
  /** Plans every channel on to the horizon and forgets what is long over. */
  extend(): Promise<void>;
  /** Changes channels and plans what that changes; their files are looked into. */
  readonly edit: Planner['edit'];
  /** Resolves when every file that is to be looked into has been, and its channel is planned. */
  idle(): Promise<void>;
  /** Somebody waits for an item that could not be aired: its file is looked into again. */
  lookAgain(itemId: string): void;
  close(): Promise<void>;
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { catalog, sources, status, clock, logger, keepMs = 2 * DAY_MS } = options;
  const looks = new Turns();
  /** What is listed changes in one place after another: each knows what the one before has listed. */
  const listing = new Turns();
  const planner = new Planner({ ...options, span: { ...PLANNED_AHEAD, keepMs } });
  const prober = new Prober({
    ...{ ...options, planner, outlines },
    show: ({ id }) => listing.take(() => catalog.channels.showPlanned(id)),
  });
  const syncer = new Syncer({ ...options, planner, onOthersLeft: () => showNews().catch(tell) });
  /** Looks that were asked for and have not begun: who asks for the same shares one. */
  const waiting = new Map<string, Promise<void>>();
  let secondLook: { readonly over: Promise<void>; readonly cancel: () => void } | undefined;
  let hasLooked = false;
  /** Their libraries have nothing of them any more; they are listed until what was planned is over. */
  let leaving: readonly Channel[] = [];
  let isClosed = false;

  /** A look that was asked for during another one comes after it: the first may have passed by what has changed. */
  function sync(request: SyncRequest = {}): Promise<void> {
    if (isClosed) return Promise.resolve();
    const key = JSON.stringify([request.source ?? null, request.mayShrink ?? false]);
    const asked = waiting.get(key);
    if (asked !== undefined) return asked;
    const look = looks.take(() => {
      waiting.delete(key);
      return lookInto(request);
    });
    waiting.set(key, look);
    return look;
  }

  async function lookInto(request: SyncRequest): Promise<void> {
    if (isClosed) return;
    try {
      const { isGrowing, failures } = await syncer.sync(request);
      secondLook?.cancel();
      secondLook = isGrowing && !isClosed ? lookLater() : undefined;
      if (failures.length > 0) throw failures[0];
    } finally {
      await showNews();
    }
  }

  /** Any look before then is as good. */
  function lookLater(): typeof secondLook {
    let end = (): void => {};
    const over = new Promise<void>((resolve) => (end = resolve));
    const timer = clock.after(STABLE_MS, () => void sync().catch(tell).finally(end));
    const cancel = (): void => {
      timer.cancel();
      end();
    };
    return { over, cancel };
  }

  /** Channels are listed by what there is now, and files looked into that nobody has looked into yet. */
  async function showNews(): Promise<void> {
    await listing.take(list);
    hasLooked = true;
    prober.wake();
  }

  /** All items. What is new in a source that is being looked through is half a show, and no channel yet. */
  async function outlines(): Promise<ItemOutline[]> {
    const items = await Promise.all(
      sources.map(({ id }) => catalog.items.outlineOf(id, { withNew: !status.isReading(id) })),
    );
    return items.flat();
  }

  /** Gives numbers in name order to what is seen for the first time, and unlists the channels that have nothing to show. */
  async function list(): Promise<void> {
    const ids = contentsOf((await outlines()).filter(({ gone }) => !gone)).map(({ channelId }) => channelId);
    await catalog.channels.numbersOf(ids);
    const known = new Set(ids);
    const listed = (await catalog.channels.listAll()).filter((channel) => channel.listed);
    leaving = await stillShowing(listed.filter(({ id }) => !known.has(id)));
    await catalog.channels.keepListed(new Set([...ids, ...leaving.map(({ id }) => id)]));
    await options.onChannels?.();
  }

  /** The channels, of our sources, that show what was planned when they had something. */
  async function stillShowing(channels: readonly Channel[]): Promise<readonly Channel[]> {
    const ours = channels.filter(
      ({ origin }) => origin.kind === 'found' && sources.some((source) => source.id === origin.source),
    );
    const shows = await Promise.all(ours.map(isShowing));
    return ours.filter((_, at) => shows[at]);
  }

  function isShowing(channel: Channel): Promise<boolean> {
    return catalog.airings.hasProgrammes(channel.id, segmentAt(gridOf(channel), clock.now()));
  }

  function tell(error: unknown): void {
    logger.error({}, messageOf(error));
  }

  return {
    sync,
    secondLook: () => secondLook?.over ?? Promise.resolve(),
    async extend() {
      if (isClosed) return;
      await planner.extend();
      if (!(await Promise.all(leaving.map(isShowing))).every(Boolean)) await listing.take(list);
      // What is planned by now has to be known when it is aired.
      if (hasLooked) prober.wakeForPlanned();
    },
    async edit(change, how) {
      const channels = await planner.edit(change, how);
      if (hasLooked) prober.wakeForPlanned();
      return channels;
    },
    idle: () => prober.idle(),
    lookAgain: (itemId) => prober.lookAgain(itemId),
    async close() {
      isClosed = true;
      syncer.close();
      secondLook?.cancel();
      await looks.over();
      await prober.close();
      await planner.close();
    },
  };
}
