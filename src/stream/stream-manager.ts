import type { Channel } from '../catalog/channel.ts';
import { type Quality, getBandwidthForQuality, getResolutionForQuality } from '../ffmpeg/quality.ts';
import { peakBandwidth } from '../playlist/bandwidth.ts';
import { generateMasterPlaylist } from '../playlist/master-playlist.ts';
import { validateMasterPlaylist } from '../playlist/validate.ts';
import { writePlaylistAtomic } from '../playlist/writer.ts';
import { segmentDuration } from '../schedule/grid.ts';
import { cleanupOrphanedDirectories, cleanupSegments, createSegmentDirectories } from '../segments/cleanup.ts';
import { channelDirectory, getPlaylistFilename, masterPlaylistPath } from '../segments/paths.ts';
import type { Timer } from '../shared/clock.ts';
import { AppError, messageOf } from '../shared/errors.ts';
import { gridOf } from '../catalog/channel.ts';
import { Broadcast, type BroadcastTools } from './broadcast.ts';
import type { Rendition } from './rendition.ts';
import { SessionManager } from './session-manager.ts';
import { StreamSession } from './session.ts';
import { canTransitionTo, STATE_ACTIVE, STATE_FAILED, STATE_IDLE, STATE_STARTING, STATE_STOPPING } from './state.ts';
import { streamQuality } from './stream-quality.ts';

export interface StreamManagerOptions extends BroadcastTools {
  /** The channel, or undefined where there is none of that id. */
  readonly channelOf: (channelId: string) => Promise<Channel | undefined>;
  readonly gracePeriodMs: number;
  readonly cleanupIntervalMs: number;
  /** A stream has ended: whoever counted its viewers may forget them. */
  readonly onEnded: (channelId: string) => void;
}

/** Which rendition a viewer wants; the channel's tuner quality where nothing is said. */
export interface TuneIn {
  readonly quality?: Quality | undefined;
}

/** Milliseconds before a stream that failed is tried again, the first, second … time; then it is given up. */
const RETRY_MS = [1000, 2000, 4000, 8000];

interface Stream {
  readonly session: StreamSession;
  readonly broadcast: Broadcast;
  readonly viewers: Map<Quality, number>;
  retry: Timer | undefined;
}

/** Starts and stops streams, counts their viewers, and ends those that nobody watches. */
export class StreamManager {
  readonly #options: StreamManagerOptions;
  readonly #sessions = new SessionManager();
  readonly #streams = new Map<string, Stream>();
  readonly #starting = new Map<string, Promise<Stream>>();
  readonly #stopping = new Map<string, Promise<void>>();
  #sweep: Timer | undefined;
  #sweeping: Promise<void> = Promise.resolve();
  #startedAt = 0;
  #stopped = false;

  constructor(options: StreamManagerOptions) {
    this.#options = options;
  }

  /** Begins to look for streams that nobody watches; `manager_stopped` after stop(). */
  start(): void {
    this.#refuseWhenStopped();
    const { clock, logger, cleanupIntervalMs, gracePeriodMs } = this.#options;
    this.#startedAt = clock.now();
    this.#sweepLater();
    logger.debug({ cleanupIntervalMs, gracePeriodMs }, 'stream manager started');
  }

  /** Stops the sweep, then all streams. Any number of calls do no harm. */
  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#sweep?.cancel();
    await this.#sweeping;
    await Promise.allSettled(this.#starting.values());
    const channels = this.#sessions.list().map(({ channelId }) => channelId);
    await Promise.all(channels.map((channelId) => this.#stop(channelId)));
    await this.#options.developer.close();
    this.#options.logger.info({ streams: channels.length }, `stream manager stopped, ${channels.length} streams ended`);
  }

  /** Starts a channel's stream in its tuner quality, or returns the one that is on air. */
  async startStream(channelId: string): Promise<StreamSession> {
    const { session, broadcast } = await this.#open(channelId);
    if (broadcast.qualities.length === 0) await this.#startRendition(channelId, broadcast.channel.tunerQuality);
    return session;
  }

  /** Stops a stream and removes its tree; `stream_not_found` where none is on air. Reels stay. */
  async stopStream(channelId: string): Promise<void> {
    if (!this.#streams.has(channelId) && !this.#starting.has(channelId)) throw notFound(channelId);
    await this.#starting.get(channelId)?.catch(() => {});
    await this.#stop(channelId);
  }

  /** The session of a channel that is on air. */
  getStream(channelId: string): StreamSession | undefined {
    return this.#refreshed(this.#sessions.get(channelId));
  }

  listStreams(): StreamSession[] {
    return this.#sessions.list().flatMap((session) => this.#refreshed(session) ?? []);
  }

  /** A viewer tunes in: starts what it needs and counts it. */
  async registerClient(channelId: string, tuneIn: TuneIn = {}): Promise<StreamSession> {
    const stream = await this.#open(channelId);
    const quality = tuneIn.quality ?? stream.broadcast.channel.tunerQuality;
    stream.session.incrementClients();
    stream.viewers.set(quality, (stream.viewers.get(quality) ?? 0) + 1);
    stream.session.updateLastAccess();
    try {
      await this.#startRendition(channelId, quality);
    } catch (error) {
      this.#leave(stream, quality);
      throw error;
    }
    this.#tellViewers(stream, quality, 'tuned in to');
    stream.broadcast.wake();
    return stream.session;
  }

  /** A viewer is gone; the grace period begins when it was the last. */
  async unregisterClient(channelId: string, tuneIn: TuneIn = {}): Promise<void> {
    const stream = this.#streams.get(channelId);
    if (stream === undefined) throw notFound(channelId);
    const quality = tuneIn.quality ?? stream.broadcast.channel.tunerQuality;
    this.#leave(stream, quality);
    this.#tellViewers(stream, quality, 'tuned out of');
  }

  /** The rendition of a channel if it is on air. */
  renditionOf(channelId: string, quality: Quality): Rendition | undefined {
    return this.#streams.get(channelId)?.broadcast.get(quality);
  }

  onAirSegment(channelId: string): number | undefined {
    return this.#streams.get(channelId)?.broadcast.onAirSegment();
  }

  /** The reels that streams on air need now and soon. */
  wantedKeys(): ReadonlySet<string> {
    return new Set([...this.#streams.values()].flatMap(({ broadcast }) => [...broadcast.wantedKeys()]));
  }

  async #open(channelId: string): Promise<Stream> {
    this.#refuseWhenStopped();
    await this.#stopping.get(channelId);
    const existing = this.#streams.get(channelId);
    if (existing !== undefined && !this.#stopping.has(channelId)) return existing;
    const starting = this.#starting.get(channelId) ?? this.#begin(channelId);
    this.#starting.set(channelId, starting);
    try {
      return await starting;
    } finally {
      if (this.#starting.get(channelId) === starting) this.#starting.delete(channelId);
    }
  }

  async #begin(channelId: string): Promise<Stream> {
    const { streamsDirectory, clock, channelOf } = this.#options;
    const channel = await channelOf(channelId);
    if (channel === undefined) {
      throw new AppError('channel_not_found', `there is no channel ${channelId}; see /api/channels for those there are`);
    }
    this.#refuseWhenStopped();
    // Registered before its folders exist, so that nobody takes them for an orphan's.
    const session = new StreamSession(channelId, { now: () => clock.now() });
    session.setState(STATE_STARTING);
    session.setOutputDir(channelDirectory(streamsDirectory, channelId));
    session.setSegmentPath(streamQuality(streamsDirectory, channelId, channel.tunerQuality).segmentPath);
    this.#sessions.set(channelId, session);
    try {
      await createSegmentDirectories(streamsDirectory, channelId, channel.qualities);
      await writePlaylistAtomic(masterPlaylistPath(streamsDirectory, channelId), masterPlaylistOf(channel));
      const viewers = new Map<Quality, number>();
      const broadcast = await Broadcast.open(channel, this.#options, {
        onListed: () => this.#listed(channelId),
        onFailure: (error) => this.#failed(channelId, error),
        isWatched: (quality) => (viewers.get(quality) ?? 0) > 0 || this.#isAwaited(session),
      });
      const stream = { session, broadcast, viewers, retry: undefined };
      this.#streams.set(channelId, stream);
      return stream;
    } catch (error) {
      this.#sessions.delete(channelId);
      throw error;
    }
  }

  /** Started by hand and not watched yet: kept going for the grace period. */
  #isAwaited(session: StreamSession): boolean {
    return session.getClientCount() === 0 && session.getLastAccessTime() === session.startedAt
      ? session.idleDurationMs() <= this.#options.gracePeriodMs
      : false;
  }

  async #startRendition(channelId: string, quality: Quality): Promise<void> {
    const stream = this.#streams.get(channelId);
    if (stream === undefined) throw notFound(channelId);
    await stream.broadcast.rendition(quality);
    const { streamsDirectory } = this.#options;
    stream.session.setQualities(
      stream.broadcast.qualities.map((started) => streamQuality(streamsDirectory, channelId, started)),
    );
  }

  #leave(stream: Stream, quality: Quality): void {
    stream.session.decrementClients();
    stream.session.updateLastAccess();
    stream.viewers.set(quality, Math.max(0, (stream.viewers.get(quality) ?? 0) - 1));
  }

  #listed(channelId: string): void {
    const session = this.#sessions.get(channelId);
    if (session === undefined || !canTransitionTo(session.getState(), STATE_ACTIVE)) return;
    session.setState(STATE_ACTIVE);
    session.resetErrors();
  }

  /** Nothing can be published: told, tried again with back-off, and given up in the end. */
  #failed(channelId: string, error: unknown): void {
    const stream = this.#streams.get(channelId);
    if (stream === undefined || !canTransitionTo(stream.session.getState(), STATE_FAILED)) return;
    const { clock, logger } = this.#options;
    const { session } = stream;
    session.setState(STATE_FAILED);
    session.setLastError(error);
    const waitMs = RETRY_MS[session.getErrorCount()];
    session.incrementErrorCount();
    const facts = { channel: channelId, failures: session.getErrorCount() };
    logger.error(facts, `"${stream.broadcast.channel.name}" cannot be aired: ${messageOf(error)}`);
    stream.retry?.cancel();
    stream.retry = clock.after(waitMs ?? 0, () => {
      if (waitMs === undefined) {
        void this.#stop(channelId).catch((reason: unknown) => logger.error(facts, messageOf(reason)));
        return;
      }
      if (!canTransitionTo(session.getState(), STATE_STARTING)) return;
      session.setState(STATE_STARTING);
      stream.broadcast.wake();
    });
  }

  async #stop(channelId: string): Promise<void> {
    const stopping = this.#stopping.get(channelId) ?? this.#stopNow(channelId);
    this.#stopping.set(channelId, stopping);
    try {
      await stopping;
    } finally {
      if (this.#stopping.get(channelId) === stopping) this.#stopping.delete(channelId);
    }
  }

  async #stopNow(channelId: string): Promise<void> {
    const stream = this.#streams.get(channelId);
    if (stream === undefined) return;
    const { session, broadcast } = stream;
    const hasFailed = session.getState() === STATE_FAILED;
    if (!hasFailed) session.setState(STATE_STOPPING);
    stream.retry?.cancel();
    const { developer, logger, onEnded } = this.#options;
    try {
      await broadcast.close();
      this.#streams.delete(channelId);
      const wanted = this.wantedKeys();
      await developer.endUnwanted((key) => wanted.has(key));
      await cleanupSegments(session.getOutputDir());
    } finally {
      this.#streams.delete(channelId);
      session.setState(STATE_IDLE);
      this.#sessions.delete(channelId);
      onEnded(channelId);
    }
    logger.info({ channel: broadcast.channel.name }, `"${broadcast.channel.name}" stopped`);
  }

  #sweepLater(): void {
    const { clock, cleanupIntervalMs, logger } = this.#options;
    this.#sweep = clock.after(cleanupIntervalMs, () => {
      this.#sweeping = this.#sweepNow().catch((error: unknown) => {
        logger.error({}, `looking for streams to end failed: ${messageOf(error)}`);
      });
      void this.#sweeping.then(() => {
        if (!this.#stopped) this.#sweepLater();
      });
    });
  }

  async #sweepNow(): Promise<void> {
    const { gracePeriodMs, clock, streamsDirectory } = this.#options;
    for (const { channelId } of this.#sessions.getAll((session) => session.shouldCleanup(gracePeriodMs))) {
      await this.#stop(channelId);
    }
    // Players that kept asking while the sidecar was away find their segments first.
    const isSettled = clock.now() - this.#startedAt > gracePeriodMs;
    if (isSettled) await cleanupOrphanedDirectories(streamsDirectory, this.#sessions);
  }

  #refreshed(session: StreamSession | undefined): StreamSession | undefined {
    const stream = session && this.#streams.get(session.channelId);
    if (stream !== undefined) session?.setFFmpegPid(this.#options.developer.pidOf(stream.broadcast.wantedKeys()));
    return session;
  }

  #tellViewers(stream: Stream, quality: Quality, what: 'tuned in to' | 'tuned out of'): void {
    const { name } = stream.broadcast.channel;
    const viewers = stream.session.getClientCount();
    this.#options.logger.info({ channel: name, quality, viewers }, `a viewer ${what} "${name}", ${viewers} watching`);
  }

  #refuseWhenStopped(): void {
    if (this.#stopped) throw new AppError('manager_stopped', 'stream manager has been stopped; start the sidecar again');
  }
}

/** The master playlist of a channel, without viewers: one variant per quality. */
export function masterPlaylistOf(channel: Channel): string {
  const grid = gridOf(channel);
  const playlist = generateMasterPlaylist(
    channel.qualities.map((quality) => ({
      bandwidth: peakBandwidth(quality, segmentDuration(grid)),
      averageBandwidth: getBandwidthForQuality(quality),
      resolution: getResolutionForQuality(quality),
      frameRate: channel.frameRate.num / channel.frameRate.den,
      path: getPlaylistFilename(quality),
    })),
  );
  validateMasterPlaylist(playlist);
  return playlist;
}

function notFound(channelId: string): AppError {
  return new AppError('stream_not_found', `stream not found: channel ${channelId} is not on air`);
}
