import { type Channel, gridOf } from '../catalog/channels/channel.ts';
import type { Quality } from '../ffmpeg/quality.ts';
import { channelMasterPlaylist } from '../playlist/channel-master-playlist.ts';
import { writePlaylistAtomic } from '../playlist/writer.ts';
import { cleanupSegments, createSegmentDirectories } from '../segments/cleanup.ts';
import { channelDirectory, masterPlaylistPath } from '../segments/paths.ts';
import { AppError } from '../shared/errors.ts';
import type { TellHealth } from '../shared/health.ts';
import { Turns } from '../shared/turns.ts';
import { Audience } from './audience.ts';
import { NamedViewers } from './named-viewers.ts';
import { Broadcast, type BroadcastEvents, type BroadcastTools } from './broadcast.ts';
import type { Published } from './playout.ts';
import { Retry } from './retry.ts';
import type { Shows } from './screen.ts';
import { StreamSession } from './session.ts';
import { canTransitionTo, STATE_ACTIVE, STATE_FAILED, STATE_IDLE, STATE_STARTING, STATE_STOPPING } from './state.ts';
import { streamQuality } from './stream-quality.ts';
import type { Workload } from './workload.ts';

export interface LiveStreamOptions {
  readonly channel: Channel;
  readonly tools: BroadcastTools;
  readonly gracePeriodMs: number;
  readonly admit: BroadcastEvents['admit'];
  /** It failed too often and should be stopped. */
  readonly onGivenUp: () => void;
  /** Why it cannot be aired, or that it can. */
  readonly tellHealth: TellHealth;
  /** A segment more is on air. */
  readonly onPublished: (published: Published) => void;
}

/** A channel's stream from its start to its stop: the session, its viewers, and what is on air for them. */
export class LiveStream {
  readonly session: StreamSession;
  readonly #options: LiveStreamOptions;
  #channel: Channel;
  readonly #audience: Audience;
  readonly #viewers = new NamedViewers();
  #broadcast: Broadcast | undefined;
  readonly #retry: Retry;
  /** The tree is made anew one time after another. */
  readonly #remaking = new Turns();
  #isClosing = false;
  #shows: Shows | undefined;
  /** Started by hand: kept going until then, though nobody watches. */
  #awaitedUntil = -Infinity;

  constructor(options: LiveStreamOptions) {
    const { channel, tools } = options;
    this.#channel = channel;
    this.#options = options;
    this.#audience = new Audience(() => tools.clock.elapsed());
    this.session = new StreamSession(channel.id, {
      now: () => tools.clock.now(),
      elapsed: () => tools.clock.elapsed(),
    });
    this.session.setOutputDir(channelDirectory(tools.streamsDirectory, channel.id));
    this.session.setSegmentPath(this.#qualityOf(channel.tunerQuality).segmentPath);
    this.session.setState(STATE_STARTING);
    const { onGivenUp, tellHealth } = options;
    this.#retry = new Retry({
      ...{ session: this.session, clock: tools.clock, logger: tools.logger, tellHealth, onGivenUp },
      channelName: () => this.channel.name,
      startAgain: () => this.#startAgain(),
    });
  }

  /** As it was when the stream was opened, or changed last. */
  get channel(): Channel {
    return this.#channel;
  }

  /** Makes the folders, writes the master playlist and reads the plan. */
  async open(): Promise<void> {
    const { channel, tools } = this.#options;
    await this.#makeTree();
    this.#broadcast = await Broadcast.open(channel, tools, {
      onListed: () => this.#listed(),
      onFailure: (error) => this.#retry.failed(error),
      onShows: (shows) => {
        this.#shows = shows;
        this.#tellOfCard();
      },
      onPublished: (published) => this.#published(published),
      isWatched: (quality) => this.#isWatched(quality),
      admit: this.#options.admit,
    });
  }

  /** Its viewers stay with what they watch, whatever the channel offers now. */
  async changeChannel(channel: Channel): Promise<void> {
    if (this.#isClosing) return;
    this.#channel = channel;
    this.session.setSegmentPath(this.#qualityOf(channel.tunerQuality).segmentPath);
    this.#broadcast?.changeChannel(channel);
    await this.#remakeTree();
  }

  /** Undefined until the stream is open. */
  get broadcast(): Broadcast | undefined {
    return this.#broadcast;
  }

  /** Puts a quality on air without a viewer: for the grace period it is kept going as if there were one. */
  async start(quality: Quality): Promise<void> {
    const isBack = !this.#isWatched(quality);
    this.#awaitedUntil = this.#options.tools.clock.elapsed() + this.#options.gracePeriodMs;
    this.session.updateLastAccess();
    this.#audience.expect(quality);
    await this.#tuneIn(quality, { isBack });
  }

  /** Nobody watches it, and nothing of it is on air. */
  get isUnused(): boolean {
    return !this.session.isActive() && (this.#broadcast?.qualities ?? []).length === 0;
  }

  /** What is to be done for the qualities that somebody watches, but for those that are this viewer's alone. */
  workloads({ viewer, entering }: { viewer: string | undefined; entering: Quality | undefined }): Workload[] {
    const counts = (quality: Quality): boolean =>
      quality !== entering && this.#isWatched(quality) && !this.#audience.isOnly(quality, viewer);
    return this.#broadcast?.workloads(counts) ?? [];
  }

  /** The qualities that somebody watches. */
  watchedQualities(): Quality[] {
    return (this.#broadcast?.qualities ?? []).filter((quality) => this.#isWatched(quality));
  }

  /**
   * A viewer more: puts the quality on air, at what is on now if nobody watched it meanwhile. One that has a name may be
   * in several qualities; it counts once.
   */
  async join(quality: Quality, viewer?: string): Promise<void> {
    const isBack = !this.#isWatched(quality);
    this.session.updateLastAccess();
    this.#audience.join(quality, viewer);
    if (this.#viewers.join(viewer)) this.session.incrementClients();
    try {
      await this.#tuneIn(quality, { isBack, viewer });
    } catch (error) {
      this.#countOut(quality, viewer);
      throw error;
    }
    this.#tell(quality, 'tuned in to');
  }

  /** A viewer less, of those that watch this quality. */
  leave(quality: Quality, viewer?: string): void {
    if (this.#countOut(quality, viewer)) this.#tell(quality, 'tuned out of');
  }

  /** Whether a viewer of that name is here, in whatever quality. */
  hasViewer(viewer: string): boolean {
    return this.#viewers.has(viewer);
  }

  /** Takes qualities off the air that nobody has watched for the grace period. */
  async stopAbandoned(): Promise<void> {
    for (const quality of this.#audience.qualities()) {
      // Looked at anew for each: somebody may have come while the one before was ended.
      if (!this.#audience.isAbandoned(quality, this.#options.gracePeriodMs)) continue;
      this.#audience.forget(quality);
      await this.#broadcast?.stopRendition(quality);
    }
    this.#setQualities();
  }

  /** Ends playout, watcher, writer and then what is left of the tree. */
  async close(endRuns: () => Promise<void>): Promise<void> {
    this.#isClosing = true;
    const hasFailed = this.session.getState() === STATE_FAILED;
    if (!hasFailed) this.session.setState(STATE_STOPPING);
    this.#retry.cancel();
    try {
      await this.#remaking.over();
      await this.#broadcast?.close();
      await endRuns();
      await cleanupSegments(this.session.getOutputDir());
    } finally {
      this.session.setState(STATE_IDLE);
    }
  }

  async #tuneIn(quality: Quality, how: { isBack: boolean; viewer?: string | undefined }): Promise<void> {
    if (!this.#isClosing) await this.#broadcast?.tuneIn(quality, how);
    // Before it, or meanwhile.
    if (this.#isClosing) {
      throw new AppError('stream_not_found', `stream not found: "${this.channel.name}" was stopped; ask again`);
    }
    this.#setQualities();
  }

  /** False where nobody watches that quality. */
  #countOut(quality: Quality, viewer: string | undefined): boolean {
    const wasThere = this.#audience.leave(quality, viewer);
    if (wasThere && this.#viewers.leave(viewer)) this.session.decrementClients();
    this.session.updateLastAccess();
    return wasThere;
  }

  #isWatched(quality: Quality): boolean {
    return this.#audience.count(quality) > 0 || this.#options.tools.clock.elapsed() < this.#awaitedUntil;
  }

  #published(published: Published): void {
    this.session.countSegment(published);
    this.#options.onPublished(published);
  }

  #tellOfCard(): void {
    this.session.resetErrors();
    if (this.#shows?.kind === 'card') this.session.setLastError(this.#shows.why);
  }

  #listed(): void {
    if (!canTransitionTo(this.session.getState(), STATE_ACTIVE)) return;
    this.session.setState(STATE_ACTIVE);
    // What failed before is over; what is listed may be a card all the same.
    this.#tellOfCard();
    this.#options.tellHealth(undefined);
  }

  /** Perhaps somebody has removed what a start makes. */
  async #startAgain(): Promise<void> {
    await this.#remakeTree();
    this.#broadcast?.wake();
  }

  /** Makes the folders that there should be now, and watches them. */
  #remakeTree(): Promise<void> {
    return this.#remaking.take(async () => {
      if (this.#isClosing) return;
      await this.#makeTree();
      await this.#broadcast?.watchAgain();
    });
  }

  async #makeTree(): Promise<void> {
    const { channel } = this;
    const { streamsDirectory } = this.#options.tools;
    const qualities = this.#broadcast?.qualitiesInTree ?? channel.qualities;
    await createSegmentDirectories(streamsDirectory, channel.id, qualities);
    await writePlaylistAtomic(
      masterPlaylistPath(streamsDirectory, channel.id),
      channelMasterPlaylist(gridOf(channel), channel.qualities),
    );
  }

  #setQualities(): void {
    this.session.setQualities((this.#broadcast?.qualities ?? []).map((quality) => this.#qualityOf(quality)));
  }

  #qualityOf(quality: Quality) {
    return streamQuality(this.#options.tools.streamsDirectory, this.channel.id, quality);
  }

  #tell(quality: Quality, what: 'tuned in to' | 'tuned out of'): void {
    const { name } = this.channel;
    const viewers = this.session.getClientCount();
    this.#options.tools.logger.info(
      { channel: name, quality, viewers },
      `a viewer ${what} "${name}", ${viewers} watching`,
    );
  }
}
