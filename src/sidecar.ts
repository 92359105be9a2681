import { planOf } from './catalog/planning/plan.ts';
import { SyncStatus } from './catalog/library/sync-status.ts';
import type { Settings } from './config.ts';
import { Pictures } from './drawing/pictures.ts';
import { addressBase } from './http/address-base.ts';
import { listen } from './http/listen.ts';
import { Answering } from './shared/answering.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { Closers } from './shared/closers.ts';
import { messageOf } from './shared/errors.ts';
import { every } from './shared/every.ts';
import { Health } from './shared/health.ts';
import type { Logger } from './shared/logger.ts';
import type { StreamManager } from './stream/stream-manager.ts';
import { addressesOf, type Addresses } from './tuner/channel-address.ts';
import { openAccess } from './wiring/access.ts';
import { channelService } from './wiring/channel-service.ts';
import { ChannelList } from './wiring/channel-list.ts';
import { followClock } from './wiring/clock-steps.ts';
import { openEngine } from './wiring/engine.ts';
import { openLibraries } from './wiring/libraries.ts';
import { libraryService } from './wiring/library-service.ts';
import { openMachine, openPlace } from './wiring/machine.ts';
import { openOwnData } from './wiring/own-data.ts';
import type { Common } from './wiring/parts.ts';
import { openPlanning } from './wiring/planning.ts';
import { openSpeeds } from './wiring/speeds.ts';
import { announceAddress } from './wiring/sidecar-address.ts';
import { openWire } from './wiring/wire.ts';

export interface SidecarOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** Called when all that a start brings with it is done, and when the last stream has ended: time to give memory back. */
  readonly onIdle?: () => void;
}

/** A whole Sidecast: it airs from start() to stop(). */
export interface Sidecar {
  /** Listens and begins to look through the library; resolves when requests are answered. */
  start(): Promise<{ readonly port: number }>;
  /** Refuses new viewers, ends streams and their ffmpeg, then closes the database. Any number of calls do no harm. */
  stop(): Promise<void>;
  urls(): Addresses;
  /** The key for the API and the pages, where it was made just now and nobody knows it yet. */
  readonly newApiKey: string | undefined;
  /** Starts and stops streams and registers their viewers, for those who embed the sidecar. */
  readonly streams: StreamManager;
  /** Resolves when there is something to watch. */
  readonly onFirstChannels: Promise<void>;
}

const HOUR_MS = 3_600_000;

/** Wires everything together; `wiring/` holds the parts. Throws what stands in the way of airing. */
export async function createSidecar(options: SidecarOptions): Promise<Sidecar> {
  const { settings, logger, clock = systemClock(), onIdle = () => {} } = options;
  const closers = new Closers();
  const health = new Health(() => clock.now());
  const pictures = new Pictures({ clock });
  closers.add(() => pictures[Symbol.dispose]());
  try {
    return await wire({ settings, logger, clock, health, closers, pictures, answering: new Answering(), onIdle });
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function wire(common: Common): Promise<Sidecar> {
  const { settings, logger, clock, health, closers } = common;
  const stopping = new AbortController();
  const signal = stopping.signal;

  const place = await openPlace(common);
  // At the same time: players of a sidecar that was cut off are waiting.
  const opening = [
    openMachine(common, place),
    openOwnData(common, () => void libraries.extend().then(() => libraries.sync())),
  ] as const;
  // Where one fails the other is waited for: the data folder is let go of only when nobody works in it any more.
  await Promise.allSettled(opening);
  const [machine, catalog] = await Promise.all(opening);
  const access = await openAccess(common);
  const channels = await ChannelList.open(catalog);
  const speeds = await openSpeeds(catalog, machine, logger);
  const { streams, disk, metrics, begin } = await openEngine({
    ...common,
    speeds,
    machine,
    channels,
    planOf: (channelId, from, until) => planOf(catalog, channelId, from, until),
    lookAgain: (itemId) => libraries.lookAgain(itemId),
  });
  const status = new SyncStatus();
  const withPlanning = openPlanning(common, catalog);
  const planned = { ...common, catalog, channels, withPlanning };
  const libraries = openLibraries({ ...planned, machine, speeds, status, stopping: signal });
  const library = libraryService({ ...common, catalog, libraries, status });
  const { server, openTuners } = await openWire({
    ...common,
    streams,
    disk,
    metrics,
    catalog,
    channels,
    channelService: channelService({ ...planned, libraries, streams: streams.manager }),
    library,
    access,
    stopping: signal,
  });
  // First of all when it stops: viewers are sent what they have, then ffmpeg ends.
  closers.add(() => streams.close());

  function tell(error: unknown): void {
    logger.error({}, messageOf(error));
    health.raise('internal_error', messageOf(error), messageOf(error));
  }

  let port = settings.port;
  return {
    onFirstChannels: channels.onFirst,
    streams: streams.manager,
    newApiKey: access.newKey,
    async start() {
      port = await listen(server, settings.host, settings.port);
      await openTuners(port);
      closers.add(await announceAddress(settings.dataDir, settings.host, port));
      begin();
      closers.add(every(clock, HOUR_MS, () => void libraries.extend()));
      followClock(common, { libraries, streams: streams.manager });
      const begun = libraries.begin().catch(tell).then(common.onIdle);
      closers.add(() => begun);
      return { port };
    },
    stop() {
      stopping.abort();
      return closers.close();
    },
    urls: () => addressesOf(addressBase(settings.baseUrl ?? `http://localhost:${port}`, access.links), channels.all),
  };
}
