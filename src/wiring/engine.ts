import path from 'node:path';
import { endLeftovers } from '../ffmpeg/leftovers.ts';
import { markOf } from '../ffmpeg/probe.ts';
import { Developer } from '../reels/developer.ts';
import { runLauncher } from '../reels/launch-run.ts';
import { createMetrics, type Metrics } from '../metrics/metrics.ts';
import { ReelStore } from '../reels/reel-store.ts';
import type { Speeds } from '../reels/speeds.ts';
import { removeUnfinished } from '../segments/rendition-tree.ts';
import { SegmentMemory } from '../segments/segment-memory.ts';
import { Cards } from '../stream/cards/cards.ts';
import { RUN_SECONDS } from '../stream/playout/run-ahead.ts';
import type { PlanOf } from '../stream/plan/programme-window.ts';
import { reelCalendar } from '../stream/plan/reel-calendar.ts';
import { Splicer } from '../stream/playout/splicer.ts';
import { StreamService } from '../stream/stream-service.ts';
import { DiskRoom } from '../shared/disk-room.ts';
import { every } from '../shared/every.ts';
import type { ChannelList } from './channel-list.ts';
import { openEncoders } from './encoders.ts';
import type { Machine } from './machine.ts';
import type { Common } from './parts.ts';
import { tellPolling } from './tell-polling.ts';

/** Enough for the newest segments of 20 channels in 1080p. */
const SEGMENTS_IN_MEMORY_BYTES = 64 * 1024 * 1024;

export interface EngineOptions extends Common {
  readonly machine: Machine;
  readonly channels: ChannelList;
  readonly planOf: PlanOf;
  /** An item on air could not be read when it was last looked into. */
  readonly lookAgain: (itemId: string) => void;
  readonly speeds: Speeds;
}

/** The streaming engine. */
export interface Engine {
  readonly streams: StreamService;
  readonly disk: DiskRoom;
  readonly metrics: Metrics;
  /** Begins to look after streams, runs and disks. */
  readonly begin: () => void;
}

/** How often runs are looked after. */
const WATCHDOG_MS = 1000;
/** How often disks are looked at while something is on air. */
const DISK_MS = 5000;

/** Clears up after a sidecar that was killed, and puts the engine together. Whoever opens it closes the streams. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { settings, logger, clock, health, closers, pictures, machine, channels, planOf, onIdle, speeds } = options;
  const { streamsDirectory, ffmpegPath, ffprobePath } = machine;
  const { reelsDir, aheadSeconds, preset } = settings;
  const now = (): number => clock.now();

  await removeUnfinished(streamsDirectory);
  const leftovers = await endLeftovers(path.resolve(reelsDir));
  if (leftovers.length > 0) logger.warn({ pids: leftovers }, 'ended the ffmpeg that an earlier sidecar left running');

  const encoders = openEncoders(options);
  const metrics = createMetrics({
    streamsByState: () => streams.manager.countByState(),
    viewersByKind: () => ({ ...streams.viewers }),
    running: () => developer.running,
    process: () => {
      const { user, system } = process.cpuUsage();
      const startedAt = Date.now() / 1000 - process.uptime();
      return { cpuSeconds: (user + system) / 1e6, residentBytes: process.memoryUsage.rss(), startedAt };
    },
  });
  const store = await ReelStore.open({
    directory: reelsDir,
    budgetBytes: settings.reelsGb * 1e9,
    onRead: metrics.reelRead,
    airsAgainIn: reelCalendar({
      channels: () => channels.all,
      planOf,
      jobOf: (item, format) => splicer.jobOf(item, format),
      encoders: encoders.all,
      // What a run develops for a stream on air stays until it is aired.
      aheadSeconds: () => streams.manager.secondsAhead() + RUN_SECONDS,
      wantedKeys: () => new Set([...streams.manager.wantedKeys(), ...streams.catchUp.wantedKeys(), ...cards.keys()]),
      now,
    }),
  });
  const splicer = new Splicer({
    store,
    audioLanguages: settings.audioLanguages,
    canToneMap: machine.canToneMap,
    onSpliced: metrics.spliced,
  });
  const developer = new Developer({
    store,
    launch: runLauncher(ffmpegPath, logger, health.teller('ffmpeg_not_found')),
    preset,
    now: () => clock.elapsed(),
    logger,
    markOf: (file) => markOf(file, { ffprobePath }),
    tell: (file, failure) => {
      if (failure === undefined) health.clear('item_unplayable', file);
      else health.raise('item_unplayable', file, failure.message, failure.advice);
    },
    onCost: (job, runPreset, cost, conditions) => void speeds.learn(job, runPreset, cost, conditions),
    onFailedRun: (job, lines) => void encoders.judge(job, lines),
    onPolling: tellPolling(health, 'the reels folder'),
    onRunEnded: metrics.runEnded,
  });
  const disk = new DiskRoom({
    folders: { data: settings.dataDir, reels: reelsDir, streams: streamsDirectory },
    minFreeBytes: settings.minFreeDiskMb * 1e6,
    pruneReels: (bytes) => store.prune(bytes),
    tell: health.teller('disk_low'),
  });
  const cards = await Cards.open({
    directory: path.join(settings.dataDir, 'cards'),
    draw: (text) => pictures.card(text),
    developer,
    store,
    now: () => clock.elapsed(),
  });
  const streams = new StreamService({
    streamsDirectory,
    encoders,
    speeds,
    preset,
    windowSegments: settings.windowSegments,
    aheadSeconds,
    gracePeriodMs: settings.gracePeriodSeconds * 1000,
    cleanupIntervalMs: settings.cleanupIntervalSeconds * 1000,
    maxViewers: settings.maxViewers,
    maxViewersPerChannel: settings.maxViewersPerChannel,
    catchUpDays: settings.catchUpDays,
    onIdle,
    planOf,
    channelOf: async (channelId) => channels.get(channelId),
    developer,
    splicer,
    cards,
    timeZone: settings.timeZone,
    lookAgain: options.lookAgain,
    memory: new SegmentMemory({ limitBytes: SEGMENTS_IN_MEMORY_BYTES }),
    clock,
    logger,
    onPolling: tellPolling(health, 'the streams folder'),
    admit: () => disk.admit(),
    tellHealth: (channelId) => health.teller('stream_failed', channelId),
    onPublished: ({ shows, isLate }) => metrics.published(shows.kind === 'card' ? shows.cause : undefined, isLate),
    onSkipped: metrics.skipped,
  });
  await store.prune();

  function begin(): void {
    streams.manager.start();
    let expectedAt = clock.elapsed() + WATCHDOG_MS;
    closers.add(
      every(clock, WATCHDOG_MS, () => {
        metrics.loopDelayed(Math.max(0, clock.elapsed() - expectedAt) / 1000);
        expectedAt = clock.elapsed() + WATCHDOG_MS;
        // Looked at now and then, so that it is noticed when it was set.
        clock.now();
        developer.watchOver();
      }),
    );
    closers.add(
      every(clock, DISK_MS, () => {
        if (streams.manager.listStreams().length > 0) void disk.look();
      }),
    );
  }
  return { streams, disk, metrics, begin };
}
