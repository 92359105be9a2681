import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openCatalog } from './catalog/catalog.ts';
import { type Channel, gridOf } from './catalog/channel.ts';
import { lockDataFolder } from './catalog/data-lock.ts';
import { type ChannelDefaults, createKeeper } from './catalog/keeper.ts';
import { planOf } from './catalog/plan.ts';
import { type Settings, settingsJSONSchema } from './config.ts';
import { resolveStreamsDir } from './config/streams-dir.ts';
import { makeDemoLibrary } from './demo/demo-library.ts';
import { canToneMap } from './ffmpeg/filters.ts';
import { checkFFmpegInstalled } from './ffmpeg/hardware.ts';
import { locateFFmpeg } from './ffmpeg/locate.ts';
import { probeFile } from './ffmpeg/probe.ts';
import { launchFFmpeg } from './ffmpeg/process.ts';
import { parseQuality, type Quality } from './ffmpeg/quality.ts';
import { createApp } from './http/app.ts';
import { listen, serverFor, stopListening } from './http/listen.ts';
import { readPluginManifest } from './http/plugin-manifest.ts';
import type { ProgrammeView } from './http/services.ts';
import { folderSource, scanFolder } from './library/folder.ts';
import { watchFolder } from './library/watch-folder.ts';
import { chooseEncoder } from './reels/choose-encoder.ts';
import { Developer } from './reels/developer.ts';
import { measureTunerQuality } from './reels/machine.ts';
import { nextShowings, type Showing } from './reels/next-showing.ts';
import { ReelStore, type StoredSegment } from './reels/reel-store.ts';
import type { LaunchRun } from './reels/run.ts';
import { segmentAt, segmentsOf, segmentStartMs } from './schedule/grid.ts';
import { type Clock, systemClock } from './shared/clock.ts';
import { messageOf } from './shared/errors.ts';
import { Health } from './shared/health.ts';
import { type Logger, silentLogger } from './shared/logger.ts';
import { requireWritable } from './shared/writable-folder.ts';
import { Cards } from './stream/cards.ts';
import { Splicer } from './stream/splicer.ts';
import { StreamService } from './stream/stream-service.ts';

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
  urls(): {
    readonly page: string;
    readonly m3u: string;
    readonly guide: string;
    readonly channels: readonly {
      readonly number: number;
      readonly name: string;
      readonly ts: string;
      readonly hls: string;
    }[];
  };
  /** Resolves when there is something to watch. */
  readonly onFirstChannels: Promise<void>;
}

const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;
/** How often hung runs are looked for. */
const WATCHDOG_MS = 1000;

/** Wires everything together: the one place that knows all parts. Throws what stands in the way of airing. */
export async function createSidecar({ settings, logger, clock = systemClock() }: SidecarOptions): Promise<Sidecar> {
  const closers: (() => Promise<void>)[] = [];
  try {
    return await wire({ settings, logger, clock }, closers);
  } catch (error) {
    await closeAll(closers);
    throw error;
  }
}

async function wire(
  { settings, logger, clock }: Required<SidecarOptions>,
  closers: (() => Promise<void>)[],
): Promise<Sidecar> {
  const { dataDir, reelsDir } = settings;
  const programs = await locateFFmpeg(settings);
  await checkFFmpegInstalled(programs);
  const streamsDirectory = await resolveStreamsDir(settings);
  await requireWritable(dataDir, 'data', 'SIDECAST_DATA_DIR');
  await requireWritable(reelsDir, 'reels', 'SIDECAST_REELS_DIR');
  await requireWritable(streamsDirectory, 'streams', 'SIDECAST_STREAMS_DIR');
  const lock = await lockDataFolder(dataDir);
  closers.push(() => lock.release());

  const health = new Health(() => clock.now());
  const catalog = await openCatalog(path.join(dataDir, 'sidecast.db'), { logger, now: () => clock.now() });
  closers.push(() => catalog.close());
  if (catalog.recovered) {
    health.raise('database_corrupt', '', 'the database was damaged; it was set aside and made anew from the library');
  }

  const folders =
    settings.library.length > 0 ? settings.library.map((source) => source.path) : [path.join(dataDir, 'demo')];
  const launch = launcher(programs.ffmpegPath, logger);
  // What fails while an encoder is tried out is no news.
  const quietLaunch = launcher(programs.ffmpegPath, silentLogger);
  const tools = { launch: quietLaunch, preset: settings.preset, now: () => performance.now(), logger };
  const encoder = await chooseEncoder(settings.hardwareAccel, { ...tools, ffmpegPath: programs.ffmpegPath });
  const splicerOptions = { audioLanguages: settings.audioLanguages, canToneMap: await canToneMap(programs.ffmpegPath) };

  const store = await ReelStore.open({
    directory: reelsDir,
    budgetBytes: settings.reelsGb * 1e9,
    airsAgainIn: (segments) => airsAgainIn(segments),
  });
  const developer = new Developer({ store, launch, preset: settings.preset, now: () => clock.now(), logger });
  const splicer = new Splicer({ store, ...splicerOptions });
  const cards = new Cards({ directory: path.join(dataDir, 'cards'), developer, store });
  const streams = new StreamService({
    streamsDirectory,
    encoder,
    windowSegments: settings.windowSegments,
    aheadSeconds: settings.aheadSeconds,
    gracePeriodMs: settings.gracePeriodSeconds * 1000,
    cleanupIntervalMs: settings.cleanupIntervalSeconds * 1000,
    planOf: (channelId, from, until) => planOf(catalog, channelId, from, until),
    channelOf: async (channelId) => channels.find(({ id }) => id === channelId),
    developer,
    splicer,
    cards,
    clock,
    logger,
  });

  let channels: readonly Channel[] = await catalog.channels.list();
  const keeper = createKeeper({
    catalog,
    sources: folders.map((folder) => ({
      id: folderSource(folder),
      scan: async () => (await scanFolder(folder)).items,
    })),
    probe: (file, signal) => probeFile(file, { ffprobePath: programs.ffprobePath, signal }),
    defaults: () => channelDefaults(),
    onChannels: async () => {
      channels = await catalog.channels.list();
      if (channels.length > 0) tellFirstChannels();
    },
    clock,
    logger,
  });
  closers.push(() => keeper.close());

  const app = createApp({
    streams,
    guide: {
      channels: async () => channels,
      airings: (channelId, fromMs, toMs) => programmes(channelId, fromMs, toMs),
    },
    health: { report: async () => health.report() },
    manifest: await readPluginManifest(),
    settingsSchema: settingsJSONSchema(),
    settings,
    logger,
    isShuttingDown: () => isStopping,
    now: () => clock.now(),
  });
  const server = serverFor(app);
  closers.push(() => stopListening(server));
  // First of all when it stops: viewers are sent what they have, then ffmpeg ends.
  closers.push(() => streams.close());

  async function channelDefaults(): Promise<ChannelDefaults> {
    const { segmentSeconds, qualities } = settings;
    const quality: Quality = tunerQuality ?? settings.tunerQuality ?? (await measuredQuality());
    tunerQuality = quality;
    return { segmentSeconds, qualities, tunerQuality: quality };
  }

  /** Measured once for this ffmpeg and these settings, and kept. */
  async function measuredQuality(): Promise<Quality> {
    const key = `tuner quality ${programs.version} ${encoder} ${settings.preset} ${settings.qualities.join(' ')}`;
    const known = await catalog.settings.get(key);
    if (known !== undefined) return parseQuality(known);
    const measured = await measureTunerQuality(settings.qualities, encoder, tools);
    await catalog.settings.set(key, measured);
    return measured;
  }

  async function programmes(channelId: string, fromMs: number, toMs: number): Promise<ProgrammeView[]> {
    const channel = channels.find(({ id }) => id === channelId);
    if (channel === undefined) return [];
    const grid = gridOf(channel);
    const planned = await planOf(catalog, channelId, segmentAt(grid, fromMs), segmentAt(grid, toMs) + 1);
    return planned.map(({ airing, item }) => ({
      startMs: segmentStartMs(grid, airing.startSegment),
      stopMs: segmentStartMs(grid, airing.stopSegment),
      item,
    }));
  }

  /** When stored segments are shown next: what the store prunes by. */
  async function airsAgainIn(segments: readonly StoredSegment[]): Promise<number[]> {
    const showings: Showing[] = [];
    for (const channel of channels) {
      const grid = gridOf(channel);
      const from = segmentAt(grid, clock.now());
      for (const { airing, item } of await planOf(catalog, channel.id, from, from + segmentsOf(grid, DAY_SECONDS))) {
        for (const quality of channel.qualities) {
          const job = splicer.jobOf(item, { grid, quality, encoder });
          if (job !== undefined) showings.push({ key: job.key, grid, airing });
        }
      }
    }
    const wanted = new Set([...streams.manager.wantedKeys(), ...cards.keys()]);
    return nextShowings(segments, showings, { nowMs: clock.now(), aheadMs: settings.aheadSeconds * 1000, wanted });
  }

  async function sync(): Promise<void> {
    try {
      await keeper.sync();
      health.clear('library_unreadable', '');
    } catch (error) {
      health.raise('library_unreadable', '', messageOf(error));
      logger.error({}, messageOf(error));
    }
  }

  async function watchLibrary(): Promise<void> {
    for (const folder of folders) {
      const watcher = await watchFolder(folder, { onChange: () => void sync(), logger });
      closers.push(() => Promise.resolve(watcher[Symbol.asyncDispose]()));
    }
  }

  function every(periodMs: number, action: () => void): void {
    let timer = clock.after(periodMs, tick);
    closers.push(async () => timer.cancel());
    function tick(): void {
      action();
      if (!isStopping) timer = clock.after(periodMs, tick);
    }
  }

  let tunerQuality: Quality | undefined;
  let port = settings.port;
  let isStopping = false;
  const stopping = new AbortController();
  let stopped: Promise<void> | undefined;
  let tellFirstChannels: () => void = () => {};
  const onFirstChannels = new Promise<void>((resolve) => (tellFirstChannels = resolve));

  /** In the background, so that what is known already can be watched meanwhile. */
  async function begin(): Promise<void> {
    try {
      await keeper.extend();
      // Measured before anything else keeps the machine busy.
      await channelDefaults();
      if (settings.library.length === 0) {
        const { ffmpegPath } = programs;
        await mkdir(folders[0] ?? dataDir, { recursive: true });
        const demo = makeDemoLibrary({ directory: folders[0] ?? dataDir, ffmpegPath, signal: stopping.signal, logger });
        closers.push(() => demo.catch(() => {}));
        demo.catch((error: unknown) => logger.error({}, messageOf(error)));
      }
      await watchLibrary();
      await sync();
    } catch (error) {
      logger.error({}, `starting failed: ${messageOf(error)}`);
      health.raise('internal_error', 'start', messageOf(error), 'failing');
    }
  }

  return {
    onFirstChannels,
    async start() {
      port = await listen(server, settings.host, settings.port);
      streams.manager.start();
      every(WATCHDOG_MS, () => developer.endHung());
      every(HOUR_MS, () => void keeper.extend().catch((error: unknown) => logger.error({}, messageOf(error))));
      if (channels.length > 0) tellFirstChannels();
      void begin();
      return { port };
    },
    stop() {
      isStopping = true;
      stopping.abort();
      stopped ??= closeAll(closers);
      return stopped;
    },
    urls() {
      const base = settings.baseUrl ?? `http://localhost:${port}`;
      return {
        page: `${base}/`,
        m3u: `${base}/channels.m3u`,
        guide: `${base}/guide.xml`,
        channels: channels.map(({ id, number, name }) => ({
          number,
          name,
          ts: `${base}/stream/${id}.ts`,
          hls: `${base}/stream/${id}/master.m3u8`,
        })),
      };
    },
  };
}

/** Runs as the reels want them, over ffmpeg. */
function launcher(ffmpegPath: string, logger: Logger): LaunchRun {
  return (args, { niceness, onProgress, name }) => {
    const child = launchFFmpeg(args, { ffmpegPath, niceness, onProgress, name, logger });
    return {
      pid: child.pid ?? 0,
      exited: child.exited.then(({ exitCode, stderr, error }) => ({
        exitCode,
        lines: error === null ? stderr : [...stderr, error.message],
      })),
      terminate: async () => void (await child.terminate()),
    };
  };
}

/** The last that was opened is closed first; one that fails does not keep the others open. */
async function closeAll(closers: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
    await close().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(messageOf).join('; '));
}
