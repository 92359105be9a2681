import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openCatalog } from './catalog/catalog.ts';
import type { Channel } from './catalog/channel.ts';
import { lockDataFolder } from './catalog/data-lock.ts';
import { createKeeper, type Keeper } from './catalog/keeper.ts';
import { planOf, programmesOf } from './catalog/plan.ts';
import { type Settings, settingsJSONSchema } from './config.ts';
import { resolveStreamsDir } from './config/streams-dir.ts';
import { makeDemoLibrary } from './demo/demo-library.ts';
import { canToneMap } from './ffmpeg/filters.ts';
import { checkFFmpegInstalled } from './ffmpeg/hardware.ts';
import { endLeftovers } from './ffmpeg/leftovers.ts';
import { locateFFmpeg } from './ffmpeg/locate.ts';
import { probeFile } from './ffmpeg/probe.ts';
import { createApp } from './http/app.ts';
import { listen, serverFor, stopListening } from './http/listen.ts';
import { readPluginManifest } from './http/plugin-manifest.ts';
import { folderSource, scanFolder } from './library/folder.ts';
import { watchFolder } from './library/watch-folder.ts';
import { chooseEncoder } from './reels/choose-encoder.ts';
import { Developer } from './reels/developer.ts';
import { runLauncher } from './reels/launch-run.ts';
import { ReelStore } from './reels/reel-store.ts';
import { knownTunerQuality } from './reels/tuner-quality.ts';
import { removeUnfinished } from './segments/rendition-tree.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { Closers } from './shared/closers.ts';
import { messageOf } from './shared/errors.ts';
import { every } from './shared/every.ts';
import { Health } from './shared/health.ts';
import { type Logger, silentLogger } from './shared/logger.ts';
import { requireWritable } from './shared/writable-folder.ts';
import { Cards } from './stream/cards.ts';
import { RUN_SECONDS } from './stream/playout.ts';
import type { PlanOf } from './stream/programme-window.ts';
import { reelCalendar } from './stream/reel-calendar.ts';
import { Splicer } from './stream/splicer.ts';
import type { StreamManager } from './stream/stream-manager.ts';
import { StreamService } from './stream/stream-service.ts';
import { addressesOf, type Addresses } from './tuner/channel-address.ts';

export interface SidecarOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  readonly clock?: Clock;
}

/** A whole Sidecast: it airs from start() to stop(). */
export interface Sidecar {
  /** Listens and begins to look through the library; resolves when requests are answered. */
  start(): Promise<{ readonly port: number }>;
  /** Refuses new viewers, ends streams and their ffmpeg, then closes the database. Any number of calls do no harm. */
  stop(): Promise<void>;
  urls(): Addresses;
  /** Starts and stops streams and registers their viewers, for those who embed the sidecar. */
  readonly streams: StreamManager;
  /** Resolves when there is something to watch. */
  readonly onFirstChannels: Promise<void>;
}

const HOUR_MS = 3_600_000;
/** How often hung runs are looked for. */
const WATCHDOG_MS = 1000;

/** Wires everything together: the one place that knows all parts. Throws what stands in the way of airing. */
export async function createSidecar({ settings, logger, clock = systemClock() }: SidecarOptions): Promise<Sidecar> {
  const closers = new Closers();
  try {
    return await wire({ settings, logger, clock }, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function wire({ settings, logger, clock }: Required<SidecarOptions>, closers: Closers): Promise<Sidecar> {
  const now = (): number => clock.now();
  const { dataDir, reelsDir, preset, aheadSeconds } = settings;
  const { ffmpegPath, ffprobePath, version } = await locateFFmpeg(settings);
  await checkFFmpegInstalled({ ffmpegPath });
  const streamsDirectory = await resolveStreamsDir(settings);
  await requireWritable(dataDir, 'data', 'SIDECAST_DATA_DIR');
  await requireWritable(reelsDir, 'reels', 'SIDECAST_REELS_DIR');
  await requireWritable(streamsDirectory, 'streams', 'SIDECAST_STREAMS_DIR');
  const lock = await lockDataFolder(dataDir);
  closers.add(() => lock.release());

  // Our own data.
  const health = new Health(now);
  const catalog = await openCatalog(path.join(dataDir, 'sidecast.db'), { logger, now });
  closers.add(() => catalog.close());
  if (catalog.recovered) {
    health.raise('database_corrupt', '', 'the database was damaged; it was set aside and made anew from the library');
  }
  let channels: readonly Channel[] = await catalog.channels.list();
  const plan: PlanOf = (channelId, from, until) => planOf(catalog, channelId, from, until);

  // The machine: what encodes here, and how well. What fails while an encoder is tried out is no news.
  const machine = { launch: runLauncher(ffmpegPath, silentLogger), preset, now: () => performance.now(), logger };
  const encoder = await chooseEncoder(settings.hardwareAccel, { ...machine, ffmpegPath });

  // The streaming engine.
  const splicerOptions = { audioLanguages: settings.audioLanguages, canToneMap: await canToneMap(ffmpegPath) };
  await removeUnfinished(streamsDirectory);
  const leftovers = await endLeftovers(path.resolve(reelsDir));
  if (leftovers.length > 0) logger.warn({ pids: leftovers }, 'ended the ffmpeg that an earlier sidecar left running');
  const store = await ReelStore.open({
    directory: reelsDir,
    budgetBytes: settings.reelsGb * 1e9,
    airsAgainIn: reelCalendar({
      channels: () => channels,
      planOf: plan,
      splicer: { jobOf: (item, format) => splicer.jobOf(item, format) },
      encoder,
      // What a run develops for a stream on air stays until it is aired.
      aheadSeconds: aheadSeconds + RUN_SECONDS,
      wantedKeys: () => new Set([...streams.manager.wantedKeys(), ...cards.keys()]),
      now,
    }),
  });
  const splicer = new Splicer({ store, ...splicerOptions });
  const developer = new Developer({ store, launch: runLauncher(ffmpegPath, logger), preset, now, logger });
  const cards = new Cards({ directory: path.join(dataDir, 'cards'), developer, store });
  const streams = new StreamService({
    streamsDirectory,
    encoder,
    windowSegments: settings.windowSegments,
    aheadSeconds,
    gracePeriodMs: settings.gracePeriodSeconds * 1000,
    cleanupIntervalMs: settings.cleanupIntervalSeconds * 1000,
    planOf: plan,
    channelOf: async (channelId) => channels.find(({ id }) => id === channelId),
    developer,
    splicer,
    cards,
    clock,
    logger,
  });

  await store.prune();

  // The library, and the channels that it makes.
  const isDemo = settings.library.length === 0;
  const folders = isDemo ? [path.join(dataDir, 'demo')] : settings.library.map((source) => source.path);
  const tunerQuality = once(async () => {
    const { qualities } = settings;
    const known = { qualities, encoder, ffmpegVersion: version, notebook: catalog.settings, ...machine };
    return settings.tunerQuality ?? knownTunerQuality(known);
  });
  const keeper = createKeeper({
    catalog,
    sources: folders.map((folder) => ({
      id: folderSource(folder),
      scan: async () => (await scanFolder(folder)).items,
    })),
    probe: (file, signal) => probeFile(file, { ffprobePath, signal }),
    defaults: async () => ({
      segmentSeconds: settings.segmentSeconds,
      qualities: settings.qualities,
      tunerQuality: await tunerQuality(),
    }),
    onChannels: async () => {
      channels = await catalog.channels.list();
      if (channels.length > 0) tellFirstChannels();
    },
    clock,
    logger,
  });
  closers.add(() => keeper.close());

  // The wire.
  const stopping = new AbortController();
  const server = serverFor(
    createApp({
      streams,
      guide: {
        channels: async () => channels,
        airings: async (channelId, fromMs, toMs) => {
          const channel = channels.find(({ id }) => id === channelId);
          return channel === undefined ? [] : programmesOf(catalog, channel, fromMs, toMs);
        },
      },
      health: { report: async () => health.report() },
      manifest: await readPluginManifest(),
      settingsSchema: settingsJSONSchema(),
      settings,
      logger,
      isShuttingDown: () => stopping.signal.aborted,
      now,
    }),
  );
  closers.add(() => stopListening(server));
  // First of all when it stops: viewers are sent what they have, then ffmpeg ends.
  closers.add(() => streams.close());

  let port = settings.port;
  let tellFirstChannels: () => void = () => {};
  const onFirstChannels = new Promise<void>((resolve) => (tellFirstChannels = resolve));
  if (channels.length > 0) tellFirstChannels();

  /** In the background, so that what is known already can be watched meanwhile. */
  async function begin(): Promise<void> {
    await keeper.extend();
    // Measured before anything else keeps the machine busy.
    await tunerQuality();
    if (isDemo) makeDemo(folders[0] ?? dataDir);
    for (const folder of folders) {
      if (isDemo) await mkdir(folder, { recursive: true });
      const watcher = await watchFolder(folder, { onChange: () => void sync(keeper, health, logger), logger });
      closers.add(() => watcher[Symbol.asyncDispose]());
    }
    await sync(keeper, health, logger);
  }

  function makeDemo(directory: string): void {
    const demo = makeDemoLibrary({ directory, ffmpegPath, signal: stopping.signal, logger }).catch(tell);
    closers.add(() => demo);
  }

  function tell(error: unknown): void {
    logger.error({}, messageOf(error));
    health.raise('internal_error', messageOf(error), messageOf(error));
  }

  return {
    onFirstChannels,
    streams: streams.manager,
    async start() {
      port = await listen(server, settings.host, settings.port);
      streams.manager.start();
      closers.add(every(clock, WATCHDOG_MS, () => developer.endHung()));
      closers.add(every(clock, HOUR_MS, () => void keeper.extend().catch(tell)));
      const begun = begin().catch(tell);
      closers.add(() => begun);
      return { port };
    },
    stop() {
      stopping.abort();
      return closers.close();
    },
    urls: () => addressesOf(settings.baseUrl ?? `http://localhost:${port}`, channels),
  };
}

async function sync(keeper: Keeper, health: Health, logger: Logger): Promise<void> {
  try {
    await keeper.sync();
    health.clear('library_unreadable', '');
  } catch (error) {
    health.raise('library_unreadable', '', messageOf(error));
    logger.error({}, messageOf(error));
  }
}

/** Does it at the first call; all calls share the result. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
